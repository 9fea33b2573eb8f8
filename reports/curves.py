"""Draws a sweep: a metric over the swept setting, each trial a dot, a line by each median."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from matplotlib.transforms import offset_copy

from seatrial.harness.point import Point, written
from seatrial.reports import svg
from seatrial.reports.charts import SIZES
from seatrial.reports.frame import DPI, Size
from seatrial.reports.looks import Look, look, spoken
from seatrial.reports.svg import PAINT
from seatrial.reports.sweeps import Curve, Line, Spot, spelled

DECADE = 10
"""Points that span more than this are drawn on a logarithmic axis."""

TALL = 2.2
"""A curve's height in heights of a trace's latency."""

ASIDE = 6.0
"""Dots of targets lie so many pixels beside each other where they would cover each other."""

FLOOR = (1.5, 2.5)
"""On and off, in points: no target's own line has such dashes."""

Place = Callable[[Point], float]


@dataclass(frozen=True, slots=True)
class Figured:
    """A curve as the page has it."""

    anchor: str
    curve: Curve
    told: tuple[str, ...]
    drawings: Mapping[str, Markup]  # by the name of their size


def figures(found: Iterable[Curve]) -> Iterator[Figured]:
    """Draw the curves in every size; markup, because matplotlib has escaped what is in it."""
    for place, each in enumerate(found, 1):
        name = f"curve-{place}"
        drawings = {size.name: Markup(curve(name, each, size)) for size in SIZES}  # noqa: S704 - see above
        yield Figured(name, each, tuple(spelled(each)), drawings)


def curve(name: str, shown: Curve, size: Size) -> str:
    """A curve as one SVG element with a text alternative."""
    label = f"{shown.title}: {spoken(shown.metric)} over {shown.over}. {' '.join(spelled(shown))}"
    with style.context([svg.STYLE, {"font.size": size.font}], after_reset=True):
        figure = Figure(figsize=(size.width / DPI, size.latency * TALL / DPI), dpi=DPI)
        axes = _axes(figure, shown, size)
        place = _across(axes, shown.points, size)
        for number, line in enumerate(shown.lines):
            _line(axes, line, place, ASIDE * (number - (len(shown.lines) - 1) / 2))
        axes.set_ylim(bottom=0)
        return svg.render(figure, f"{name}-{size.name}", label)


def logarithmic(points: Sequence[Point]) -> bool:
    """Whether these points are too far apart for even steps to show them all."""
    values = [point for point in points if not isinstance(point, str)]
    positive = len(values) == len(points) and min(values, default=0) > 0
    return positive and max(values) > DECADE * min(values)


def places(points: Sequence[Point]) -> dict[Point, float]:
    """Where each point lies across: numbers where they are, words one after the other."""
    if any(isinstance(point, str) for point in points):
        return {point: float(number) for number, point in enumerate(points)}
    return {point: float(point) for point in points}


def _axes(figure: Figure, shown: Curve, size: Size) -> Axes:
    left, low, high = size.text("000000"), size.font * 3.6, size.font * 1.8
    tall = size.latency * TALL
    across = (size.width - left - size.font) / size.width
    axes = figure.add_axes((left / size.width, low / tall, across, (tall - low - high) / tall))
    fits = size.text(shown.over) <= size.width
    axes.set_xlabel(shown.over if fits else shown.case.swept, labelpad=2)
    unit = f", {shown.unit}" if shown.unit != "1" else ""
    axes.set_title(f"{spoken(shown.metric)}{unit}", loc="left", fontsize=size.font, pad=6)
    axes.grid(axis="y")
    axes.tick_params(length=3)
    return axes


def _across(axes: Axes, points: Sequence[Point], size: Size) -> Place:
    """Lay the points out across; those whose words would run into others' have none."""
    where = places(points)
    if logarithmic(points):
        axes.set_xscale("log")
    scale = math.log if logarithmic(points) else float
    ends = scale(min(where.values())), scale(max(where.values()))
    wide = (ends[1] - ends[0]) / max(1, size.width - 2 * size.text("000000"))
    kept: list[Point] = []
    for point in points:
        room = size.text(f"{written(point)}0") * wide
        if not kept or scale(where[point]) - scale(where[kept[-1]]) >= room:
            kept.append(point)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks([where[point] for point in kept], [written(point) for point in kept])
    axes.margins(x=0.08)
    return where.__getitem__


def _line(axes: Axes, line: Line, place: Place, aside: float) -> None:
    drawn = look(line.target)
    spots = line.measured
    across = [place(spot.point) for spot in spots]
    (medians,) = axes.plot(across, [s.middle[0] for s in spots], color=PAINT[drawn.paint])
    if drawn.dashes:
        medians.set_dashes(drawn.dashes)
    for spot in spots:
        _dots(axes, spot, place(spot.point), drawn, aside)
    if line.floors:
        floors = [place(point) for point, _ in line.floors]
        (least,) = axes.plot(floors, [s for _, s in line.floors], color=PAINT[drawn.paint])
        least.set(linewidth=1)
        least.set_dashes(FLOOR)


def _dots(axes: Axes, spot: Spot, across: float, drawn: Look, aside: float) -> None:
    """A dot a trial; a censored one is hollow."""
    colour = PAINT[drawn.paint]
    beside = offset_copy(axes.transData, x=aside, units="dots")
    for value, row in zip(spot.values, spot.rows, strict=True):
        (dot,) = axes.plot(across, value, drawn.marker, color=colour, markersize=5)
        dot.set(transform=beside, fillstyle="none" if row.censored else "full")
