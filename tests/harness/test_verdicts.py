"""Verdicts: which figures allow which word, and what flips it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harness.bounded import bounded
from seatrial.harness.contest import Contest, Match, decided
from seatrial.harness.effects import Ratio
from seatrial.harness.verdicts import (
    Verdict,
    blocks_needed,
    few_blocks,
    few_trials,
    holm,
    judge,
    trials_needed,
)

FLIPPED = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}


@pytest.mark.parametrize(
    ("ratio", "p", "verdict", "because"),
    [
        (Ratio(0.5, 0.4, 0.6), 0.01, Verdict.BETTER, "Lower is better"),
        (Ratio(2.0, 1.5, 2.5), 0.01, Verdict.WORSE, "more than 10%"),
        (Ratio(1.0, 0.92, 1.09), 0.9, Verdict.SAME, "within 10% of equal"),
        (Ratio(1.05, 1.02, 1.08), 0.01, Verdict.SAME, "within 10% of equal"),
        (Ratio(1.0, 0.90, 1.05), 0.9, Verdict.INCONCLUSIVE, "Chance"),
        (Ratio(0.5, 0.4, 0.6), 0.06, Verdict.INCONCLUSIVE, "Chance"),
        (Ratio(0.8, 0.5, 1.02), 0.01, Verdict.INCONCLUSIVE, "includes no difference"),
        (Ratio(1.08, 1.02, 1.2), 0.01, Verdict.INCONCLUSIVE, "less than the 10%"),
    ],
)
def test_the_rules(ratio: Ratio, p: float, verdict: Verdict, because: str) -> None:
    found = judge(ratio, p, "lower", few_blocks(8, 3))
    assert found.verdict is verdict
    assert because in found.reason


def test_higher_is_better_turns_it_round() -> None:
    assert judge(Ratio(2.0, 1.5, 2.5), 0.01, "higher", "").verdict is Verdict.BETTER


def test_too_few_blocks_for_any_difference_are_said_so() -> None:
    found = judge(Ratio(0.1, 0.09, 0.11), 0.1875, "lower", few_blocks(5, 3))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "5 blocks cannot tell a difference, however large; 7 can" in found.reason


@pytest.mark.parametrize(("measures", "blocks"), [(1, 6), (2, 7), (3, 7), (4, 8), (6, 8), (7, 9)])
def test_how_many_blocks_a_difference_needs(measures: int, blocks: int) -> None:
    assert blocks_needed(measures) == blocks


@pytest.mark.parametrize(("measures", "trials"), [(1, 5), (6, 5), (7, 6), (30, 7)])
def test_how_many_trials_of_each_of_two_runs_a_difference_needs(measures: int, trials: int) -> None:
    assert trials_needed(measures) == trials


def test_too_few_trials_of_two_runs_are_said_so() -> None:
    assert few_trials(5, 5, 6) == ""
    said = few_trials(5, 5, 7)
    assert "5 and 5 trials cannot tell a difference, however large; 6 of each run can" in said
    assert few_trials(5, 8, 7) == "", "more trials of one run help too"


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx((0.06, 0.03, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holm_lies_between_no_correction_and_bonferronis(p_values: list[float]) -> None:
    for p, corrected in zip(p_values, holm(p_values), strict=True):
        assert p <= corrected <= min(1.0, len(p_values) * p) + 1e-12


def fought(first: list[float], second: list[float]) -> Contest:
    values = zip(map(bounded, first), map(bounded, second), strict=True)
    return decided([Match("m", "s", "lower", tuple(values))])[0]


@given(
    st.lists(st.floats(1, 2), min_size=8, max_size=8),
    st.lists(st.floats(1, 2), min_size=8, max_size=8),
    st.sampled_from([0.3, 0.93, 1.0, 1.07, 3.0]),
)
def test_exchanging_the_targets_flips_better_and_worse(
    first: list[float], second: list[float], apart: float
) -> None:
    moved = [apart * value for value in first]
    one = fought(moved, second).judgement.verdict
    other = fought(second, moved).judgement.verdict
    assert other is FLIPPED.get(one, one)
    if apart == 0.3:
        assert one is Verdict.BETTER
