"""Two runs in the same trials: which meet, what is said of them, and how often it is wrong."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.two_runs import NOISY, STEADY, TWICE, Row, frame, rows

from benchmarks.worlds import NOISES
from seatrial.harness.bounded import bounded
from seatrial.harness.verdicts import Verdict
from seatrial.harness.versus import (
    Case,
    Meeting,
    Shift,
    Side,
    Unmet,
    decided,
    held,
    shifts,
    unmet,
)

BETTER: Mapping[str, Mapping[str, Literal["lower", "higher"]]] = {
    "self_heal": {"outage": "lower", "failed": "lower", "least_ready": "higher"}
}
CASE = Case("swarm", "stock", "self_heal", "kill")
FLIPPED = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}


def fought(base: pd.DataFrame, new: pd.DataFrame) -> dict[tuple[Case, str], Shift]:
    found = shifts(held(base), held(new), BETTER)
    return {(shift.meeting.case, shift.meeting.metric): shift for shift in found}


def outage(base: Iterator[Row], new: Iterator[Row]) -> Shift:
    """What is said of the only metric of two runs."""
    (found,) = fought(frame(base), frame(new)).values()
    return found


def test_a_run_that_takes_twice_as_long_is_worse_with_its_figures() -> None:
    found = outage(rows(STEADY), rows(TWICE))
    assert found.verdict is Verdict.WORSE
    assert found.finding is not None
    assert found.finding.ratio.value == pytest.approx(2)
    assert found.finding.ratio.low > 1.9
    assert found.finding.delta == 1
    assert found.finding.p == pytest.approx(2 / math.comb(12, 6))


def test_the_other_way_round_it_is_better() -> None:
    assert outage(rows(TWICE), rows(STEADY)).verdict is Verdict.BETTER


def test_higher_may_be_better() -> None:
    found = outage(rows(STEADY, "least_ready"), rows(TWICE, "least_ready"))
    assert found.verdict is Verdict.BETTER


def test_runs_that_hardly_differ_are_the_same() -> None:
    found = outage(rows(STEADY), rows([1.02 * value for value in STEADY]))
    assert found.verdict is Verdict.SAME


def test_noise_is_inconclusive() -> None:
    found = outage(rows(NOISY), rows([1.2 * value for value in NOISY]))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "Chance" in found.judgement.reason


def test_five_trials_of_each_can_tell_a_difference() -> None:
    assert outage(rows(STEADY[:5]), rows(TWICE[:5])).verdict is Verdict.WORSE


def test_fewer_than_five_valid_trials_of_either_give_no_verdict() -> None:
    found = outage(rows(STEADY[:4]), rows(TWICE))
    assert (found.verdict, found.finding) == (Verdict.NONE, None)
    assert found.judgement.reason == "Valid trials: 4 of BASE and 6 of NEW; 5 of each are needed."
    new = frame(rows(TWICE))
    new.loc[:1, "valid"] = False
    (lost,) = fought(frame(rows(STEADY)), new).values()
    assert lost.judgement.reason == "Valid trials: 6 of BASE and 4 of NEW; 5 of each are needed."


def test_a_valid_trial_without_the_value_is_not_left_out() -> None:
    new = [*rows(TWICE)]
    new[2] |= {"value": None, "reason": "not within 150 s"}
    found = outage(rows(STEADY), iter(new))
    assert found.verdict is Verdict.NONE
    assert found.judgement.reason == "NEW lacks it in 1 of 6 trials (not within 150 s)."


def test_other_units_and_negative_values_get_no_verdict() -> None:
    assert "Measured in s in BASE and in ms in NEW" in (
        outage(rows(STEADY), rows(STEADY, unit="ms")).judgement.reason
    )
    assert "below 0" in outage(rows(STEADY), rows([-v for v in STEADY])).judgement.reason


def test_what_never_ended_counts_as_longer() -> None:
    found = outage(rows(STEADY), rows(TWICE, censored=True))
    assert found.verdict is Verdict.WORSE
    assert found.finding is not None
    assert found.finding.ratio.high == math.inf


def test_p_is_corrected_for_all_headline_metrics_of_the_case() -> None:
    base = frame(rows(STEADY), rows(STEADY, "failed"))
    found = fought(base, frame(rows(TWICE), rows(STEADY, "failed")))
    assert [metric for _, metric in found] == ["outage", "failed"]
    finding = found[CASE, "outage"].finding
    assert finding is not None
    assert finding.p == pytest.approx(2 * 2 / math.comb(12, 6))
    assert found[CASE, "failed"].verdict is Verdict.SAME


@pytest.mark.parametrize("column", ["target", "profile", "variant", "swept", "point"])
def test_only_what_was_done_alike_meets(column: str) -> None:
    base = frame(rows(STEADY), rows(TWICE, **{column: "other"}))
    new = frame(rows(STEADY), rows(TWICE, **{column: "another"}))
    found = fought(base, new)
    assert [case for case, _ in found] == [CASE]
    assert found[CASE, "outage"].verdict is Verdict.SAME
    lone = list(unmet(held(base), held(new), BETTER))
    assert [each.reason for each in lone] == ["Only BASE has it.", "Only NEW has it."]


def test_a_point_is_the_same_however_its_cell_was_read() -> None:
    sweep = {"swept": "settings.notice_s"}
    base, new = (frame(rows(STEADY, point=point, **sweep)) for point in (20.0, "20"))
    (case,) = {case for case, _ in fought(base, new)}
    assert case.point == "20"


def test_runs_from_before_there_were_sweeps_are_compared() -> None:
    base = frame(rows(STEADY)).drop(columns=["swept", "point"])
    assert list(fought(base, frame(rows(STEADY)))) == [(CASE, "outage")]


def test_a_case_or_metric_of_one_run_only_is_told_apart() -> None:
    base = frame(rows(STEADY), rows(STEADY, "failed"))
    new = frame(rows(STEADY), rows(STEADY, scenario="scale", metric="up_all_served"))
    scale = Case("swarm", "stock", "scale", "kill")
    assert list(unmet(held(base), held(new), BETTER)) == [
        Unmet(CASE, "failed", "Only BASE has it."),
        Unmet(scale, "", "Only NEW has it."),
    ]


def test_a_case_without_a_valid_trial_is_told_with_its_reason() -> None:
    new = frame(rows(STEADY, valid=False, reason="failed: the node did not come back"))
    (found,) = unmet(held(frame(rows(STEADY))), held(new), BETTER)
    assert found.reason == "No trial of NEW is valid (failed: the node did not come back)."
    assert fought(frame(rows(STEADY)), new) == {}


def verdict(base: Sequence[float], new: Sequence[float]) -> Verdict:
    sides = (Side(len(each), "s", tuple(map(bounded, each))) for each in (base, new))
    (found,) = decided([Meeting(CASE, "outage", "lower", *sides)])
    return found.verdict


numbers = st.lists(st.floats(1, 2), min_size=5, max_size=9)


@given(numbers, numbers, st.sampled_from([0.3, 0.93, 1.0, 1.07, 3.0]))
def test_swapping_the_runs_swaps_better_and_worse(
    base: list[float], new: list[float], apart: float
) -> None:
    moved = [apart * value for value in new]
    one, other = verdict(base, moved), verdict(moved, base)
    assert other is FLIPPED.get(one, one)
    if apart == 0.3:
        assert one is Verdict.BETTER


@pytest.mark.parametrize("noise", NOISES)
def test_without_a_difference_better_or_worse_is_said_in_at_most_five_of_a_hundred(
    noise: str,
) -> None:
    """In any of three headline metrics of runs with six and eight trials."""
    dice, worlds, false = np.random.default_rng(20_261), 200, 0
    for _ in range(worlds):
        found = decided([_alike(noise, dice, metric) for metric in ("a", "b", "c")])
        false += any(each.verdict in FLIPPED for each in found)
    assert false <= 0.05 * worlds + 3 * math.sqrt(0.05 * worlds)


def _alike(noise: str, dice: np.random.Generator, metric: str) -> Meeting:
    base, new = (NOISES[noise](dice, (count, 1)).ravel() for count in (6, 8))
    sides = (Side(len(each), "s", tuple(bounded(float(v)) for v in each)) for each in (base, new))
    return Meeting(CASE, metric, "lower", *sides)
