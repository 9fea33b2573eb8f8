"""Observations become events: one a change, none without."""

from threading import Event as Flag

from seatrial.harness.errors import UnreachableError
from seatrial.harness.model import Observation, Replica, ReplicaState
from seatrial.harness.observe import changes, poll


def replica(name: str, *, ready: bool = False, restarts: int = 0) -> Replica:
    state = ReplicaState.RUNNING if ready else ReplicaState.STARTING
    return Replica(name, "frontend", f"host-{name}", "n1", state, ready, restarts=restarts)


def seen(*replicas: Replica, gap: bool = False) -> Observation:
    return Observation(1000, 10, replicas, gap=gap)


def kinds(before: Observation | None, after: Observation) -> list[tuple[str, str]]:
    return [(event.kind, event.subject) for event in changes(before, after)]


def test_what_is_seen_first_appeared_and_may_be_ready() -> None:
    assert kinds(None, seen(replica("a"), replica("b", ready=True))) == [
        ("appeared", "a"),
        ("appeared", "b"),
        ("ready", "b"),
    ]


def test_no_change_is_no_event() -> None:
    assert kinds(seen(replica("a", ready=True)), seen(replica("a", ready=True))) == []


def test_a_replica_that_vanishes_was_unready_and_is_gone() -> None:
    assert kinds(seen(replica("a", ready=True)), seen()) == [("unready", "a"), ("gone", "a")]
    assert kinds(seen(replica("a")), seen()) == [("gone", "a")]


def test_a_restart_between_two_looks_is_not_missed() -> None:
    before, after = replica("a", ready=True), replica("a", ready=True, restarts=1)
    assert kinds(seen(before), seen(after)) == [("restarted", "a")]


def test_a_gap_is_told_before_what_it_may_have_hidden() -> None:
    assert kinds(seen(), seen(replica("a"), gap=True))[0] == ("gap", "")


def test_events_keep_the_time_and_uncertainty_of_the_look() -> None:
    (event,) = changes(seen(), seen(replica("a")))
    assert (event.at_ns, event.uncertainty_ns) == (1000, 10)
    assert event.detail["host"] == "host-a"


class Flickering:
    """An API that fails every second time."""

    def __init__(self) -> None:
        self.calls = 0

    def replicas(self, _: str) -> list[Replica]:
        self.calls += 1
        if self.calls % 2 == 0:
            raise UnreachableError("not now")
        return [replica("a")]


def test_a_failed_poll_makes_the_next_one_wider_and_marks_the_gap() -> None:
    stop = Flag()
    looks = poll(Flickering(), "frontend", stop)  # type: ignore[arg-type] - only what is polled
    first, second = next(looks), next(looks)
    stop.set()
    assert (first.gap, second.gap) == (False, True)
    # the change may have happened at any time since the last look that succeeded
    assert second.at_ns - second.uncertainty_ns <= first.at_ns
