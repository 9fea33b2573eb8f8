"""Changes of version and of settings that go well, measured on hand-written trials."""

import pytest
from support.releases import ready, said, serve, told, trial
from support.trials import act, measured

from seatrial.harness.scenario import Scenario
from seatrial.scenarios.config_change import ConfigChange
from seatrial.scenarios.rollback import Rollback
from seatrial.scenarios.rollout import Rollout


def test_rollout_reads_versions_off_the_replies() -> None:
    events = [
        *ready(0, "a", "b", "c"),
        act(1000, "update"),
        told(1200, "unready", "a"),
        *ready(1800, "d"),
        told(2400, "unready", "b"),  # in one look with its replacement's readiness
        *ready(2400, "e"),
    ]
    replies = [*serve("a", n=150), *serve("a", "d", n=2), ("d", "v2"), None, ("a", "v1")]
    replies += serve("d", n=200, version="v2")
    found = measured(Rollout(), trial(events, replies))
    assert found["first_new"].value == pytest.approx(0.525)
    assert found["all_new"].value == pytest.approx(0.545)
    assert found["mixed"].value == pytest.approx(0.02)
    assert found["least_ready"].value == 2
    assert found["failed"].value == 1
    assert not found["all_new"].censored


def test_rollout_that_still_serves_the_old_version_is_censored() -> None:
    events = [*ready(0, "a"), act(1000, "update")]
    replies = [*serve("a", n=120), ("d", "v2"), ("a", "v1")]
    assert measured(Rollout(), trial(events, replies))["all_new"].censored


def test_done_is_what_the_orchestrator_said_last() -> None:
    """Before it begins it may still speak of the rollout before."""
    events = [
        *ready(0, "a"),
        act(1000, "update"),
        said(1050, "done", 950),
        said(1200, "going", 1100),
        said(3000, "done", 2800),
        said(3500, "done", 3400),
    ]
    found = measured(Rollout(), trial(events, serve("a", n=500)))["reported_done"]
    assert (found.low, found.value, found.high) == pytest.approx((1.8, 1.9, 2.0))


@pytest.mark.parametrize(
    ("states", "reason"),
    [(["going", "stuck"], "to the end it was stuck"), ([], "the adapter tells nothing of it")],
)
def test_a_rollout_that_is_not_called_done_says_what_it_is_called(
    states: list[str], reason: str
) -> None:
    notes = [said(2000 + place, state, 1500) for place, state in enumerate(states)]
    of = trial([*ready(0, "a"), act(1000, "update"), *notes], serve("a", n=300))
    found = measured(Rollout(), of)
    assert found["reported_done"].value is None
    assert found["reported_done"].reason == reason
    assert found["first_new"].reason == "no page of v2 was served"


def test_rollback_counts_from_its_own_trigger_and_only_what_failed_after_it() -> None:
    events = [
        *ready(0, "a", "b"),
        act(1000, "update"),
        *ready(1500, "c", "d", version="v2"),
        *[told(1600, "unready", name) for name in ("a", "b")],
        said(2000, "done", 1900),
        act(3000, "rollback"),
        told(3100, "unready", "c", version="v2"),
        *ready(3400, "e"),
        said(4000, "returned", 3900),
    ]
    replies = [*serve("a", n=150), None, None, *serve("c", "d", n=170, version="v2"), None]
    replies += [("e", "v1"), ("d", "v2"), *serve("e", n=200)]
    found = measured(Rollback(), trial(events, replies))
    assert found["first_old"].value == pytest.approx(0.235)
    assert found["all_old"].value == pytest.approx(0.245)
    assert found["mixed"].value == pytest.approx(0.01)
    assert found["failed"].value == 1
    assert found["least_ready"].value == 1
    assert found["reported_done"].high == pytest.approx(1)


def test_a_changed_setting_is_read_off_the_pages() -> None:
    events = [*ready(0, "a", "b"), act(1000, "configure"), said(2500, "done", 2400)]
    replies = [*serve("a", n=120), ("c", "v1+blue"), ("b", "v1")]
    replies += serve("c", "d", n=200, version="v1+blue")
    found = measured(ConfigChange(), trial(events, replies))
    assert found["first_shown"].value == pytest.approx(0.205)
    assert found["all_shown"].value == pytest.approx(0.215)
    assert found["least_ready"].value == 2


@pytest.mark.parametrize(
    ("scenario", "what"),
    [(Rollout(), "update"), (Rollback(), "rollback"), (ConfigChange(), "configure")],
)
def test_pages_of_before_the_request_do_not_count(scenario: Scenario, what: str) -> None:
    newest = {"update": "v2", "rollback": "v1", "configure": "v1+blue"}[what]
    replies = [*serve("x", n=50, version=newest), *serve("a", n=100, version="other")]
    found = measured(scenario, trial([*ready(0, "a"), act(1000, what)], replies))
    assert found["mixed"].value is None
