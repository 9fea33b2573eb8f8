"""What targets are before their trials, in each of the settings that these need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seatrial.harness import edge
from seatrial.harness.capability import Edge, ImageCache, Predictable
from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.harness.record import TrialSpec
from seatrial.harness.target import Connection, Target
from seatrial.harness.tuning import Tuning
from seatrial.harness.workload import images


@dataclass(frozen=True, slots=True)
class Surveys:
    """A preflight for each target, profile and point, and what there is to note of each target."""

    preflights: tuple[Preflight, ...]
    notes: dict[str, tuple[str, ...]]


def survey(run: str, trials: Sequence[TrialSpec], tuning: Tuning) -> Surveys:
    """Look at every target of these trials, with nothing of the run on it.

    All images are on its nodes afterwards, so that no trial waits for a pull.
    """
    preflights: list[Preflight] = []
    notes: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(spec.target for spec in trials):
        tuning.say(f"Looking at {name}")
        mine = [spec for spec in trials if spec.target == name]
        with tuning.provider.provide(name) as connection:
            target = tuning.targets[name](connection)
            target.clean(None if connection.exclusive else run)
            notes[name] = (*connection.notes, *_pull(target, needed_images(connection, mine)))
            preflights += _preflights(target, connection, mine, tuning)
    return Surveys(tuple(preflights), notes)


def _preflights(
    target: Target, connection: Connection, trials: Sequence[TrialSpec], tuning: Tuning
) -> Iterator[Preflight]:
    for specs in _sites(trials):
        tuning.tune(target, connection, specs[0].settings)
        read = target.preflight()
        yield from (_found(target, read, spec) for spec in specs)


def _sites(trials: Sequence[TrialSpec]) -> list[list[TrialSpec]]:
    """A trial for each profile and point that a target is seen in, by what it is tuned to."""
    seen = {(spec.profile, spec.swept, spec.point): spec for spec in trials}
    tuned: dict[float | None, list[TrialSpec]] = {}
    for spec in seen.values():
        tuned.setdefault(spec.settings.notice_s, []).append(spec)
    return list(tuned.values())


def _found(target: Target, read: Preflight, spec: TrialSpec) -> Preflight:
    if spec.settings.edge and isinstance(target, Edge):
        read = target.edged(read)
    found = replace(read, profile=spec.profile, swept=spec.swept, point=spec.point)
    return replace(found, delays=_delays(target, found, spec.settings))


def _delays(target: Target, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
    return target.delays(found, settings) if isinstance(target, Predictable) else ()


def needed_images(connection: Connection, trials: Sequence[TrialSpec]) -> list[str]:
    """All that the trials may start, by their names in the registry."""
    edges = any(spec.settings.edge for spec in trials)
    of_edge = [edge.image(connection.registry)] if edges else []
    return [*images(connection.registry), *of_edge]


def _pull(target: Target, needed: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(target, ImageCache):
        return ("Images were pulled when a trial first needed them.",)
    target.pull(needed)
    return ("All images were on all nodes before the first trial.",)
