"""How far two targets or runs lie apart: the ratio of their medians, and Cliff's delta. Pure.

The ratio's interval is a percentile bootstrap (Efron and Tibshirani, An Introduction to the
Bootstrap, 13). Of one run a block is drawn as a whole, with both its trials, so that what the
machine did in a block meets both; of two runs each one's trials are drawn apart (8.3). Its ends use
the trials' lower and upper bounds: what the instrument could not see, and what had not ended,
widens it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from seatrial.harness.bounded import Bounded, Floats, Pair, highs, lows
from seatrial.harness.intervals import CONFIDENCE, median

DRAWS = 2000
SEED = 20_177
APART = (20_179, 20_180)
"""The seeds of the draws of two runs: with one for both their trials would be paired after all."""

Draws = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The first's median in terms of the second's; 0 against 0 is 1, something against 0 inf."""

    value: float
    low: float
    high: float


def ratio(pairs: Sequence[Pair], confidence: float = CONFIDENCE) -> Ratio:
    """The ratio of the medians over these blocks, with its interval; no value may be negative."""
    first, second = zip(*pairs, strict=True)
    drawn = _draws(len(pairs))
    return _ratio((first, drawn), (second, drawn), confidence)


def independent_ratio(
    first: Sequence[Bounded], second: Sequence[Bounded], confidence: float = CONFIDENCE
) -> Ratio:
    """The same of two runs that have no blocks in common; exchanging them gives the reciprocal."""
    one, two = APART if _told(first) <= _told(second) else APART[::-1]
    mine, others = _draws(len(first), one), _draws(len(second), two)
    return _ratio((first, mine), (second, others), confidence)


def _told(values: Sequence[Bounded]) -> list[tuple[float, float, float]]:
    """Something to order two runs by that does not depend on which is the first."""
    return [(each.value, each.low, each.high) for each in values]


def _ratio(
    first: tuple[Sequence[Bounded], Draws],
    second: tuple[Sequence[Bounded], Draws],
    confidence: float,
) -> Ratio:
    (one, mine), (two, others) = first, second
    tail = (1 - confidence) / 2
    least = over(_medians(lows(one), mine), _medians(highs(two), others))
    most = over(_medians(highs(one), mine), _medians(lows(two), others))
    return Ratio(
        value=quotient(median(one).value, median(two).value),
        # whole draws at both ends: exchanging the two gives the reciprocal
        low=float(np.quantile(least, tail, method="lower")),
        high=float(np.quantile(most, 1 - tail, method="higher")),
    )


def over(above: Floats, below: Floats) -> Floats:
    """Each quotient, 1 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((above == 0) & (below == 0), 1.0, above / below)


def quotient(above: float, below: float) -> float:
    """One quotient, 1 where both are 0."""
    if below == 0:
        return 1.0 if above == 0 else math.inf
    return above / below


def _medians(values: Floats, draws: Draws) -> Floats:
    count = len(values)
    drawn = np.sort(values[draws], axis=1)  # half the time of numpy's median
    return np.asarray((drawn[:, (count - 1) // 2] + drawn[:, count // 2]) / 2, dtype=np.float64)


@cache
def _draws(count: int, seed: int = SEED) -> Draws:
    """Which blocks or trials make each draw: the same for every metric and each time."""
    return np.random.default_rng(seed).integers(0, count, size=(DRAWS, count))


def delta(first: Sequence[Bounded], second: Sequence[Bounded]) -> float:
    """Cliff's delta: how much more often the first is certainly more than certainly less.

    From -1, every trial of the first is less, to 1; overlapping bounds count for neither
    (Cliff, Dominance Statistics, Psychological Bulletin 114, 1993).
    """
    more = sum(one.exceeds(two) for one in first for two in second)
    less = sum(two.exceeds(one) for one in first for two in second)
    return (more - less) / (len(first) * len(second))
