"""Where everything of a chart goes: its axes in pixels, and labels that do not overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from seatrial.reports.looks import cut, spoken
from seatrial.reports.traces import Act, Trace

DPI = 72  # so that matplotlib's points are the drawing's units
LETTER = 0.6
"""The width of a letter in font sizes: more than most fonts need."""


@dataclass(frozen=True, slots=True)
class Size:
    """A format of the chart, in pixels: a page shows the one that fits it."""

    name: str
    width: int
    latency: int  # the height of the axes of latency
    font: float

    def text(self, words: str) -> float:
        """How wide these words are at most."""
        return len(words) * self.font * LETTER


@dataclass(frozen=True, slots=True)
class Frame:
    """What all panels of a chart share."""

    size: Size
    left: float
    span_s: tuple[float, float]
    span_ms: tuple[float, float]

    @property
    def inner(self) -> float:
        """The width of every axes."""
        return self.size.width - self.left - self.size.text("00000")

    @property
    def pixel_s(self) -> float:
        """The time that a pixel stands for."""
        return (self.span_s[1] - self.span_s[0]) / self.inner


def frame(traces: Sequence[Trace], size: Size) -> Frame:
    """The frame that these traces fit in."""
    begin, end = min(t.begin_s for t in traces), max(t.end_s for t in traces)
    pad = max(0.01, (end - begin) * 0.01)
    waits = [w for t in traces for line in t.latencies for w in (*line.low, *line.high) if w > 0]
    words = ["1000", *(cut(lane.failure) for t in traces for lane in t.lanes)]
    return Frame(
        size=size,
        left=size.font * 2.2 + max(size.text(word) for word in words),
        span_s=(begin - pad, end + pad),
        span_ms=(min(waits, default=1) / 1.3, max(waits, default=1000) * 1.3),
    )


@dataclass(frozen=True, slots=True)
class Label:
    """An act's label: in which row above the axes, and whether it reads to the left of its line."""

    at_s: float
    text: str
    row: int
    leftward: bool


def labels(acts: Sequence[Act], frame: Frame) -> tuple[Label, ...]:
    """Place each label in the lowest row where it meets no other."""
    taken: list[float] = []  # the right end of each row, in seconds
    placed = []
    for act in acts:
        words = cut(spoken(act.what))
        width = (frame.size.text(words) + frame.size.font) * frame.pixel_s
        leftward = act.at_s + width > frame.span_s[1]
        begin = act.at_s - width if leftward else act.at_s
        row = next((row for row, end in enumerate(taken) if end <= begin), len(taken))
        taken[row : row + 1] = [begin + width]
        placed.append(Label(act.at_s, words, row, leftward))
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure to lay axes on."""

    frame: Frame
    figure: Figure
    height: float

    def axes(self, top: float, height: float) -> Axes:
        """New axes at this distance from the top, on the shared time."""
        width = self.frame.size.width
        across, inner = self.frame.left / width, self.frame.inner / width
        bottom = (self.height - top - height) / self.height
        made = self.figure.add_axes((across, bottom, inner, height / self.height))
        made.set_xlim(self.frame.span_s)
        made.tick_params(length=0, labelsize=self.frame.size.font, labelbottom=False)
        return made

    def write(self, x: float, top: float, words: str) -> Text:
        """Words at a place in pixels from the top left."""
        place = (x / self.frame.size.width, 1 - top / self.height)
        return self.figure.text(*place, words, fontsize=self.frame.size.font)


def sheet(frame: Frame, height: float) -> Sheet:
    """An empty sheet of the frame's width."""
    inches = (frame.size.width / DPI, height / DPI)
    return Sheet(frame, Figure(figsize=inches, dpi=DPI), height)
