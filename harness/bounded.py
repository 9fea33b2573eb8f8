"""A number of one trial with what is known of it: its bounds, and whether it had ended. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bounded:
    """The truth lies between `low` and `high`; a censored value may be anything from `low` on."""

    value: float
    low: float
    high: float  # inf where there is no upper bound
    censored: bool = False

    def exceeds(self, other: "Bounded") -> bool:
        """Certainly more than the other, wherever in their bounds the truths lie."""
        return self.low > other.high


Pair = tuple[Bounded, Bounded]
"""One block: the first target's trial and the second's."""


def bounded(
    value: float, low: float | None = None, high: float | None = None, *, censored: bool = False
) -> Bounded:
    """A metric's value with its bounds; without bounds it is taken as exact."""
    least = value if low is None else min(low, value)
    most = value if high is None else max(high, value)
    return Bounded(value, least, math.inf if censored else most, censored)


def lows(values: Sequence[Bounded]) -> Floats:
    """The lower bounds."""
    return np.array([each.low for each in values], dtype=np.float64)


def highs(values: Sequence[Bounded]) -> Floats:
    """The upper bounds."""
    return np.array([each.high for each in values], dtype=np.float64)
