"""Draws the traces of a case: one panel a target, all on the same time axis."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from seatrial.reports import numbers, svg
from seatrial.reports.frame import Frame, Label, Sheet, Size, frame, labels, sheet
from seatrial.reports.looks import Look, cut, listed, look, spoken
from seatrial.reports.svg import PAINT
from seatrial.reports.traces import Lane, Latency, Mark, Trace

SIZES = (Size("narrow", 340, 90, 9.5), Size("wide", 820, 125, 11))
TITLE, LANE, READY, GAP, AXIS = 22, 15, 48, 8, 36
"""Heights in pixels: of a panel's title, of a lane, of the replicas, between axes, of the time."""

TWO_DECADES = 100
WIDTHS = {"fresh": 1.6, "kept": 0.8}
MARKERS = {"appeared": "^", "restarted": "o", "gone": "v"}


def chart(name: str, title: str, traces: Sequence[Trace], size: Size) -> str:
    """The traces of a case as one SVG element with a text alternative."""
    label = f"{title}. {' '.join(f'{told(each)} {asked(each)}' for each in traces)}"
    with style.context([svg.STYLE, {"font.size": size.font}], after_reset=True):
        shared = frame(traces, size)
        heights = [_height(each, shared) for each in traces]
        page = sheet(shared, sum(heights) + AXIS)
        for place, trace in enumerate(traces):
            bottom = _panel(page, trace, sum(heights[:place]))
        _time(bottom, traces)
        return svg.render(page.figure, f"{name}-{size.name}", label)


def told(trace: Trace) -> str:
    """What a panel shows, in words."""
    who = f"{look(trace.target).title}, trial {trace.trial}"
    return f"{who}: {failures(trace)}. {replicas(trace)}."


def asked(trace: Trace) -> str:
    """The acts of a panel, in words."""
    acts = [f"{spoken(act.what)} at {numbers.seconds(act.at_s)}" for act in trace.acts]
    return f"Asked for: {listed(acts)}."


def failures(trace: Trace) -> str:
    """How many requests failed, when and of which classes."""
    if not trace.failed:
        return f"none of {trace.requests} requests failed"
    first = min(lane.at_s[0] for lane in trace.lanes)
    last = max(lane.at_s[-1] for lane in trace.lanes)
    classes = ", ".join(f"{lane.failure}: {len(lane.at_s)}" for lane in trace.lanes)
    begin, end = numbers.seconds(first), numbers.seconds(last)
    when = f"at {begin}" if begin == end else f"from {begin} to {end}"
    return f"{trace.failed} of {trace.requests} requests failed {when} ({classes})"


def replicas(trace: Trace) -> str:
    """Between which numbers the ready replicas went, while requests were sent."""
    before = [count for at, count in trace.ready if at <= trace.begin_s][-1:]
    during = [c for at, c in trace.ready if trace.begin_s < at <= trace.end_s]
    if not before + during:
        return "No replica was seen ready"
    fewest, most = min(before + during), max(before + during)
    return f"Ready replicas: {fewest if fewest == most else f'{fewest} to {most}'}"


def _height(trace: Trace, shared: Frame) -> float:
    rows = 1 + max((label.row for label in labels(trace.acts, shared)), default=0)
    lanes = len(trace.lanes) * LANE + GAP if trace.lanes else 0
    return TITLE + rows * LANE + shared.size.latency + GAP + lanes + READY + 2 * GAP


def _panel(page: Sheet, trace: Trace, top: float) -> Axes:
    """Draw a target's panel from there down; its lowest axes."""
    drawn = look(trace.target)
    placed = labels(trace.acts, page.frame)
    _title(page, trace, drawn, top)
    top += TITLE + LANE * (1 + max((label.row for label in placed), default=0))
    upper = page.axes(top, page.frame.size.latency)
    _latency(upper, trace.latencies, drawn, page.frame)
    _name_acts(upper, placed, page.frame)
    top += page.frame.size.latency + GAP
    panels = [upper]
    if trace.lanes:
        panels.append(page.axes(top, len(trace.lanes) * LANE))
        _lanes(panels[-1], trace.lanes, page.frame)
        top += len(trace.lanes) * LANE + GAP
    panels.append(page.axes(top, READY))
    _replicas(panels[-1], trace, drawn)
    _side(panels[-1], "ready", page.frame)
    for axes in panels:
        for act in trace.acts:
            axes.axvline(act.at_s, color=PAINT["ink"], linewidth=1, dashes=(2, 2))
    return panels[-1]


