"""What plugs in, by entry points: targets, scenarios, providers, formats; ours like anyone's."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from pathlib import Path
from typing import cast

from seatrial.harness.errors import UnknownNameError, UsageError
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Provider, Target

Report = Callable[[Path, Mapping[str, type[Scenario]]], object]
"""Writes about a run directory; gives what is to be printed: a path or a text.

One that weighs questions also takes `weights`, the path of a file that says how much each counts.
"""


def unknown(kind: str, name: str, known: Mapping[str, object]) -> UnknownNameError:
    """The error for a name that is not there, with the nearest that is."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.4)
    advice = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(known))}."
    return UnknownNameError(f"There is no {kind} {name!r}. {advice}")


def targets() -> dict[str, type[Target]]:
    """Target classes by name."""
    return {name: cast("type[Target]", point.load()) for name, point in _points("targets").items()}


def scenarios() -> dict[str, type[Scenario]]:
    """Scenario classes by name."""
    points = _points("scenarios").items()
    return {name: cast("type[Scenario]", point.load()) for name, point in points}


def provider(name: str) -> Provider:
    """The provider of that name."""
    return cast("type[Provider]", _one("provider", name, _points("providers")).load())()


def formats() -> list[str]:
    """The names of the report formats."""
    return sorted(_points("reports"))


def report(name: str, weights: Path | None = None) -> Report:
    """The report writer of that name, told of a file of weights where there is one."""
    writer = cast("Callable[..., object]", _format("report", name))
    if weights is None:
        return writer
    if "weights" not in signature(writer).parameters:
        raise UsageError(f"The report format {name!r} weighs nothing: leave --weights out.")
    return partial(writer, weights=weights)


def comparison(name: str) -> Callable[..., str]:
    """What writes comparisons in that format; `harness/comparing.py` says what it is handed."""
    return cast("Callable[..., str]", _format("comparison", name))


def _format(kind: str, name: str) -> object:
    points = _points(f"{kind}s")
    if name not in points:
        raise UnknownNameError(
            f"There is no {kind} format {name!r}: there are {', '.join(sorted(points))}."
        )
    return points[name].load()


def _points(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"seatrial.{group}")}


def _one(kind: str, name: str, points: dict[str, EntryPoint]) -> EntryPoint:
    if name not in points:
        raise unknown(kind, name, points)
    return points[name]
