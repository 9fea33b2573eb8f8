"""The median of a few trials, and an interval that holds its coverage however they vary. Pure.

The interval goes from the k-th smallest value to the k-th largest: whatever the distribution, the
median lies outside only when fewer than k values fall on one side of it, which is a binomial
probability (Thompson, 1936; Conover, Practical Nonparametric Statistics, 3.2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median as middle

from scipy.stats import binom

from seatrial.harness.bounded import Bounded

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the median lies; `coverage` is the probability, less than asked for where n is small.

    `high` is inf where censored values leave it open.
    """

    low: float
    high: float
    coverage: float


def median(values: Sequence[Bounded]) -> Bounded:
    """The median and its bounds; censored when a longer look could have changed it."""
    found = middle(each.value for each in values)
    later = middle(math.inf if each.censored else each.value for each in values)
    return Bounded(
        value=found,
        low=middle(each.low for each in values),
        high=middle(each.high for each in values),
        censored=later != found,
    )


def interval(values: Sequence[Bounded], confidence: float = CONFIDENCE) -> Interval:
    """The narrowest pair of order statistics that holds the confidence, else the whole range."""
    count = len(values)
    rank = max(1, int(binom.ppf((1 - confidence) / 2, count, 0.5)))
    return Interval(
        low=sorted(each.low for each in values)[rank - 1],
        high=sorted(each.high for each in values)[count - rank],
        coverage=float(1 - 2 * binom.cdf(rank - 1, count, 0.5)) if count > 1 else 0.0,
    )
