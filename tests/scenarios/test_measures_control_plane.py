"""Control plane's measures of hand-written trials."""

import pytest
from support.trials import act, measured, ready, refused, samples, serve, trial, values

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.control_plane import ControlPlane

NAMES = ("a", "b", "c")


def down() -> list[Event]:
    return [*ready(0, *NAMES), act(1000, "halt"), refused(2000, "change"), refused(3000, "change")]


def again() -> list[Event]:
    return [
        act(4000, "resume"),
        refused(5000, "change"),
        act(6000, "change", taken_ms=100),
        *ready(7500, "d"),
    ]


def of(events: list[Event]) -> Trial:
    requests = [*serve(*NAMES, n=150), *[None] * 5, *serve(*NAMES, n=345), *[None] * 2]
    return trial(events, samples([*requests, *serve(*NAMES, n=300)]))


def test_an_app_that_goes_on_and_changes_that_wait() -> None:
    found = measured(ControlPlane(), of([*down(), *again()]))
    assert values(found, "failed", "return_failed", "accepted_while_down") == [5, 2, 0]
    assert values(found, "down", "change_done") == pytest.approx([3.0, 3.5])
    again_s = found["accepted_again"]
    assert (again_s.low, again_s.high) == pytest.approx((1.0, 2.1))
    assert found["outage"].value == pytest.approx(0.05, abs=0.011)


def test_a_change_that_was_accepted_meanwhile_is_told() -> None:
    found = measured(ControlPlane(), of([*down(), act(3500, "change"), *again()]))
    assert found["accepted_while_down"].value == 1


def test_a_control_plane_that_does_not_come_back_is_no_number() -> None:
    found = measured(ControlPlane(), of([*down(), *again()[:2]]))
    assert values(found, "accepted_again", "change_done") == [None, None]
    assert found["accepted_again"].reason == "not within 120 s"


def test_a_record_that_ends_while_it_is_down_tells_of_that_time_only() -> None:
    found = measured(ControlPlane(), of(down()))
    assert found["failed"].value == 7
    assert "accepted_again" not in found


def test_a_record_that_ends_before_the_halt_gives_no_metrics() -> None:
    assert ControlPlane().measure(trial([], samples([]))) == []
