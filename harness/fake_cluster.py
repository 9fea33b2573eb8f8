"""What an address of FakeTarget's stands for: services that the clock alone drives.

Whoever looks (a request, a poll) lets them catch up first.
"""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import RLock

from seatrial.harness.clock import now_ns
from seatrial.harness.errors import RejectedError, UnreachableError
from seatrial.harness.loopback import Fault, LoopbackServer
from seatrial.harness.model import Change, Progress, RolloutState, Service, Workload
from seatrial.harness.workload import version_of

START_NS = 300_000_000
"""From a replica's start to its readiness."""

PULL_NS = 400_000_000
"""So much longer when the image is not held."""

LIVENESS_NS = 800_000_000
"""After this long a replica that hangs is replaced."""

DEADLINE_NS = 1_500_000_000
"""After this long a new replica that is not ready makes a rollout stuck."""

NEVER_READY = ("unready", "crash")

Revision = tuple[str, Mapping[str, str]]
"""What makes a replica a new or an old one."""


def revision(service: Service) -> Revision:
    """The part of a service whose change replaces its replicas."""
    return service.image, service.environment


@dataclass
class FakeReplica:
    """One copy of a service as that was at its start; ready START_NS after its last one."""

    id: str
    service: Service
    started_ns: int
    restarts: int = 0
    hung_ns: int | None = None

    @property
    def version(self) -> str:
        """What its replies carry, as the counter app's do."""
        edition = self.service.environment.get("EDITION")
        version = version_of(self.service.image)
        return f"{version}+{edition}" if edition else version

    @property
    def ready(self) -> bool:
        """By the clock, unless this version never is."""
        return self.version not in NEVER_READY and now_ns() >= self.started_ns + START_NS

    @property
    def late(self) -> bool:
        """Still not ready when a rollout's deadline is over."""
        return not self.ready and now_ns() > self.started_ns + DEADLINE_NS

    @property
    def lost(self) -> bool:
        """Hung for so long that it is noticed."""
        return self.hung_ns is not None and now_ns() > self.hung_ns + LIVENESS_NS

    def restart(self) -> None:
        """Its process begins anew, in place."""
        self.started_ns, self.restarts = now_ns(), self.restarts + 1


@dataclass
class FakeService:
    """A service and its replicas; `reconcile` is its whole controller."""

    run: str
    wanted: Service
    coming: dict[str, int | None]  # images that were not held: when they will be, None if unasked
    numbers: Iterator[int]  # none is ever given twice
    before: Service | None = None
    canary: Service | None = None
    replicas: list[FakeReplica] = field(default_factory=list)
    pulls: int = 0

    def reconcile(self) -> None:
        """Catch up: drop what is lost, keep one canary if there is to be one, roll the others."""
        there = [r for r in self.replicas if not r.lost]
        beside = [r for r in there if self.canary and _is(r, self.canary)]
        rolled = self._rolled([r for r in there if r not in beside])
        if self.canary and not beside:
            beside = [self._start(self.canary)]
        self.replicas = [*rolled, *beside]

    def _rolled(self, there: list[FakeReplica]) -> list[FakeReplica]:
        """Start what is missing, replace old versions, stop the surplus."""
        new = [r for r in there if _is(r, self.wanted)]
        old = [r for r in there if not _is(r, self.wanted)]
        rolling = bool(old) and all(r.ready for r in new) and len(new) < self.wanted.replicas
        if rolling or len(there) < self.wanted.replicas:
            missing = 1 if rolling else self.wanted.replicas - len(there)
            return there + [self._start(self.wanted) for _ in range(missing)]
        if len(there) > self.wanted.replicas and all(r.ready for r in new):
            surplus = [*old, *reversed(new)][: 1 if old else len(new) - self.wanted.replicas]
            return [r for r in there if r not in surplus]
        return there

    def _start(self, service: Service) -> FakeReplica:
        at_ns = now_ns()
        if service.image in self.coming:
            self.pulls += self.coming[service.image] is None
            held_ns = self.coming[service.image] or at_ns + PULL_NS
            self.coming[service.image] = held_ns
            at_ns = max(at_ns, held_ns)
        return FakeReplica(f"{service.name}-{next(self.numbers)}", service, at_ns)

    def find(self, replica_id: str) -> FakeReplica:
        """The replica; RejectedError when it is not there."""
        for found in self.replicas:
            if found.id == replica_id:
                return found
        raise RejectedError(f"The fake orchestrator has no replica {replica_id}.")

    def changed(self, change: Change) -> Service:
        """The service as it is wanted, with the change."""
        image = change.image or self.wanted.image
        environment = {**self.wanted.environment, **(change.environment or {})}
        return replace(self.wanted, image=image, environment=environment)

    def roll(self, service: Service | None) -> None:
        """Want this version, in the same number; RejectedError when there is none."""
        if service is None:
            raise RejectedError("The fake orchestrator knows of no other version.")
        self.before, self.canary = self.wanted, None
        self.wanted = replace(service, replicas=self.wanted.replicas)

    def progress(self) -> Progress:
        """The state of the latest rollout."""
        new = [r for r in self.replicas if _is(r, self.wanted)]
        if all(r.ready for r in new) and len(new) == len(self.replicas) == self.wanted.replicas:
            return Progress(RolloutState.DONE, "all replicas are new and ready")
        if any(r.late for r in new):
            return Progress(RolloutState.STUCK, "a new replica does not get ready")
        return Progress(RolloutState.GOING)


