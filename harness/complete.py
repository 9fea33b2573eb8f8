"""What a shell completes, found in files and entry points alone.

Whoever completes is in the middle of a word: what cannot be found is nothing, never an error.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import typer

from seatrial.harness import plan as plans
from seatrial.harness import registry
from seatrial.harness.profile import PROFILES

RESULTS = Path("results")
"""Where run directories go where nobody says otherwise."""

P = ParamSpec("P")
Found = list[tuple[str, str]]
"""Words, each with what it means."""


def _quietly(find: Callable[P, Iterator[tuple[str, str]]]) -> Callable[P, Found]:
    @wraps(find)
    def found(*args: P.args, **kwargs: P.kwargs) -> Found:
        try:
            return list(find(*args, **kwargs))
        except Exception:  # noqa: BLE001 - see above
            return []

    return found


@_quietly
def suites() -> Iterator[tuple[str, str]]:
    """The suites that come with Seatrial."""
    for path in sorted(plans.SUITES.glob("*.toml")):
        yield path.stem, plans.load(path).title


@_quietly
def cases(ctx: typer.Context) -> Iterator[tuple[str, str]]:
    """SCENARIO and SCENARIO:VARIANT of the suite that was named, of all scenarios without one."""
    known, suite = registry.scenarios(), _suite(ctx)
    tables = suite.scenarios if suite else ()
    chosen = {table.name: table.variants for table in tables}
    for name in chosen or known:
        yield name, known[name].title
        for variant in filter(None, chosen.get(name) or known[name].variants):
            yield f"{name}:{variant}", known[name].title


@_quietly
def profiles(ctx: typer.Context) -> Iterator[tuple[str, str]]:
    """The profiles of the suite that was named, all without one."""
    suite = _suite(ctx)
    for name in suite.profiles if suite else tuple(PROFILES):
        yield name, ""


@_quietly
def runs(incomplete: str) -> Iterator[tuple[str, str]]:
    """Run directories: of `results`, or of the folder that was begun to be typed."""
    begun = incomplete.rpartition("/")[0]
    place = Path(begun or "/") if "/" in incomplete else RESULTS
    for head in sorted(place.glob("*/run.json"), reverse=True):
        yield str(head.parent), ""


@_quietly
def formats() -> Iterator[tuple[str, str]]:
    """The formats of reports."""
    for name in registry.formats():
        yield name, ""


def _suite(ctx: typer.Context) -> plans.Suite | None:
    """The suite that stands on the command line so far.

    An option that still lacks its value keeps click from telling arguments by their names.
    """
    named = ctx.params.get("suite") or next(iter(ctx.args), None)
    return plans.load(plans.find(str(named))) if named else None
