"""The median's interval: known order statistics, known coverage."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import quantile_test

from seatrial.harness.bounded import Bounded, bounded
from seatrial.harness.intervals import interval, median


def exact(*values: float) -> list[Bounded]:
    return [bounded(value) for value in values]


def test_a_value_is_never_outside_its_bounds() -> None:
    assert bounded(2.0, 2.1, 1.9) == Bounded(2.0, 2.0, 2.0)
    assert bounded(2.0, 1.5, 2.5, censored=True) == Bounded(2.0, 1.5, math.inf, censored=True)


@pytest.mark.parametrize(("low", "high", "sure"), [(3.1, 4.0, True), (2.9, 4.0, False)])
def test_one_exceeds_another_only_when_the_bounds_do(low: float, high: float, sure: bool) -> None:  # noqa: FBT001
    assert bounded(3.5, low, high).exceeds(bounded(2.0, 1.0, 3.0)) is sure
    assert not bounded(3.5, low, high).exceeds(bounded(2.0, censored=True))


@pytest.mark.parametrize(
    ("count", "low", "high", "coverage"),
    [
        (1, 1, 1, 0.0),
        (2, 1, 2, 0.5),
        (5, 1, 5, 0.9375),
        (6, 1, 6, 0.96875),
        (8, 1, 8, 0.9921875),
        (9, 2, 8, 0.9609375),
        (10, 2, 9, 0.978515625),
        (15, 4, 12, 0.96484375),
        (30, 10, 21, 0.9572260025888681),
    ],
)
def test_known_ranks_and_coverage(count: int, low: int, high: int, coverage: float) -> None:
    """As in tables of confidence intervals of the median."""
    found = interval(exact(*range(count, 0, -1)))
    assert (found.low, found.high) == (low, high)
    assert found.coverage == pytest.approx(coverage)


@pytest.mark.parametrize("count", [6, 10, 15, 30])
def test_the_interval_is_scipys(count: int) -> None:
    values = np.random.default_rng(count).lognormal(size=count)
    theirs = quantile_test(values).confidence_interval(0.95)
    found = interval(exact(*values))
    assert (found.low, found.high) == (theirs.low, theirs.high)


def test_a_median_of_censored_values_is_censored_and_open_above() -> None:
    values = [*exact(1.0, 2.0), *(bounded(9.0, censored=True) for _ in range(3))]
    found = median(values)
    assert (found.value, found.censored, found.high) == (9.0, True, math.inf)
    assert interval(values).high == math.inf


def test_a_censored_value_above_the_median_changes_nothing() -> None:
    values = [*exact(1, 2, 3, 4), bounded(5, censored=True)]
    assert median(values) == Bounded(3, 3, 3)
    assert interval(values).high == math.inf


def test_a_censored_value_below_the_median_may_belong_above_it() -> None:
    found = median([*exact(1, 2, 20, 30), bounded(10, censored=True)])
    assert found == Bounded(10, 10, 20, censored=True)


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40), st.floats(0.1, 100))
def test_the_median_lies_in_its_interval_and_both_scale(values: list[float], by: float) -> None:
    found, middle = interval(exact(*values)), median(exact(*values))
    assert found.low <= middle.value <= found.high
    scaled = interval(exact(*(by * value for value in values)))
    assert (scaled.low, scaled.high) == (by * found.low, by * found.high)
