"""Where an axis of ratios ends, and which numbers stand at it. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from seatrial.harness.effects import Ratio
from seatrial.reports.frame import Size

ROOM = 1.25
"""The axis goes from the reciprocal of that to that at least: the margin and some more."""

PAD = 1.1
"""Besides, by which factor it goes on at both ends."""

STEPS: tuple[tuple[tuple[float, ...], int], ...] = (
    ((1, 1.2, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), 1),
    ((1, 2, 5), 1),
    *(((1,), n) for n in (1, 2, 3, 4, 6)),
)
"""Which ticks there may be, from many to few: in a decade, and in every so many of them."""


def span(ratios: Iterable[Ratio]) -> tuple[float, float]:
    """The ends of an axis that shows all of these as far as a logarithm can."""
    ends = [end for each in ratios for end in (each.low, each.value, each.high)]
    drawn = [end for end in ends if 0 < end < math.inf]
    return min([1 / ROOM, *drawn]) / PAD, max([ROOM, *drawn]) * PAD


def ticks(ends: tuple[float, float], inner: float, size: Size) -> list[float]:
    """Round numbers between the ends, 1 among them, so many that their labels do not meet."""
    found: list[float] = []
    for digits, every in STEPS:
        found = list(_round(ends, digits, every))
        if _apart(found, inner / math.log(ends[1] / ends[0]), size):
            break
    return found


def _round(ends: tuple[float, float], digits: Sequence[float], every: int) -> Iterator[float]:
    first, last = (math.floor(math.log10(end)) for end in ends)
    for power in range(first, last + 1):
        if power % every == 0:
            yield from (d * 10.0**power for d in digits if ends[0] <= d * 10.0**power <= ends[1])


def _apart(values: Sequence[float], scale: float, size: Size) -> bool:
    """Whether the labels of neighbours leave a letter's room between them."""
    return all(
        math.log(two / one) * scale >= size.text(f"{one:g}{two:g}00") / 2
        for one, two in pairwise(values)
    )
