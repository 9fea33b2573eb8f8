"""The ratio of medians and Cliff's delta: known answers, and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.harness.bounded import Pair, bounded
from seatrial.harness.effects import delta, ratio


def pairs(first: list[float], second: list[float]) -> list[Pair]:
    return [(bounded(a), bounded(b)) for a, b in zip(first, second, strict=True)]


def test_a_constant_ratio_has_no_width() -> None:
    found = ratio(pairs([2.0] * 6, [4.0] * 6))
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


def test_blocks_stay_whole() -> None:
    """The machine's drift is in both trials of a block, and cancels out."""
    drift = [1.0, 2.0, 4.0, 8.0, 16.0]
    found = ratio(pairs([3 * each for each in drift], drift))
    assert (found.value, found.low, found.high) == (3.0, 3.0, 3.0)


def test_the_interval_is_a_plain_percentile_bootstraps() -> None:
    dice = np.random.default_rng(5)
    one, two = dice.lognormal(0, 0.3, 12), dice.lognormal(0.2, 0.3, 12)
    draws = np.random.default_rng(11).integers(0, 12, (20_000, 12))
    other = np.median(one[draws], axis=1) / np.median(two[draws], axis=1)
    found = ratio(pairs(list(one), list(two)))
    assert found.value == pytest.approx(np.median(one) / np.median(two))
    assert found.low == pytest.approx(np.quantile(other, 0.025), rel=0.05)
    assert found.high == pytest.approx(np.quantile(other, 0.975), rel=0.05)


def test_it_is_the_same_each_time() -> None:
    made = pairs([3.0, 1.0, 4.0, 1.0, 5.0], [2.0, 7.0, 1.0, 8.0, 2.0])
    assert ratio(made) == ratio(made)


def test_nothing_against_nothing_is_equal_and_something_is_beyond_any_number() -> None:
    assert ratio(pairs([0] * 5, [0] * 5)).high == 1
    assert ratio(pairs([0] * 5, [3] * 5)).high == 0
    assert ratio(pairs([3] * 5, [0] * 5)).low == math.inf


def test_bounds_and_censoring_widen_the_interval() -> None:
    unsure = [(bounded(2.0, 1.8, 2.2), bounded(1.0, 0.9, 1.1))] * 5
    found = ratio(unsure)
    assert (found.low, found.high) == (pytest.approx(1.8 / 1.1), pytest.approx(2.2 / 0.9))
    endless = ratio([(bounded(2.0, censored=True), bounded(1.0))] * 5)
    assert (endless.low, endless.value, endless.high) == (2.0, 2.0, math.inf)


values = st.lists(st.tuples(st.floats(0.1, 100), st.floats(0.1, 100)), min_size=2, max_size=12)


@settings(deadline=None)
@given(values, st.floats(0.01, 100))
def test_the_unit_does_not_matter(made: list[tuple[float, float]], by: float) -> None:
    one, two = map(list, zip(*made, strict=True))
    found = ratio(pairs(one, two))
    scaled = ratio(pairs([by * v for v in one], [by * v for v in two]))
    assert scaled.value == pytest.approx(found.value)
    assert (scaled.low, scaled.high) == (pytest.approx(found.low), pytest.approx(found.high))


@settings(deadline=None)
@given(values)
def test_exchanging_the_targets_gives_the_reciprocal(made: list[tuple[float, float]]) -> None:
    one, two = map(list, zip(*made, strict=True))
    found, other = ratio(pairs(one, two)), ratio(pairs(two, one))
    assert other.value == pytest.approx(1 / found.value)
    assert (other.low, other.high) == (pytest.approx(1 / found.high), pytest.approx(1 / found.low))


def test_cliffs_delta_counts_pairs() -> None:
    one = [bounded(v) for v in (1, 2, 3)]
    assert delta(one, [bounded(v) for v in (4, 5)]) == -1
    assert delta(one, one) == 0
    assert delta(one, [bounded(2)]) == 0
    assert delta([bounded(3), bounded(4)], one) == pytest.approx(5 / 6)
    assert delta([bounded(3, 1, 5)], [bounded(2, 1, 4)]) == 0
