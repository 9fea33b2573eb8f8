"""Autoscale's measures of hand-written trials."""

import pytest
from support.trials import MS, act, measured, noted, ready, samples, serve, told, trial, values

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.autoscale import STEADY, Autoscaling

NAMES = ("a", "b", "c")


def paced(at_ms: int, rate_per_s: float) -> Event:
    return Event(at_ms * MS, "load", "paced", "", {"rate_per_s": rate_per_s})


def up() -> list[Event]:
    """The first pace holds only after the autoscaler was asked for: rates hold a little later."""
    return [
        *ready(0, *NAMES),
        act(900, "autoscale"),
        paced(1000, 40),
        paced(2000, 300),
        *ready(3000, "d"),
        *ready(3500, "e"),
    ]


def down() -> list[Event]:
    return [paced(5000, 40), told(6000, "unready", "e"), told(6500, "unready", "d")]


def of(events: list[Event], variant: str) -> Trial:
    requests = [*serve(*NAMES, n=320), *serve(*NAMES, "d", n=180), None, *serve(*NAMES, n=200)]
    return trial(events, samples(requests), variant)


def test_the_step_up_is_followed_to_a_steady_number() -> None:
    found = measured(Autoscaling("up"), of(up(), "up"))
    names = ("first_new_ready", "first_new_served", "steady_after", "replicas_reached")
    assert values(found, *names) == pytest.approx([1.0, 1.235, 1.5, 5], abs=0.03)
    assert found["failed"].value == 1
    assert not found["steady_after"].censored


def test_a_number_that_was_not_steady_in_time_is_censored() -> None:
    events = [*up(), noted(4900, "timeout", STEADY)]
    assert measured(Autoscaling("up"), of(events, "up"))["steady_after"].censored


def test_the_step_down_counts_from_itself() -> None:
    found = measured(Autoscaling("down"), of([*up(), *down()], "down"))
    assert values(found, "first_less", "back_at_lowest") == pytest.approx([1.0, 1.5])
    assert set(found) == {"first_less", "back_at_lowest", "failed"}


def test_an_autoscaler_that_did_nothing_is_no_number() -> None:
    found = measured(Autoscaling("up"), of(up()[:-4], "up"))
    assert values(found, "first_new_ready", "steady_after") == [None, None]
    assert found["replicas_reached"].value == 3
    down_again = measured(Autoscaling("down"), of([*up()[:-4], paced(5000, 40)], "down"))
    assert down_again["back_at_lowest"].value is None


@pytest.mark.parametrize("variant", Autoscaling.variants)
def test_a_record_that_ends_before_the_step_gives_no_metrics(variant: str) -> None:
    events = [act(900, "autoscale"), paced(1000, 40)]
    assert Autoscaling(variant).measure(trial(events, samples([]), variant)) == []
