"""Two runs without common blocks: the permutation of labels and the ratio with its own draws."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from seatrial.harness.bounded import Bounded, bounded
from seatrial.harness.effects import independent_ratio, ratio
from seatrial.harness.permutation import (
    SAMPLES,
    SPLITS,
    independent_least_p,
    independent_p,
    scores,
)


def made(values: Sequence[float]) -> list[Bounded]:
    return [bounded(float(value)) for value in values]


def worlds(seed: int, first: int, second: int, apart: float = 1.4) -> list[list[Bounded]]:
    dice = np.random.default_rng(seed)
    return [made(dice.lognormal(0, 0.5, first)), made(apart * dice.lognormal(0, 0.5, second))]


def scipys(first: Sequence[Bounded], second: Sequence[Bounded]) -> float:
    """The p-value of the same scores by all splits."""
    ranks = scores([*first, *second])
    found = permutation_test(
        (ranks[: len(first)], ranks[len(first) :]),
        lambda x, y, axis: np.sum(x, axis=axis) + 0 * np.sum(y, axis=axis),
        permutation_type="independent",
        n_resamples=np.inf,
        vectorized=True,
    )
    return float(found.pvalue)


@pytest.mark.parametrize(("first", "second"), [(5, 5), (5, 8), (8, 8)])
def test_runs_that_do_not_overlap_give_the_least_p(first: int, second: int) -> None:
    low, high = made(range(first)), made(range(100, 100 + second))
    least = 2 / math.comb(first + second, first)
    assert independent_p(low, high) == independent_p(high, low) == pytest.approx(least)
    assert independent_least_p(first, second) == least


def test_five_trials_of_each_reach_five_percent() -> None:
    assert independent_least_p(5, 5) == 2 / 252


def test_no_difference_at_all_is_chance() -> None:
    assert independent_p(made([3] * 6), made([3] * 7)) == 1


@pytest.mark.parametrize("sizes", [(5, 5), (6, 6), (5, 8), (9, 5)])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_scipys_exact_test_of_the_same_scores(seed: int, sizes: tuple[int, int]) -> None:
    first, second = worlds(seed, *sizes)
    assert independent_p(first, second) == pytest.approx(scipys(first, second))


def test_a_sample_of_splits_comes_near_to_all_of_them() -> None:
    first, second = worlds(4, 9, 9, apart=1.3)
    assert math.comb(18, 9) > SPLITS
    assert independent_p(first, second) == pytest.approx(scipys(first, second), abs=0.02)


def test_neither_the_order_of_trials_nor_of_runs_changes_a_sample() -> None:
    first, second = worlds(5, 12, 14)
    assert independent_p(first, second) == independent_p(second, first)
    assert independent_p(first, second) == independent_p(first[::-1], second[3:] + second[:3])
    same = worlds(6, 12, 12)
    assert independent_p(same[0], same[1]) == independent_p(same[1], same[0])
    apart = independent_p(made(range(20)), made(range(100, 120)))
    assert apart == pytest.approx(2 / (SAMPLES + 1))


def test_a_censored_value_counts_as_what_it_is_certain_of() -> None:
    ended, endless = made([1, 2, 3, 4, 5]), [bounded(6, censored=True)] * 5
    assert independent_p(ended, endless) == independent_least_p(5, 5)
    unsure = [bounded(0, censored=True)] * 5
    assert independent_p(ended, unsure) == 1


@pytest.mark.parametrize(("first", "second"), [(6, 6), (5, 9)])
def test_without_a_difference_p_is_at_most_five_percent_in_at_most_five_of_a_hundred(
    first: int, second: int
) -> None:
    found = sum(
        independent_p(*worlds(seed, first, second, apart=1.0)) <= 0.05 for seed in range(1000)
    )
    assert found <= 50 + 3 * math.sqrt(50)


def test_a_constant_ratio_has_no_width() -> None:
    found = independent_ratio(made([2] * 6), made([4] * 7))
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


def test_what_blocks_share_does_not_cancel_out_between_runs() -> None:
    drift = [1.0, 2.0, 4.0, 8.0, 16.0]
    thrice = [3 * each for each in drift]
    paired = ratio(list(zip(made(thrice), made(drift), strict=True)))
    found = independent_ratio(made(thrice), made(drift))
    assert (paired.low, paired.high) == (3, 3)
    assert found.value == 3
    assert found.low < 1
    assert found.high > 6


def test_the_interval_is_a_plain_percentile_bootstraps_of_both_runs_apart() -> None:
    dice = np.random.default_rng(5)
    one, two = dice.lognormal(0, 0.3, 12), dice.lognormal(0.2, 0.3, 15)
    draws = np.random.default_rng(11)
    first = np.median(one[draws.integers(0, 12, (20_000, 12))], axis=1)
    second = np.median(two[draws.integers(0, 15, (20_000, 15))], axis=1)
    found = independent_ratio(made(one), made(two))
    assert found.low == pytest.approx(np.quantile(first / second, 0.025), rel=0.05)
    assert found.high == pytest.approx(np.quantile(first / second, 0.975), rel=0.05)


def test_something_against_nothing_is_beyond_any_number() -> None:
    assert independent_ratio(made([3] * 5), made([0] * 5)).low == math.inf
    assert independent_ratio(made([0] * 5), made([0] * 6)).high == 1


values = st.lists(st.floats(0.1, 100), min_size=2, max_size=12)


@given(values, values)
def test_exchanging_the_runs_gives_the_reciprocal(one: list[float], two: list[float]) -> None:
    found, other = (
        independent_ratio(made(one), made(two)),
        independent_ratio(made(two), made(one)),
    )
    assert other.value == pytest.approx(1 / found.value)
    if one != two:
        assert other.low == pytest.approx(1 / found.high)
        assert other.high == pytest.approx(1 / found.low)
