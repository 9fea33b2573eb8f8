"""Discovery's measures of hand-written trials."""

import pytest
from support.trials import MS, act, measured, noted, ready, samples, serve, told, trial, values

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.discovery import Discovery

NAMES = ("a", "b", "c")


def said(*looks: tuple[int, int, int]) -> Event:
    """From between two moments on there were so many addresses."""
    lines = [
        " ".join([str(asked * MS), str(at * MS), *(f"10.0.0.{n}" for n in range(count))])
        for asked, at, count in looks
    ]
    return noted(9000, "names", "a", said="\n".join(lines) + "\n")


def added(*names: Event) -> Trial:
    events = [
        *ready(0, *NAMES),
        act(1000, "add"),
        told(1400, "appeared", "d"),
        told(2000, "ready", "d", uncertainty_ms=100),
        *names,
    ]
    requests = [*serve(*NAMES, n=230), *serve(*NAMES, "d", n=100), None]
    return trial(events, samples(requests), "add")


def removed(*names: Event) -> Trial:
    events = [
        *ready(0, *NAMES, "d"),
        act(1000, "remove"),
        told(1200, "unready", "d", uncertainty_ms=60),
        *names,
    ]
    requests = [*serve(*NAMES, "d", n=140), None, *serve(*NAMES, n=100)]
    return trial(events, samples(requests), "remove", replicas=4)


def test_a_new_one_is_ready_then_served_then_named() -> None:
    found = measured(Discovery("add"), added(said((800, 810, 3), (2480, 2510, 4))))
    assert found["ready"].value == pytest.approx(0.95)
    lag = found["served_after_ready"]
    assert (lag.low, lag.high) == pytest.approx((0.335, 0.435))
    named = found["named_after_ready"]
    assert (named.low, named.high) == pytest.approx((0.48, 0.61))
    assert found["failed"].value == 1


def test_one_that_goes_is_told_and_serves_a_little_longer() -> None:
    found = measured(Discovery("remove"), removed(said((800, 810, 4), (1280, 1300, 3))))
    assert found["told"].value == pytest.approx(0.17)
    lag = found["sent_after_told"]
    assert (lag.low, lag.high) == pytest.approx((0.19, 0.25))
    named = found["unnamed_after_told"]
    assert (named.low, named.high) == pytest.approx((0.08, 0.16))
    assert found["failed"].value == 1


def test_a_name_known_before_the_orchestrator_calls_it_ready_is_below_zero() -> None:
    found = measured(Discovery("add"), added(said((800, 810, 3), (1480, 1500, 4))))
    assert found["named_after_ready"].high == pytest.approx(-0.4)


def test_a_virtual_address_never_changes_and_that_is_said() -> None:
    found = measured(Discovery("add"), added(said((800, 810, 1))))
    assert found["named_after_ready"].value is None
    assert "one virtual address" in found["named_after_ready"].reason


def test_without_a_look_from_inside_the_name_is_no_number() -> None:
    found = measured(Discovery("remove"), removed())
    assert found["unnamed_after_told"].value is None
    assert found["unnamed_after_told"].reason == "nobody could look from inside"


def test_a_look_that_failed_is_no_address() -> None:
    of = added(noted(9000, "names", "a", said="Traceback (most recent call last):\n"))
    assert measured(Discovery("add"), of)["named_after_ready"].value is None


def test_one_that_never_comes_is_no_number() -> None:
    of = trial([*ready(0, *NAMES), act(1000, "add")], samples(serve(*NAMES, n=300)), "add")
    found = measured(Discovery("add"), of)
    assert values(found, "ready", "served_after_ready", "named_after_ready") == [None] * 3


@pytest.mark.parametrize("variant", Discovery.variants)
def test_a_record_that_ends_before_the_request_gives_no_metrics(variant: str) -> None:
    assert Discovery(variant).measure(trial([], samples([]), variant)) == []
