"""How a run went on after it had ended early, in words. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise

from seatrial.harness.record import Resumption, Run
from seatrial.reports import numbers
from seatrial.reports.looks import listed, look


def resumptions(run: Run) -> Iterator[tuple[str, str]]:
    """Of each time when it was, what was left, and what was otherwise than the time before."""
    met: tuple[Run | Resumption, ...] = (run, *run.resumed)
    changes = [_changed(_found(earlier), _found(now)) for earlier, now in pairwise(met)]
    for resumption, changed in zip(run.resumed, changes, strict=True):
        others = listed(changed) if changed else "machine and versions as before"
        yield "Resumed", f"{_begun(resumption)}; {others}"


def _begun(resumption: Resumption) -> str:
    moment = datetime.fromtimestamp(resumption.wall_ns // 10**9, UTC)
    remaining = numbers.plural(len(resumption.trials), "trial")
    again = f", trial {listed(map(str, resumption.again))} anew" if resumption.again else ""
    return f"{moment:%Y-%m-%d %H:%M} UTC with {remaining} left{again}"


def _found(met: Run | Resumption) -> Mapping[str, str]:
    """The machine, and the versions and settings of each target with each profile."""
    of_targets = {
        f"{look(each.target).title} ({each.profile}) {name}": value
        for each in met.preflights
        for name, value in {**each.settings, **each.versions}.items()
    }
    return {**met.environment, **of_targets}


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {before[name]} became {value}"
        for name, value in now.items()
        if before.get(name, value) != value
    ]
