"""Crash loops, measured on hand-written trials."""

import pytest
from support.releases import ready, serve, told, trial
from support.trials import act, measured

from seatrial.harness.record import Event
from seatrial.scenarios.crash_loop import CrashLoop

BEGIN = ready(0, "a", "b", "c")


def in_place(at_ms: int, back_ms: int) -> list[Event]:
    """Killed, and the same replica ready again."""
    return [
        act(at_ms, "kill", "a"),
        told(at_ms + 100, "unready", "a"),
        told(back_ms - 50, "restarted", "a"),
        told(back_ms, "ready", "a"),
    ]


def test_delays_that_grow_show_in_each_and_in_their_growth() -> None:
    events = [*BEGIN, *in_place(1000, 2000), *in_place(2100, 4100), *in_place(4200, 8200)]
    found = measured(CrashLoop(kills=3), trial(events, serve("b", "c", n=900)))
    delays = [found[f"delay_{number}"].value for number in (1, 2, 3)]
    assert delays == pytest.approx([1, 2, 4])
    assert found["growth"].value == pytest.approx(4)
    assert found["failed"].value == 0


def test_a_delay_is_also_that_of_a_successor_seen_with_the_loss() -> None:
    events = [
        *BEGIN,
        act(1000, "kill", "a"),
        told(1100, "unready", "a", 50),
        *ready(6000, "d"),
        act(6100, "kill", "d"),
        told(11100, "unready", "d", 50),  # the loss and the successor in one look
        *ready(11100, "e"),
    ]
    found = measured(CrashLoop(kills=2), trial(events, serve("b", "c", n=1200)))
    assert found["delay_1"].value == pytest.approx(5)
    assert found["delay_2"].value == pytest.approx(5)
    assert found["growth"].value == pytest.approx(1)


def test_a_replica_that_stays_away_has_no_delay_and_no_growth() -> None:
    lost = [act(2100, "kill", "a"), told(2200, "unready", "a")]
    events = [*BEGIN, *in_place(1000, 2000), *lost]
    found = measured(CrashLoop(), trial(events, serve("b", "c", n=900)))
    assert found["delay_2"].reason == "not within 400 s"
    assert found["growth"].value is None
    assert found["growth"].reason == "it was back after 1 of 5"
