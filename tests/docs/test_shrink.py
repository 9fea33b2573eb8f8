"""The guide's scenario, measured on a trial written by hand."""

import pytest
from examples.shrink import Shrink
from support.trials import act, measured, ready, samples, serve, told, trial

BEFORE = [*ready(10, "a", "b", "c"), act(1000, "shrink")]


def test_both_ways_are_timed_and_what_failed_in_between_is_counted() -> None:
    events = [
        *BEFORE,
        told(1300, "unready", "b"),
        told(1500, "unready", "c"),
        act(4000, "grow"),
        *ready(4700, "d", "e"),
    ]
    replies = [*serve("a", "b", "c", n=145), None, None, *serve("a", n=323), *serve(*"ade", n=130)]
    found = measured(Shrink(), trial(events, samples(replies)))
    assert found["shrunk"].value == pytest.approx(0.5)
    assert found["grown"].value == pytest.approx(0.7)
    assert found["failed"].value == 2


def test_what_never_came_about_has_its_reason() -> None:
    events = [*BEFORE, act(2000, "grow")]
    found = measured(Shrink(), trial(events, samples(serve("a", "b", "c", n=300))))
    assert found["shrunk"].value is None
    assert found["shrunk"].reason == "not within 90 s"


def test_without_a_request_there_is_nothing_to_tell() -> None:
    assert measured(Shrink(), trial([], samples([]))) == {}
