"""What a sweep's curves show: every headline metric of a swept case over the setting. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from seatrial.harness.floors import floor
from seatrial.harness.point import Point, told
from seatrial.harness.record import Run
from seatrial.harness.scenario import Scenario
from seatrial.harness.sweep import SETTINGS
from seatrial.reports import numbers
from seatrial.reports.compare import Case, Row, Section, name
from seatrial.reports.looks import look, spoken
from seatrial.reports.predictions import sites
from seatrial.reports.rows import Measured, bound
from seatrial.reports.table import headlines


@dataclass(frozen=True, slots=True)
class Spot:
    """What one target showed at one point."""

    point: Point
    rows: tuple[Measured, ...]  # of the valid trials that have a value
    floor_s: float | None  # the least by the settings that were read back, where it is known

    @property
    def values(self) -> tuple[float, ...]:
        """A value a trial."""
        return tuple(row.value for row in self.rows if row.value is not None)

    @property
    def middle(self) -> tuple[float, bool]:
        """The median, and whether it is only known to be more than that."""
        return bound(median, self.rows)


@dataclass(frozen=True, slots=True)
class Line:
    """What one target showed at every point."""

    target: str
    spots: tuple[Spot, ...]

    @property
    def measured(self) -> tuple[Spot, ...]:
        """The spots with a valid trial."""
        return tuple(spot for spot in self.spots if spot.rows)

    @property
    def floors(self) -> tuple[tuple[Point, float], ...]:
        """The predicted floor over the points; empty where settings cost nothing at any."""
        known = tuple((s.point, s.floor_s) for s in self.spots if s.floor_s is not None)
        return known if any(seconds for _, seconds in known) else ()


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric of a case over its swept setting, a line for each target."""

    case: Case  # at its first point
    title: str  # of the case, without a point
    metric: str
    unit: str
    meaning: str
    lines: tuple[Line, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points, ascending."""
        return tuple(spot.point for spot in self.lines[0].spots)

    @property
    def over(self) -> str:
        """The setting in words, with its name."""
        words = SETTINGS.get(self.case.swept, "")
        return f"{words} ({self.case.swept})" if words else self.case.swept


def curves(
    run: Run,
    sections: Sequence[Section],
    rows: Sequence[Measured],
    scenarios: Mapping[str, type[Scenario]],
) -> Iterator[Curve]:
    """The curves of a run, in the order of its sections; none where nothing was swept.

    Args:
        run: the run's head, whose preflights have the floors of every point.
        sections: the run's cases with their valid trials; those of a sweep follow one another.
        rows: metrics.csv.
        scenarios: scenario classes by name.
    """
    swept = [section for section in sections if section.case.swept]
    for _, group in groupby(swept, key=lambda section: replace(section.case, point="")):
        places = list(group)
        shown = {row.metric: row for section in places for row in headlines(section)}
        for row in shown.values():
            yield _curve(run, row, places, rows, scenarios)


def _curve(
    run: Run,
    row: Row,
    places: Sequence[Section],
    rows: Sequence[Measured],
    scenarios: Mapping[str, type[Scenario]],
) -> Curve:
    mine = [each for each in rows if each.metric == row.metric and each.value is not None]
    case = places[0].case
    lines = tuple(
        Line(target, tuple(_spot(run, row, target, place, mine, scenarios) for place in places))
        for target in places[0].valid
    )
    title = name(replace(case, swept=""), scenarios)
    return Curve(case, title, row.metric, row.unit, row.meaning, lines)


def _spot(  # noqa: PLR0913, PLR0917 - a run's metric of a target at a place, and where to look
    run: Run,
    row: Row,
    target: str,
    place: Section,
    rows: Sequence[Measured],
    scenarios: Mapping[str, type[Scenario]],
) -> Spot:
    case, scenario = place.case, scenarios.get(place.case.scenario)
    site = sites(run.preflights, case.swept, case.point).get((target, case.profile))
    known = floor(scenario, case.variant, row.metric, site) if scenario and site else None
    valid = tuple(each for each in rows if each.trial in place.valid[target])
    return Spot(case.point, valid, known.seconds if known else None)


def spelled(curve: Curve) -> list[str]:
    """A curve in words: a sentence for each target."""
    return [_spelled(curve, line) for line in curve.lines]


def _spelled(curve: Curve, line: Line) -> str:
    parts = [_at(curve, spot) for spot in line.measured]
    who = look(line.target).title
    return f"{who}, {spoken(curve.metric)}: {'; '.join(parts) or 'no valid trial'}."


def _at(curve: Curve, spot: Spot) -> str:
    middle, censored = spot.middle
    value = numbers.quantity(middle, curve.unit, censored=censored)
    counted = numbers.held(f"n = {len(spot.rows)}")
    least = f", predicted at least {numbers.quantity(spot.floor_s, 's')}" if spot.floor_s else ""
    return f"{value} at {numbers.held(told(curve.case.swept, spot.point))} ({counted}{least})"
