"""Deploy, measured on hand-written trials."""

import pytest
from support.releases import ready, serve, told, trial
from support.trials import act, measured

from seatrial.scenarios.deploy import Deploy


def test_deploy_counts_from_the_request_to_each_moment() -> None:
    events = [
        act(0, "deploy"),
        *[told(100, "appeared", name, state="pending") for name in ("a", "b", "c")],
        told(150, "state", "a", state="starting"),
        *[told(200, "state", name, state="starting") for name in ("b", "c")],
        *[told(300, "state", name, state="running") for name in ("a", "b")],
        told(350, "state", "c", state="running"),
        *ready(400, "a"),
        *ready(600, "b", "c"),
    ]
    found = measured(Deploy(), trial(events, [None] * 50 + serve("a", "b", "c", n=50)))
    values = {name: metric.value for name, metric in found.items()}
    assert values == pytest.approx(
        {
            "accepted": 0.02,
            "first_scheduled": 0.15,
            "all_scheduled": 0.2,
            "first_started": 0.3,
            "all_started": 0.35,
            "first_ready": 0.4,
            "all_ready": 0.6,
            "first_served": 0.505,
            "all_served": 0.525,
        }
    )


def test_replicas_that_get_ready_in_one_look_are_first_and_all_at_once() -> None:
    events = [act(0, "deploy"), *ready(400, "a", "b", "c")]
    found = measured(Deploy(), trial(events, serve("a", "b", "c", n=100)))
    moments = ("scheduled", "started", "ready")
    assert {found[f"{n}_{what}"].value for n in ("first", "all") for what in moments} == {0.4}


def test_deploy_that_never_served_all_says_how_many_did() -> None:
    events = [act(0, "deploy"), *ready(400, "a")]
    found = measured(Deploy(), trial(events, serve("a", n=50)))
    assert found["all_served"].value is None
    assert found["all_served"].reason == "only 1 of 3 served a request"
    assert found["all_ready"].value is None
    assert found["all_scheduled"].reason == "not within 240 s"


def test_only_the_cold_variant_wants_to_find_no_images() -> None:
    assert Deploy("cold").setup().cold
    assert not Deploy("warm").setup().cold
