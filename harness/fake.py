"""FakeTarget: a test double that behaves like an orchestrator and serves real HTTP on loopback.

For tests and for people who write adapters; never an orchestrator in a report. It is driven by the
clock alone: whoever looks at it (a request, a poll) lets it catch up.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import RLock
from typing import ClassVar

from seatrial.harness.clock import now_ns
from seatrial.harness.errors import RejectedError, UnreachableError
from seatrial.harness.loopback import HOST, LoopbackServer
from seatrial.harness.model import (
    Change,
    Endpoint,
    Node,
    Preflight,
    Replica,
    ReplicaState,
    Service,
    Workload,
)
from seatrial.harness.stay import Stay
from seatrial.harness.target import Connection

START_NS = 300_000_000
"""From a replica's start to its readiness."""

NEVER_READY = ("unready", "crash")


@dataclass
class FakeReplica:
    """One copy; ready START_NS after its last start."""

    id: str
    image: str
    started_ns: int
    restarts: int = 0

    @property
    def version(self) -> str:
        """The image's tag."""
        return self.image.rpartition(":")[2]

    @property
    def ready(self) -> bool:
        """By the clock, unless this version never is."""
        return self.version not in NEVER_READY and now_ns() >= self.started_ns + START_NS


@dataclass
class FakeService:
    """A service and its replicas; `reconcile` is its whole controller."""

    run: str
    wanted: Service
    replicas: list[FakeReplica] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def reconcile(self) -> None:
        """Catch up: start what is missing, replace old versions one by one, stop the surplus."""
        new = [r for r in self.replicas if r.image == self.wanted.image]
        old = [r for r in self.replicas if r.image != self.wanted.image]
        rolling = bool(old) and all(r.ready for r in new) and len(new) < self.wanted.replicas
        if rolling or len(self.replicas) < self.wanted.replicas:
            missing = 1 if rolling else self.wanted.replicas - len(self.replicas)
            self.replicas += [self._start() for _ in range(missing)]
        elif len(self.replicas) > self.wanted.replicas and all(r.ready for r in new):
            surplus = [*old, *reversed(new)][: 1 if old else len(new) - self.wanted.replicas]
            self.replicas = [r for r in self.replicas if r not in surplus]

    def _start(self) -> FakeReplica:
        name = f"{self.wanted.name}-{next(self.numbers)}"
        return FakeReplica(name, self.wanted.image, now_ns())


class FakeCluster:
    """What an address stands for: services that outlive the adapter objects that made them."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.services: dict[str, FakeService] = {}
        self.turns = itertools.count()
        self.reachable = True
        self.server = LoopbackServer(self.pick)
        self.serving = False

    def add(self, workload: Workload) -> None:
        """Accept a workload; what is there already stays."""
        with self.lock:
            if not self.serving:
                self.server.__enter__()
                self.serving = True
            for service in workload.services:
                made = FakeService(workload.run, service)
                self.services.setdefault(service.name, made).reconcile()

    def remove(self, run: str | None) -> list[str]:
        """Remove the services of that run, or of all."""
        with self.lock:
            gone = [name for name, s in self.services.items() if run in (None, s.run)]
            for name in gone:
                del self.services[name]
            if self.serving and not self.services:
                self.server.__exit__()
                self.serving = False
            return [f"service {name}" for name in gone]

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

    def service(self, name: str) -> FakeService:
        """The service, caught up; UnreachableError while the cluster plays dead."""
        if not self.reachable:
            raise UnreachableError("The fake orchestrator does not answer, as it was told.")
        with self.lock:
            service = self.services[name]
            service.reconcile()
            return service


CLUSTERS: dict[str, FakeCluster] = {}
"""By address."""


@dataclass(frozen=True)
class FakeDeployment:
    """A workload on a fake cluster; it can be killed at."""

    cluster: FakeCluster
    workload: Workload

    def endpoints(self) -> list[Endpoint]:
        """The loopback server."""
        return [Endpoint(HOST, self.cluster.server.port)]

    def replicas(self, service: str) -> list[Replica]:
        """All of them, as they are by the clock."""
        found = self.cluster.service(service)
        return [_told(service, replica) for replica in found.replicas]

    def scale(self, service: str, replicas: int) -> None:
        """Accept another number."""
        found = self.cluster.service(service)
        found.wanted = replace(found.wanted, replicas=replicas)

    def update(self, service: str, change: Change) -> None:
        """Accept another image."""
        found = self.cluster.service(service)
        found.wanted = replace(found.wanted, image=change.image or found.wanted.image)

    def delete(self, replica: Replica) -> None:
        """It is gone; reconciling starts another."""
        found = self.cluster.service(replica.service)
        found.replicas.remove(_find(found, replica))

    def kill(self, replica: Replica) -> None:
        """Its process restarts in place."""
        found = _find(self.cluster.service(replica.service), replica)
        found.started_ns, found.restarts = now_ns(), found.restarts + 1

    def describe(self) -> Mapping[str, str]:
        """Its services in words."""
        services = self.cluster.services.items()
        return {f"{name}.txt": f"{name}: {len(s.replicas)} replicas\n" for name, s in services}


class FakeTarget:
    """The test double."""

    name: ClassVar[str] = "fake"
    title: ClassVar[str] = "FakeTarget (a test double, no orchestrator)"
    unsupported: ClassVar[Mapping[str, str]] = {"Autoscale": "The test double has no autoscaler."}

    def __init__(self, connection: Connection) -> None:
        self._cluster = CLUSTERS.setdefault(connection.address, FakeCluster())

    def preflight(self) -> Preflight:
        """What a test double can say of itself."""
        return Preflight(
            target=self.name,
            versions={"fake": "1"},
            nodes=(Node("fake-1", HOST, "manager", ready=True),),
            settings={"start": f"{START_NS / 1e9:g} s"},
            exposure="A loopback server takes the ready replicas in turn.",
        )

    def deploy(self, workload: Workload) -> Stay[FakeDeployment]:
        """Accept the workload; removed on exit."""
        return Stay(partial(self.launch, workload), partial(self.clean, workload.run))

    def launch(self, workload: Workload) -> FakeDeployment:
        """Accept the workload."""
        self._cluster.add(workload)
        return FakeDeployment(self._cluster, workload)

    def clean(self, run: str | None) -> list[str]:
        """Remove what carries the run's label."""
        return self._cluster.remove(run)

    def pull(self, images: Sequence[str]) -> None:
        """There is nothing to pull."""


def _told(service: str, replica: FakeReplica) -> Replica:
    state = ReplicaState.RUNNING if replica.ready else ReplicaState.STARTING
    return Replica(
        id=replica.id,
        service=service,
        host=replica.id,
        node="fake-1",
        state=state,
        ready=replica.ready,
        image=replica.image,
        restarts=replica.restarts,
    )


def _find(service: FakeService, replica: Replica) -> FakeReplica:
    for found in service.replicas:
        if found.id == replica.id:
            return found
    raise RejectedError(f"The fake orchestrator has no replica {replica.id}.")
