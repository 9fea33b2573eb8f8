"""Thresholds against runs: kept, missed, or not judged, and why."""

from collections.abc import Iterator
from typing import Literal

import pytest
from support.two_runs import STEADY, TWICE, Row, frame, rows

from seatrial.harness.checks import Check, Standing, checks
from seatrial.harness.errors import UsageError
from seatrial.harness.record import Threshold
from seatrial.harness.versus import held

KEPT, MISSED, OPEN = Standing.KEPT, Standing.MISSED, Standing.OPEN
OUTAGE = Threshold("self_heal", "", "outage")


def judged(
    base: Iterator[Row],
    new: Iterator[Row],
    threshold: Threshold,
    better: Literal["lower", "higher"] = "lower",
) -> list[Check]:
    trials = (held(frame(each)) for each in (base, new))
    return list(checks([threshold], *trials, {"self_heal": {"outage": better}}))


def asked(**limits: float) -> Threshold:
    return Threshold("self_heal", "", "outage", **limits)  # type: ignore[arg-type] - no unit here


def standing(new: Iterator[Row], **limits: float) -> Standing:
    """Of a run whose BASE had an outage of one second."""
    (found,) = judged(rows([1.0]), new, asked(**limits))
    return found.standing


@pytest.mark.parametrize(
    ("value", "limits", "wanted"),
    [
        (1.25, {"worse_by": 0.25}, KEPT),
        (1.26, {"worse_by": 0.25}, MISSED),
        (0.1, {"worse_by": 0.0}, KEPT),
        (2.0, {"at_most": 2}, KEPT),
        (2.1, {"at_most": 2}, MISSED),
        (2.0, {"at_least": 2}, KEPT),
        (1.9, {"at_least": 2}, MISSED),
    ],
)
def test_a_limit_itself_is_kept_and_beyond_it_is_missed(
    value: float, limits: dict[str, float], wanted: Standing
) -> None:
    assert standing(rows([value]), **limits) is wanted


@pytest.mark.parametrize(("value", "wanted"), [(4.0, KEPT), (3.9, MISSED), (9.0, KEPT)])
def test_where_higher_is_better_less_is_worse(value: float, wanted: Standing) -> None:
    """A quarter worse than 5 is 5 / 1.25, as the margin of verdicts has it."""
    (found,) = judged(rows([5.0]), rows([value]), asked(worse_by=0.25), "higher")
    assert found.standing is wanted


def test_few_trials_are_enough_and_it_is_said_that_this_is_no_test() -> None:
    (found,) = judged(rows([1.0, 1.2]), rows([2.0]), asked(worse_by=0.5))
    assert found.standing is MISSED
    assert found.reason == (
        "NEW's median is 1.82 times BASE's; at most 1.5 times is allowed. These are plain medians "
        "of 1 and 2 trials, without a test."
    )


def test_the_median_counts_and_is_told_in_its_unit() -> None:
    (found,) = judged(rows(STEADY), rows([1.0, 2.0, 30.0]), asked(at_most=2))
    assert (found.standing, found.reason) == (
        KEPT,
        "NEW's median is 2 s (of 3 trials); at most 2 is allowed.",
    )


def test_nothing_against_nothing_is_kept_and_something_against_nothing_is_missed() -> None:
    for value, wanted in ((0.0, KEPT), (1.0, MISSED)):
        (found,) = judged(rows([0.0]), rows([value]), asked(worse_by=0.25))
        assert found.standing is wanted


def test_what_had_not_ended_keeps_no_upper_limit() -> None:
    assert standing(rows([1.0], censored=True), at_most=60) is MISSED
    assert standing(rows([1.0], censored=True), worse_by=0.25) is MISSED
    assert standing(rows([3.0], censored=True), at_least=2) is KEPT
    (both,) = judged(rows([1.0], censored=True), rows([1.0], censored=True), asked(worse_by=0.25))
    assert both.standing is KEPT, "it ended in neither run"


def test_what_was_not_measured_in_every_valid_trial_is_missed() -> None:
    new = rows([1.0, None], reason="not within 150 s")
    (found,) = judged(rows(STEADY), new, asked(at_most=60))
    assert found.standing is MISSED
    assert "not measured in 1 of 2 trials (not within 150 s)" in found.reason


def test_without_a_valid_trial_it_is_missed_unless_the_target_cannot() -> None:
    lost = rows(STEADY, valid=False, reason="failed: it broke")
    (found,) = judged(rows(STEADY), lost, asked(at_most=60))
    assert (found.standing, found.reason) == (
        MISSED,
        "NEW does not show it: no trial is valid (failed: it broke).",
    )
    cannot = rows(STEADY, valid=False, reason="unsupported: Swarm has none")
    (found,) = judged(rows(STEADY), cannot, asked(at_most=60))
    assert found.standing is OPEN


def test_without_a_base_only_what_compares_is_not_judged() -> None:
    base = rows(STEADY, target="k8s")
    both = Threshold("self_heal", "", "outage", worse_by=0.25, at_most=60)
    found = judged(base, rows(STEADY), both)
    assert [each.standing for each in found] == [OPEN, KEPT]
    assert "BASE has nothing to compare with" in found[0].reason


def test_a_variant_is_for_its_own_trials_and_none_for_each_of_them() -> None:
    new = [*rows(STEADY), *rows(TWICE, variant="hang"), *rows(TWICE, target="k8s")]
    every = judged(rows(STEADY), iter(new), asked(at_most=1.5))
    assert [each.standing for each in every] == [KEPT, MISSED, MISSED]
    hang = Threshold("self_heal", "hang", "outage", at_most=1.5)
    (found,) = judged(rows(STEADY), iter(new), hang)
    assert (found.case.variant, found.standing) == ("hang", MISSED)


def test_trials_that_new_does_not_have_are_not_judged() -> None:
    (found,) = judged(rows(STEADY), rows(STEADY), Threshold("rollout", "", "failed", at_most=0))
    assert (found.standing, found.reason) == (OPEN, "NEW has no such trial.")


def test_a_unit_that_is_not_the_metrics_own_is_refused() -> None:
    wrong = Threshold("self_heal", "", "outage", at_most=60, unit="ms")
    with pytest.raises(UsageError, match="is in 'ms', its values are in 's'"):
        judged(rows(STEADY), rows(STEADY), wrong)
