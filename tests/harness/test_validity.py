"""Every rule of validity on a hand-written trial that breaks just this one."""

from collections.abc import Sequence

import pytest
from support.slow import only_slow
from support.timelines import LOAD
from support.trials import MS, act, moved, noted, ready, samples, serve, told, trial

from seatrial.harness.record import Event, Trial
from seatrial.harness.strain import clock_jump_s, load_average, steal
from seatrial.harness.validity import ALL_READY, invalid, unplanned

REQUESTS = 100
END_MS = REQUESTS * 10
WALL_NS = 1_700_000_000_000_000_000


def of_load(
    *, sent: int = REQUESTS, until_ms: int = END_MS, cpu_s: float = 0.1, **more: int
) -> list[Event]:
    stopped = {"sent": sent, "until_ns": until_ms * MS, "cpu_s": cpu_s, **more}
    return [
        Event(0, "load", "started", "", {"cpu_s": 0.0}),
        Event((END_MS + 20) * MS, "load", "stopped", "", stopped),
    ]


def of_host(at_ms: int, *, steal_s: float = 0.0, load: float = 1.0, ahead_s: float = 0.0) -> Event:
    """Two processors, and a wall clock that is ahead by so much."""
    wall_ns = WALL_NS + at_ms * MS + round(ahead_s * 1e9)
    detail = {"wall_ns": wall_ns, "cpu_s": at_ms / 500, "steal_s": steal_s, "load": load}
    return Event(at_ms * MS, "host", "sample", "", detail)


def judged(*events: Event, load: Sequence[Event] | None = None) -> tuple[str, ...]:
    return invalid(of(*events, load=load))


def of(*events: Event, load: Sequence[Event] | None = None) -> Trial:
    requests = samples(serve("a", "b", "c", n=REQUESTS))
    return trial([*(of_load() if load is None else load), *events], requests)


CALM = (noted(-900, "converged", ALL_READY), *ready(-950, "a", "b", "c"), act(500, "kill", "a"))


def test_a_trial_that_breaks_no_rule_is_valid() -> None:
    host = (of_host(0), of_host(1000, steal_s=0.1, load=9.0, ahead_s=0.4))
    assert judged(*CALM, *host, noted(400, "steady", "before")) == ()


@pytest.mark.parametrize(
    ("steal_s", "reason"),
    [(0.2, ()), (0.3, ("other virtual machines had 15% of the processors, at most 10%",))],
)
def test_stolen_processor_time_counts_by_the_time_of_all_processors(
    steal_s: float, reason: tuple[str, ...]
) -> None:
    assert judged(of_host(0), of_host(1000, steal_s=steal_s)) == reason
    assert all(map(only_slow, reason))


@pytest.mark.parametrize("ahead_s", [-3.0, 3.0])
def test_a_wall_clock_that_was_set_is_found_also_when_it_was_set_back_again(ahead_s: float) -> None:
    host = [of_host(0), of_host(500, ahead_s=ahead_s), of_host(1000)]
    found = judged(*host)
    assert found == ("the wall clock jumped by 3.0 s, at most 0.5 s",)
    assert only_slow("; ".join(found))


def test_the_machine_is_folded_to_numbers_that_do_not_depend_on_the_origin_of_time() -> None:
    here = of(of_host(0), of_host(500, steal_s=0.5, load=7.0, ahead_s=0.2), of_host(1000, load=2.0))
    for found in (here, moved(here, 10**15)):
        assert (steal(found), load_average(found)) == (0.0, 7.0)
        assert clock_jump_s(found) == pytest.approx(0.2)


def test_a_record_without_samples_of_the_machine_tells_nothing_of_it() -> None:
    assert (steal(of()), load_average(of()), clock_jump_s(of())) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("kind", "state", "lost"),
    [
        ("restarted", "running", True),
        ("gone", "running", True),
        ("unready", "failed", True),
        ("unready", "running", False),
        ("state", "running", False),
    ],
)
def test_a_replica_that_ended_before_the_act_was_not_planned_to(
    kind: str,
    state: str,
    lost: bool,  # noqa: FBT001
) -> None:
    found = judged(*CALM, told(100, kind, "b", state=state))
    assert found == (("restarted or replaced before the act: b",) if lost else ())


def test_what_ended_before_all_were_ready_or_after_the_act_is_no_matter() -> None:
    early, late = told(-920, "restarted", "b"), told(600, "restarted", "b")
    assert unplanned(of(*CALM, early, late)) == ()


def test_what_was_never_ready_and_goes_is_no_loss() -> None:
    assert unplanned(of(*CALM, told(100, "gone", "d"))) == ()


def test_without_an_act_replicas_must_stay_until_the_steady_state() -> None:
    calm = (*CALM[:-1], noted(400, "steady", "before"))
    assert unplanned(of(*calm, told(600, "gone", "b"))) == ()
    assert [e.subject for e in unplanned(of(*calm, told(300, "gone", "b")))] == ["b"]


def test_an_image_that_was_fetched_spoils_a_warm_trial_only() -> None:
    warm, cold = (noted(900, "pulled", images=2, cold=cold) for cold in (False, True))
    assert judged(warm) == ("2 images were fetched, which were to be there",)
    assert judged(cold) == judged(noted(900, "pulled", images=0, cold=False)) == ()


@pytest.mark.parametrize(("until_ms", "fair"), [(END_MS + 60, True), (END_MS + 100, False)])
def test_as_many_are_sent_as_were_planned(until_ms: int, fair: bool) -> None:  # noqa: FBT001
    planned = round(LOAD.rate_per_s * until_ms / 1000)
    reason = f"{REQUESTS} requests were sent where the schedule has {planned}"
    assert judged(load=of_load(until_ms=until_ms)) == (() if fair else (reason,))


def test_a_rate_counts_for_as_long_as_it_held() -> None:
    started, stopped = of_load()
    paced = {"until_ns": 400 * MS, "rate_per_s": 2 * LOAD.rate_per_s}
    half = Event(500 * MS, "load", "paced", "", paced)
    (reason,) = judged(load=[started, half, stopped])
    assert reason.endswith("the schedule has 140")


def test_a_record_that_does_not_tell_until_when_is_not_judged_by_it() -> None:
    started, stopped = of_load()
    older = Event(stopped.at_ns, "load", "stopped", "", {"sent": REQUESTS, "cpu_s": 0.1})
    assert judged(load=[started, older]) == ()


def test_what_was_not_recorded_or_cost_too_much_is_said() -> None:
    assert judged(load=of_load(sent=101)) == ("100 of 101 requests were recorded",)
    (reason,) = judged(load=of_load(cpu_s=0.9))
    assert reason == "the load generator used 88% of a core, at most 80%"
    assert only_slow(reason)
    assert judged(load=of_load()[:1]) == ("the load was not sent to its end",)


def test_no_steady_state_before_the_act_is_said() -> None:
    (reason,) = judged(noted(400, "unsteady", "before"))
    assert reason == "no steady state before the act"
    assert not only_slow(reason)
