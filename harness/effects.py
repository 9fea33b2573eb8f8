"""How far two targets lie apart: the ratio of their medians, and Cliff's delta. Pure.

The ratio's interval is a percentile bootstrap (Efron and Tibshirani, An Introduction to the
Bootstrap, 13). A block is drawn as a whole, with both its trials, so that what the machine did in
a block meets both. Its ends use the trials' lower and upper bounds: what the instrument could not
see, and what had not ended, widens it.
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


@dataclass(frozen=True, slots=True)
class Ratio:
    """The first's median in terms of the second's; 0 against 0 is 1, something against 0 inf."""

    value: float
    low: float
    high: float


def ratio(pairs: Sequence[Pair], confidence: float = CONFIDENCE) -> Ratio:
    """The ratio of the medians over these blocks, with its interval; no value may be negative."""
    first, second = zip(*pairs, strict=True)
    tail = (1 - confidence) / 2
    least = over(_medians(lows(first)), _medians(highs(second)))
    most = over(_medians(highs(first)), _medians(lows(second)))
    return Ratio(
        value=_divided(median(first).value, median(second).value),
        # whole draws at both ends: exchanging the targets gives the reciprocal
        low=float(np.quantile(least, tail, method="lower")),
        high=float(np.quantile(most, 1 - tail, method="higher")),
    )


def over(above: Floats, below: Floats) -> Floats:
    """Each quotient, 1 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((above == 0) & (below == 0), 1.0, above / below)


def _divided(above: float, below: float) -> float:
    if below == 0:
        return 1.0 if above == 0 else math.inf
    return above / below


def _medians(values: Floats) -> Floats:
    count = len(values)
    drawn = np.sort(values[_draws(count)], axis=1)  # half the time of numpy's median
    return np.asarray((drawn[:, (count - 1) // 2] + drawn[:, count // 2]) / 2, dtype=np.float64)


@cache
def _draws(blocks: int) -> npt.NDArray[np.intp]:
    """Which blocks make each draw: the same for every metric, so that runs can be repeated."""
    return np.random.default_rng(SEED).integers(0, blocks, size=(DRAWS, blocks))


def delta(first: Sequence[Bounded], second: Sequence[Bounded]) -> float:
    """Cliff's delta: how much more often the first is certainly more than certainly less.

    From -1, every trial of the first is less, to 1; overlapping bounds count for neither
    (Cliff, Dominance Statistics, Psychological Bulletin 114, 1993).
    """
    more = sum(one.exceeds(two) for one in first for two in second)
    less = sum(two.exceeds(one) for one in first for two in second)
    return (more - less) / (len(first) * len(second))
