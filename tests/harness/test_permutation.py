"""The permutation test within blocks: known p-values, scipy's, and how they are distributed."""

import numpy as np
import pytest
from scipy.stats import permutation_test

from seatrial.harness.bounded import Pair, bounded
from seatrial.harness.permutation import EXACT, least_p, p_value, scores


def pairs(first: list[float], second: list[float]) -> list[Pair]:
    return [(bounded(a), bounded(b)) for a, b in zip(first, second, strict=True)]


@pytest.mark.parametrize("blocks", [5, 6, 8, EXACT])
def test_blocks_that_all_agree_give_the_least_p(blocks: int) -> None:
    low, high = [float(n) for n in range(blocks)], [float(n + blocks) for n in range(blocks)]
    assert p_value(pairs(low, high)) == least_p(blocks) == 2 / 2**blocks


def test_five_blocks_do_not_reach_five_percent() -> None:
    assert least_p(5) == 0.0625
    assert least_p(6) < 0.05


def test_no_difference_at_all_is_chance() -> None:
    assert p_value(pairs([3.0] * 6, [3.0] * 6)) == 1


def scipys(made: list[Pair]) -> float:
    """The p-value of the same scores by all exchanges."""
    ranks = scores([each for pair in made for each in pair]).reshape(len(made), 2)
    found = permutation_test(
        (ranks[:, 0], ranks[:, 1]),
        lambda x, y, axis: np.sum(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )
    return float(found.pvalue)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_scipys_exact_test_of_the_same_scores(seed: int) -> None:
    one, two = np.random.default_rng(seed).lognormal(0, 0.5, (2, 8)) * [[1.0], [1.5]]
    made = pairs(list(one), list(two))
    assert p_value(made) == pytest.approx(scipys(made))


def test_a_sample_of_exchanges_comes_near_to_all_of_them() -> None:
    one, two = np.random.default_rng(8).lognormal(0, 0.5, (2, EXACT + 2)) * [[1.0], [1.3]]
    made = pairs(list(one), list(two))
    assert 0.01 < p_value(made) < 0.99
    assert p_value(made) == pytest.approx(scipys(made), abs=0.02)


def test_more_blocks_are_sampled_and_give_the_same_each_time() -> None:
    one, two = np.random.default_rng(3).lognormal(0, 0.5, (2, EXACT + 4)) * [[1.0], [1.3]]
    made = pairs(list(one), list(two))
    assert p_value(made) == p_value(made)
    assert 0 < p_value(made) < 1
    apart = pairs([1.0] * 40, [2.0] * 40)
    assert p_value(apart) == pytest.approx(1 / 10_001)


def test_a_score_counts_what_is_certain() -> None:
    values = [bounded(1), bounded(2), bounded(2), bounded(9), bounded(3, censored=True)]
    assert list(scores(values)) == [-4, -1, -1, 3, 3]


def test_without_a_difference_p_is_at_most_five_percent_in_at_most_five_of_a_hundred() -> None:
    dice = np.random.default_rng(12)
    drift = np.linspace(1, 2, 8)[:, np.newaxis]
    worlds = (drift * dice.lognormal(0, 0.4, (8, 2)) for _ in range(1000))
    found = sum(p_value(pairs(list(a), list(b))) <= 0.05 for a, b in (w.T for w in worlds))
    assert found <= 50 + 3 * np.sqrt(50)