def _title(page: Sheet, trace: Trace, drawn: Look, top: float) -> None:
    words = f"{drawn.sign} {drawn.title}, trial {trace.trial}"
    low = top + TITLE - GAP / 2
    page.write(0, low, words).set(color=PAINT[drawn.paint], fontweight="bold")
    count = f"{trace.failed} of {trace.requests} failed"
    page.write(page.frame.size.width, low, count).set(color=PAINT["muted"], ha="right")


def _latency(axes: Axes, lines: Iterable[Latency], drawn: Look, shared: Frame) -> None:
    colour = PAINT[drawn.paint]
    for line in lines:
        axes.fill_between(line.at_s, line.low, line.high, color=colour, alpha=0.2, linewidth=0)
        width = WIDTHS.get(line.stream, 1)
        (curve,) = axes.plot(line.at_s, line.median, color=colour, linewidth=width)
        if drawn.dashes:
            curve.set_dashes(drawn.dashes)
    axes.set_yscale("log")
    axes.set_ylim(shared.span_ms)
    axes.yaxis.set_major_locator(LogLocator(subs=_subs(*shared.span_ms)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="y")
    _side(axes, "latency, ms", shared)


def _subs(low: float, high: float) -> tuple[int, ...]:
    """Which ticks there are in a decade: more of them when there are few decades."""
    return (1,) if high / low > TWO_DECADES else (1, 2, 5)


def _name_acts(axes: Axes, placed: Iterable[Label], shared: Frame) -> None:
    for label in placed:
        axes.annotate(
            label.text,
            (label.at_s, 1),
            xycoords=("data", "axes fraction"),
            xytext=(-3 if label.leftward else 3, 3 + label.row * LANE),
            textcoords="offset points",
            ha="right" if label.leftward else "left",
            fontsize=shared.size.font,
            annotation_clip=False,
        )


def _lanes(axes: Axes, lanes: Sequence[Lane], shared: Frame) -> None:
    """A lane a class; requests that fail within a pixel of each other make one bar."""
    for place, lane in enumerate(lanes):
        along = [x for bar in bars(lane.at_s, shared.pixel_s) for x in (*bar, math.nan)]
        axes.plot(along, [place] * len(along), color=PAINT["bad"], linewidth=LANE * 0.6)
        where = (1.01, place)
        across = axes.get_yaxis_transform()
        axes.text(*where, str(len(lane.at_s)), transform=across, va="center", color=PAINT["bad"])
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.set_yticks(range(len(lanes)), [cut(lane.failure) for lane in lanes])
    axes.spines["left"].set_visible(False)


def bars(at_s: Sequence[float], pixel_s: float) -> list[tuple[float, float]]:
    """Bars that cover all these moments, each a pixel wide at least."""
    if not at_s:
        return []
    cuts = [i for i, (one, two) in enumerate(pairwise(at_s), 1) if two - one > pixel_s]
    groups = [at_s[begin:end] for begin, end in pairwise([0, *cuts, len(at_s)])]
    return [(group[0] - pixel_s / 2, group[-1] + pixel_s / 2) for group in groups]


def _replicas(axes: Axes, trace: Trace, drawn: Look) -> None:
    most = max([1, *(count for _, count in trace.ready)])
    steps = [*trace.ready, (trace.end_s, trace.ready[-1][1])] if trace.ready else []
    colour = PAINT[drawn.paint]
    where, counts = [at for at, _ in steps], [count for _, count in steps]
    (line,) = axes.plot(where, counts, color=colour, linewidth=1.6, drawstyle="steps-post")
    if drawn.dashes:
        line.set_dashes(drawn.dashes)
    _marks(axes, trace.marks, -0.3 * most)
    axes.set_ylim(-0.5 * most, 1.15 * most)
    axes.set_yticks([0, most])


def _marks(axes: Axes, marks: Iterable[Mark], height: float) -> None:
    seen = list(marks)
    for kind, marker in MARKERS.items():
        at = [mark.at_s for mark in seen if mark.kind == kind]
        axes.plot(at, [height] * len(at), marker, color=PAINT["muted"], markersize=4)


def _side(axes: Axes, words: str, shared: Frame) -> None:
    """The name of an axis at the chart's left edge, whatever its ticks are."""
    offset = 1.4 * shared.size.font - shared.left
    axes.annotate(
        words,
        (0, 0.5),
        xycoords="axes fraction",
        xytext=(offset, 0),
        textcoords="offset points",
        rotation=90,
        ha="right",
        va="center",
        color=PAINT["muted"],
        annotation_clip=False,
    )


def _time(axes: Axes, traces: Sequence[Trace]) -> None:
    """The shared time, under the lowest axes."""
    axes.tick_params(labelbottom=True, length=3)
    axes.set_xlabel(
        f"seconds since {listed(sorted({spoken(each.since) for each in traces}))}", labelpad=2
    )
