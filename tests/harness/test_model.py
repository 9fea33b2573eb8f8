"""The rules that the types themselves carry."""

import pytest

from seatrial.harness.record import LoadPlan, Outcome, Sample, Stream, TrialSpec


def sample(status: int, error: str) -> Sample:
    return Sample("fresh", 0, 0, 0, 1, status, error, "", "", -1)


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (200, "", Outcome.OK),
        (500, "", Outcome.FAIL),
        (200, "bad_body", Outcome.FAIL),
        (0, "refused", Outcome.FAIL),
        (0, "connect_timeout", Outcome.FAIL),
        (0, "timeout", Outcome.UNKNOWN),
        (0, "reset", Outcome.UNKNOWN),
    ],
)
def test_an_increment_that_may_have_landed_is_unknown(
    status: int, error: str, outcome: Outcome
) -> None:
    assert sample(status, error).outcome is outcome


def test_streams_share_the_rate_and_do_not_take_strict_turns() -> None:
    plan = LoadPlan(rate_per_s=200)
    fresh, kept = (plan.interval_ns(stream) for stream in plan.streams)
    assert 1e9 / fresh + 1e9 / kept == pytest.approx(200)
    assert kept / fresh == pytest.approx(1.105, abs=0.001)
    assert LoadPlan(100, (Stream.FRESH,)).interval_ns(Stream.FRESH) == 10_000_000


def test_a_trials_folder_names_its_number_target_scenario_and_variant() -> None:
    spec = TrialSpec(7, 1, "k8s", "stock", "self_heal", "kill")
    assert spec.slug == "0007-k8s-self_heal-kill"
