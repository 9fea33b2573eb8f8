"""Turns what an orchestrator tells of its replicas into events: it is watched, or else polled."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event as Flag
from threading import Thread

from seatrial.harness.capability import Watchable
from seatrial.harness.clock import now_ns
from seatrial.harness.errors import TargetError, UnwritableError
from seatrial.harness.gaps import hole
from seatrial.harness.model import Observation, Replica
from seatrial.harness.record import Event
from seatrial.harness.target import Deployment

PERIOD_S = 0.05
"""Between two polls; with the answer's own time they stay below a tenth of a second."""

JOIN_S = 15.0


def poll(deployment: Deployment, service: str, stop: Flag) -> Iterator[Observation]:
    """Read all replicas again and again. What is new may have changed since the read before."""
    asked_before = now_ns()
    gap = False
    while not stop.is_set():
        asked = now_ns()
        try:
            replicas = tuple(deployment.replicas(service))
        except TargetError:
            gap = True
        else:
            at = now_ns()
            yield Observation(at, at - asked_before, replicas, gap=gap)
            asked_before, gap = asked, False
        stop.wait(PERIOD_S)


def changes(before: Observation | None, after: Observation) -> Iterator[Event]:
    """What happened between two observations, one event a change."""
    known = {replica.id: replica for replica in before.replicas} if before else {}
    if after.gap or hole(after.uncertainty_ns):
        yield _event(after, "gap", "", {})
    for replica in after.replicas:
        old = known.pop(replica.id, None)
        for kind in _kinds(old, replica):
            yield _event(after, kind, replica.id, _detail(replica))
    for replica in known.values():
        if replica.ready:
            yield _event(after, "unready", replica.id, _detail(replica))
        yield _event(after, "gone", replica.id, _detail(replica))


def _kinds(old: Replica | None, new: Replica) -> Iterator[str]:
    if old is None:
        yield "appeared"
    elif old.state != new.state or old.node != new.node:
        yield "state"
    if old is not None and new.restarts > old.restarts:
        yield "restarted"
    if new.ready != (old is not None and old.ready):
        yield "ready" if new.ready else "unready"


def _detail(replica: Replica) -> dict[str, object]:
    return {
        "service": replica.service,
        "host": replica.host,
        "node": replica.node,
        "state": replica.state.value,
        "image": replica.image,
        "restarts": replica.restarts,
        "said": replica.detail,
    }


def _event(seen: Observation, kind: str, subject: str, detail: dict[str, object]) -> Event:
    return Event(seen.at_ns, "orchestrator", kind, subject, detail, seen.uncertainty_ns)


def _after(lost_ns: int, seen: Observation) -> Observation:
    """The first look after a time without any: what is new may have come at any moment of it."""
    return replace(seen, gap=True, uncertainty_ns=max(seen.uncertainty_ns, seen.at_ns - lost_ns))


class Observer:
    """Follows one service in a thread of its own; `latest` is what it saw last."""

    def __init__(
        self, deployment: Deployment, service: str, record: Callable[[Event], None]
    ) -> None:
        self.latest: Observation | None = None
        self._deployment, self._service, self._record = deployment, service, record
        self._stop = Flag()
        self._thread = Thread(target=self._follow, name=f"observe-{service}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being read."""
        self._stop.set()
        self._thread.join(JOIN_S)

    @property
    def alive(self) -> bool:
        """Whether it still follows."""
        return self._thread.is_alive()

    def ready(self) -> list[Replica]:
        """The replicas that were ready when last seen."""
        return [replica for replica in self.latest.replicas if replica.ready] if self.latest else []

    def _follow(self) -> None:
        lost_ns = None
        while not self._stop.is_set():
            heard_ns = now_ns()
            try:
                for seen in self._observations():
                    self._take(seen if lost_ns is None else _after(lost_ns, seen))
                    lost_ns, heard_ns = None, seen.at_ns
            except UnwritableError:
                return  # whoever conducts the trial meets it too, and tells it
            except TargetError as error:
                lost_ns = heard_ns if lost_ns is None else lost_ns
                detail = {"said": str(error)}
                self._record(Event(now_ns(), "orchestrator", "gap", self._service, detail))
                time.sleep(PERIOD_S)

    def _take(self, seen: Observation) -> None:
        for event in changes(self.latest, seen):
            self._record(event)
        self.latest = seen

    def _observations(self) -> Iterator[Observation]:
        if isinstance(self._deployment, Watchable):
            return self._deployment.watch(self._service, self._stop)
        return poll(self._deployment, self._service, self._stop)


@contextmanager
def observing(
    deployment: Deployment, service: str, record: Callable[[Event], None]
) -> Iterator[Observer]:
    """Follow the service as long as the context lasts."""
    observer = Observer(deployment, service, record)
    observer.start()
    try:
        yield observer
    finally:
        observer.stop()
