"""Draws a forest: each ratio with its interval on a logarithmic axis, a row a headline metric."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import NullLocator
from matplotlib.transforms import offset_copy

from seatrial.harness.effects import Ratio
from seatrial.harness.verdicts import MARGIN, Verdict
from seatrial.reports import anchors, svg
from seatrial.reports.charts import SIZES
from seatrial.reports.frame import DPI, LETTER, Size
from seatrial.reports.looks import cut
from seatrial.reports.ratios import Effect, Forest, spelled
from seatrial.reports.scales import span, ticks
from seatrial.reports.svg import PAINT

TITLE, ROW, AXIS = 2.4, 1.9, 4.2
"""Heights in font sizes: of the title, of a row, of what is under the axis."""

INDENT, ASIDE, ARROW = 8.0, 18.0, 7.0
"""Widths in pixels: before a metric, on both sides of the axes, from an axis' end to its arrow."""

LONGEST = 24
"""Letters of a metric's label."""

FIGURES = 0.25
"""The part of the width that the ratios in digits may take; a narrower page has them below only."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a verdict looks: by its shape as much as by its colour."""

    marker: str
    paint: str
    fill: str


SAME = Mark("s", "ink", "none")
UNSURE = Mark("x", "muted", "full")


@dataclass(frozen=True, slots=True)
class Plot:
    """Where everything of a forest goes, in pixels."""

    shown: Forest
    size: Size

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis."""
        return span(effect.ratio for effect in self.shown.effects)

    @property
    def left(self) -> float:
        """The width of the column of labels."""
        labels = (cut(effect.label, LONGEST) for effect in self.shown.effects)
        return INDENT + max(map(self.size.text, labels)) + ASIDE

    @property
    def right(self) -> float:
        """The width of the column of figures; 0 where there is no room for one."""
        wide = max(self.size.text(effect.figures) for effect in self.shown.effects)
        return wide if wide <= FIGURES * self.size.width else 0.0

    @property
    def inner(self) -> float:
        """The width of the axes."""
        return self.size.width - self.left - self.right - ASIDE

    @property
    def low(self) -> float:
        """From the bottom to the axes."""
        return AXIS * self.size.font

    @property
    def high(self) -> float:
        """The height of the axes."""
        return ROW * self.size.font * len(self.shown.rows)

    @property
    def tall(self) -> float:
        """The whole height."""
        return self.low + self.high + TITLE * self.size.font

    def letters(self, width: float) -> int:
        """How many letters that width surely holds."""
        return int(width / (self.size.font * LETTER))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A forest as the page has it."""

    anchor: str
    shown: Forest
    drawings: Mapping[str, Markup]  # by the name of their size


def figures(found: Iterable[Forest]) -> Iterator[Drawn]:
    """Draw forests in every size; markup, because matplotlib has escaped what is in it."""
    for place, each in enumerate(found, 1):
        name = f"ratios-{place}"
        drawings = {size.name: Markup(forest(name, each, size)) for size in SIZES}  # noqa: S704 - see above
        anchor = anchors.forest(each.profile, each.first.target, each.second.target)
        yield Drawn(anchor, each, drawings)


def forest(name: str, shown: Forest, size: Size) -> str:
    """A forest as one SVG element with a text alternative."""
    plot = Plot(shown, size)
    label = f"Ratios of medians, {shown.title}. {' '.join(spelled(shown))}"
    with style.context([svg.STYLE, {"font.size": size.font}], after_reset=True):
        figure = Figure(figsize=(size.width / DPI, plot.tall / DPI), dpi=DPI)
        axes = _axes(figure, plot)
        for place, row in enumerate(shown.rows):
            if isinstance(row, Effect):
                _effect(axes, place, row, plot)
            else:
                words = cut(row, plot.letters(size.width))
                _write(axes, place, words, -plot.left).set(fontweight="bold")
        return svg.render(figure, f"{name}-{size.name}", label)


def mark(verdict: Verdict, shown: Forest) -> Mark:
    """The winner's own shape and colour, or those of no winner."""
    winner = {Verdict.BETTER: shown.first, Verdict.WORSE: shown.second}.get(verdict)
    if winner:
        return Mark(winner.marker, winner.paint, "full")
    return SAME if verdict is Verdict.SAME else UNSURE


def _axes(figure: Figure, plot: Plot) -> Axes:
    wide, tall = plot.size.width, plot.tall
    box = (plot.left / wide, plot.low / tall, plot.inner / wide, plot.high / tall)
    axes = figure.add_axes(box)
    axes.set_xscale("log")
    axes.set_xlim(plot.span)
    axes.set_ylim(len(plot.shown.rows) - 0.5, -0.5)
    found = ticks(plot.span, plot.inner, plot.size)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(found, [f"{tick:g}" for tick in found])
    axes.set_yticks([])
    axes.tick_params(length=3)
    axes.set_xlabel("ratio of medians", labelpad=2)
    axes.spines["left"].set_visible(False)
    axes.axvspan(1 / (1 + MARGIN), 1 + MARGIN, color=PAINT["rule"], alpha=0.4, linewidth=0)
    axes.axvline(1, color=PAINT["ink"], linewidth=1)
    title = cut(plot.shown.title, plot.letters(wide))
    figure.text(0, 1 - 1.4 * plot.size.font / tall, title, fontweight="bold")
    return axes


def _effect(axes: Axes, place: int, effect: Effect, plot: Plot) -> None:
    """A row: its label, the interval, the ratio on it, and both in digits where there is room."""
    drawn = mark(effect.verdict, plot.shown)
    colour = PAINT[drawn.paint]
    least, value, most = (_held(end, plot) for end in _ends(effect.ratio))
    axes.plot([least, most], [place, place], color=colour, linewidth=1.6)
    (dot,) = axes.plot(value, place, drawn.marker, color=colour, markersize=7)
    dot.set(fillstyle=drawn.fill, clip_on=False)
    _open(axes, place, effect.ratio, colour, plot)
    _write(axes, place, cut(effect.label, LONGEST), INDENT - plot.left)
    if plot.right:
        _write(axes, place, effect.figures, plot.inner + ASIDE)


def _ends(ratio: Ratio) -> tuple[float, float, float]:
    return ratio.low, ratio.value, ratio.high


def _held(end: float, plot: Plot) -> float:
    """Where an end is drawn that may lie off the axis."""
    least, most = plot.span
    return min(max(end, least), most)


def _open(axes: Axes, place: int, ratio: Ratio, colour: str, plot: Plot) -> None:
    """Arrows where the interval goes on for ever: to nothing, or without an upper end."""
    least, most = plot.span
    arrows = ((least, "<", -ARROW, ratio.low <= 0), (most, ">", ARROW, math.isinf(ratio.high)))
    for end, marker, aside, endless in arrows:
        if endless:
            (arrow,) = axes.plot(end, place, marker, color=colour, markersize=5)
            beside = offset_copy(axes.transData, x=aside, units="dots")
            arrow.set(transform=beside, clip_on=False)


def _write(axes: Axes, place: int, words: str, x: float) -> Annotation:
    """Words in a row, so many pixels from the left end of the axes."""
    return axes.annotate(
        words,
        (0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(x, 0),
        textcoords="offset points",
        va="center",
        annotation_clip=False,
    )