def _is(replica: FakeReplica, service: Service) -> bool:
    return revision(replica.service) == revision(service)


class FakeCluster:
    """Services that outlive the adapter objects that made them, and their way in."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.services: dict[str, FakeService] = {}
        self.coming: dict[str, int | None] = {}
        self.turns, self.numbers = itertools.count(), itertools.count(1)
        self.reachable = True
        self.server = LoopbackServer(self.pick)
        self.serving = False

    def add(self, workload: Workload) -> None:
        """Accept a workload; what is there already stays."""
        self._open()
        with self.lock:
            for service in workload.services:
                made = FakeService(workload.run, service, self.coming, self.numbers)
                self.services.setdefault(service.name, made).reconcile()

    def remove(self, run: str | None) -> list[str]:
        """Remove the services of that run, or of all."""
        with self.lock:
            gone = [name for name, s in self.services.items() if run in (None, s.run)]
            for name in gone:
                del self.services[name]
        if not self.services:
            self._close()
        return [f"service {name}" for name in gone]

    # not under the lock, which the server's own thread takes for every request

    def _open(self) -> None:
        if not self.serving:
            # on a port of its own each time: the one before may be somebody else's by now
            self.server = LoopbackServer(self.pick)
            self.server.__enter__()
            self.server.fail("error", Fault.ERROR)
            self.serving = True

    def _close(self) -> None:
        if self.serving:
            self.server.__exit__()
            self.serving = False

    def pick(self) -> tuple[str, str] | None:
        """The next ready replica of the published service, in turn."""
        with self.lock:
            published = [s for s in self.services.values() if s.wanted.published_port]
            for service in published:
                service.reconcile()
            ready = [r for s in published for r in s.replicas if r.ready]
            if not ready:
                return None
            chosen = ready[next(self.turns) % len(ready)]
            return chosen.id, chosen.version

    @contextmanager
    def using(self, name: str) -> Iterator[FakeService]:
        """The service, caught up before and after; UnreachableError while it plays dead."""
        if not self.reachable:
            raise UnreachableError("The fake orchestrator does not answer, as it was told.")
        with self.lock:
            service = self.services[name]
            service.reconcile()
            yield service
            service.reconcile()


CLUSTERS: dict[str, FakeCluster] = {}
"""By address."""
