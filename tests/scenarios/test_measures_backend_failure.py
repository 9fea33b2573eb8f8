"""Backend failure's measures of hand-written trials."""

import pytest
from support.trials import Fate, act, measured, ready, samples, serve, told, trial, values

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.backend_failure import BackendFailure

NAMES = ("a", "b", "c")
COUNTS = [*range(1, 101), *[-1] * 50, *range(1, 151)]
"""A hundred views, half a second without a backend, and a count that begins again."""


def requests() -> list[Fate]:
    return [*serve(*NAMES, n=100), *[None] * 50, *serve(*NAMES, n=150)]


def killed(*more: Event) -> Trial:
    events = [
        *ready(0, *NAMES),
        *ready(0, "r", service="backend"),
        act(1000, "killed", "r"),
        told(1100, "unready", "r", service="backend", uncertainty_ms=50),
        *ready(1400, "s", service="backend"),
        *more,
    ]
    return trial(events, samples(requests(), COUNTS), "killed")


def test_what_the_backend_forgot_is_lost() -> None:
    found = measured(BackendFailure(), killed())
    assert values(found, "ok", "unknown", "lost", "doubled") == [250, 0, 100, 0]
    assert (found["noticed"].low, found["noticed"].high) == pytest.approx((0.05, 0.1))
    assert found["backend_restored"].value == pytest.approx(0.4)
    assert (found["failed"].value, found["frontends_lost"].value) == (49, 0)


def test_frontends_that_never_were_unready_are_whole_with_the_backend() -> None:
    assert measured(BackendFailure(), killed())["frontends_restored"].value == pytest.approx(0.4)


def test_frontends_that_were_replaced_are_counted_and_waited_for() -> None:
    gone = [
        told(1300, "unready", "a"),
        told(1300, "state", "a", state="failed"),
        told(1350, "gone", "a"),
        *ready(2000, "d"),
    ]
    found = measured(BackendFailure(), killed(*gone))
    assert values(found, "frontends_restored", "frontends_lost") == pytest.approx([1.0, 1])


def test_a_backend_that_restarted_in_place_is_told_by_its_restart() -> None:
    events = [
        *ready(0, *NAMES),
        *ready(0, "r", service="backend"),
        act(1000, "killed", "r"),
        told(1200, "restarted", "r", service="backend"),
    ]
    of = trial(events, samples(requests(), COUNTS), "killed")
    assert measured(BackendFailure(), of)["backend_restored"].value == pytest.approx(0.2)


def test_an_error_of_the_app_may_hide_an_increment() -> None:
    of = killed()
    of.samples.loc[100:104, ["status", "error"]] = (503, "")
    of.samples.loc[105, "error"] = "timeout"
    assert measured(BackendFailure(), of)["unknown"].value == 6


def test_a_backend_that_does_not_come_back_is_no_number() -> None:
    of = killed()
    events = [event for event in of.events if event.subject != "s"]
    found = measured(BackendFailure(), trial(events, of.samples, "killed"))
    assert values(found, "backend_restored", "frontends_restored") == [None, None]
    assert found["backend_restored"].reason == "not within 420 s"


@pytest.mark.parametrize("variant", BackendFailure.variants)
def test_a_record_that_ends_before_the_fault_gives_no_metrics(variant: str) -> None:
    assert BackendFailure(variant).measure(trial([], samples([]), variant)) == []
