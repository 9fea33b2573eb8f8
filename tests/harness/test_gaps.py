"""Holes in the orchestrator's telling censor what is made of it, never what users saw."""

from collections.abc import Iterator
from threading import Event as Flag

import pytest
from support.trials import MS, act, measured, noted, ready, samples, serve, told, trial

from seatrial.harness.errors import UnreachableError
from seatrial.harness.gaps import UNSEEN, Gap, gaps
from seatrial.harness.model import Observation
from seatrial.harness.observe import Observer
from seatrial.harness.record import Event
from seatrial.harness.timeline import least_ready, span
from seatrial.scenarios.scale import Scale


def gap(at_ms: int, length_ms: int) -> Event:
    return Event(at_ms * MS, "orchestrator", "gap", "", {}, length_ms * MS)


def test_a_time_out_of_a_hole_is_its_lower_bound_and_censored() -> None:
    found = span("ready", 0, told(3000, "ready", "a", uncertainty_ms=2000), "never")
    assert (found.value, found.low, found.high) == (1.0, 1.0, 3.0)
    assert (found.censored, found.reason) == (True, UNSEEN)


def test_a_look_that_was_a_little_late_only_has_wider_bounds() -> None:
    found = span("ready", 0, told(3000, "ready", "a", uncertainty_ms=400), "never")
    assert (found.value, found.low, found.high) == (2.8, 2.6, 3.0)
    assert not found.censored


def test_the_holes_of_a_trial_are_those_of_the_orchestrator_s_telling() -> None:
    events = [gap(3000, 2000), gap(5000, 100), noted(6000, "gap", "evidence")]
    assert gaps(trial(events, samples([]))) == (Gap(1000 * MS, 3000 * MS),)


def test_the_fewest_ready_ones_are_not_known_across_a_hole() -> None:
    of = trial([*ready(10, "a", "b", "c"), gap(3000, 2000)], samples([]))
    across, after = least_ready(of, 500 * MS), least_ready(of, 3500 * MS)
    assert (across.value, across.low, across.high, across.reason) == (None, 0, 3, UNSEEN)
    assert after.value == 3


def test_a_scenario_s_times_of_users_stay_whole() -> None:
    events = [
        *ready(10, "a", "b", "c"),
        act(100, "scale_up", "frontend"),
        gap(1900, 1500),
        *(told(1900, kind, name, uncertainty_ms=1500) for name in "def" for kind in NEW),
    ]
    found = measured(Scale("6"), trial(events, samples(serve(*"abcdef", n=200))))
    assert found["up_all_ready"].censored
    assert found["up_all_ready"].value == pytest.approx(0.3)
    assert not found["up_all_served"].censored
    assert not found["up_failed"].censored


NEW = ("appeared", "ready")


class Faltering:
    """A watch that ends with an error and then goes on."""

    def __init__(self) -> None:
        self.looks = iter([Observation(1, 0, ()), None, Observation(2, 0, ())])

    def watch(self, _: str, stop: Flag) -> Iterator[Observation]:
        for look in self.looks:
            if look is None:
                raise UnreachableError("not now")
            yield look
        stop.wait()


def test_what_an_observer_hears_after_an_error_is_as_uncertain_as_it_was_deaf() -> None:
    events: list[Event] = []
    both = Flag()

    def record(event: Event) -> None:
        events.append(event)
        if len(events) == 2:
            both.set()

    observer = Observer(Faltering(), "frontend", record)  # type: ignore[arg-type] - a watch is all
    observer.start()
    assert both.wait(20)
    observer.stop()
    assert [(e.kind, e.detail.get("said")) for e in events] == [("gap", "not now"), ("gap", None)]
    assert events[1].uncertainty_ns == 1
