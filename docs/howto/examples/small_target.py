"""A whole target, small: its orchestrator is an object in this process, its replicas take turns."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import ClassVar

from seatrial.harness.errors import RejectedError
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
from seatrial.harness.workload import version_of

NEVER_READY = ("unready", "crash")


class Orchestrator:
    """What an address stands for: it outlives the adapter objects that talk to it."""

    def __init__(self) -> None:
        self.run = ""  # the label of what is there
        self.services: dict[str, Service] = {}
        self.replicas: tuple[Replica, ...] = ()
        self.published = ""
        self.server: LoopbackServer | None = None
        self._numbers, self._turns = count(1), count()

    def accept(self, workload: Workload) -> None:
        """Have its services; what is there already stays as it is."""
        if self.run not in ("", workload.run):
            raise RejectedError(f"There is room for one run, and {self.run} is there: clean it.")
        if not self.run:
            self.run, self.published = workload.run, workload.published.name
            self.server = LoopbackServer(self._pick)
            self.server.__enter__()
            for service in workload.services:
                self.want(service)

    def want(self, service: Service) -> None:
        """Keep as many of its replicas as it is to have, and start what is missing."""
        self.services[service.name] = service
        others = [r for r in self.replicas if r.service != service.name]
        kept = [r for r in self.replicas if r.service == service.name][: service.replicas]
        new = [self._start(service) for _ in range(service.replicas - len(kept))]
        self.replicas = (*others, *kept, *new)

    def end(self, *ids: str) -> None:
        """End these replicas; others are started in their place when it is wanted again."""
        self.replicas = tuple(r for r in self.replicas if r.id not in ids)

    def remove(self) -> list[str]:
        """Have nothing; what that was, in words."""
        gone = [f"service {name}" for name in self.services]
        self.run, self.replicas, self.services = "", (), {}
        if self.server:
            self.server.__exit__()
            self.server = None
        return gone

    def _start(self, service: Service) -> Replica:
        ready = version_of(service.image) not in NEVER_READY
        state = ReplicaState.RUNNING if ready else ReplicaState.STARTING
        name = f"{service.name}-{next(self._numbers)}"
        return Replica(name, service.name, name, "here", state, ready, service.image)

    def _pick(self) -> tuple[str, str] | None:
        """Who answers the next request, and as which version."""
        ready = [r for r in self.replicas if r.service == self.published and r.ready]
        if not ready:
            return None
        chosen = ready[next(self._turns) % len(ready)]
        return chosen.host, version_of(chosen.image)


@dataclass(frozen=True)
class SmallDeployment:
    """The core verbs. Each returns when what it asks for is accepted."""

    orchestrator: Orchestrator

    def endpoints(self) -> list[Endpoint]:
        """Where load goes."""
        server = self.orchestrator.server
        return [Endpoint(HOST, server.port)] if server else []

    def replicas(self, service: str) -> list[Replica]:
        """All that there are of the service."""
        return [r for r in self.orchestrator.replicas if r.service == service]

    def scale(self, service: str, replicas: int) -> None:
        """Another number of the same."""
        self.orchestrator.want(replace(self._wanted(service), replicas=replicas))

    def update(self, service: str, change: Change) -> None:
        """All old ones end at once, and new ones start: nothing here rolls."""
        now = self._wanted(service)
        environment = {**now.environment, **(change.environment or {})}
        changed = replace(now, image=change.image or now.image, environment=environment)
        self.orchestrator.end(*(r.id for r in self.replicas(service)))
        self.orchestrator.want(changed)

    def delete(self, replica: Replica, *, force: bool = False) -> None:
        """This one ends, with grace or without; another one starts."""
        del force
        self.orchestrator.end(replica.id)
        self.orchestrator.want(self._wanted(replica.service))

    def describe(self) -> Mapping[str, str]:
        """What goes into the evidence of a trial: never secrets."""
        lines = [f"{r.service} {r.host} {r.state} {r.image}\n" for r in self.orchestrator.replicas]
        return {"replicas.txt": "".join(lines)}

    def _wanted(self, service: str) -> Service:
        if service not in self.orchestrator.services:
            raise RejectedError(f"There is no service {service} here.")
        return self.orchestrator.services[service]


ORCHESTRATORS: dict[str, Orchestrator] = {}
"""By address."""


class SmallTarget:
    """The adapter: it holds nothing but the way to its orchestrator."""

    name: ClassVar[str] = "small"
    title: ClassVar[str] = "An object in this process"
    unsupported: ClassVar[Mapping[str, str]] = {
        "Autoscale": "Nothing here counts the use of processors.",
        "NodeControl": "It has one node, and that is this machine.",
    }

    def __init__(self, connection: Connection) -> None:
        self._orchestrator = ORCHESTRATORS.setdefault(connection.address, Orchestrator())

    def preflight(self) -> Preflight:
        """What a report tells of it, read from it and not from the plan."""
        return Preflight(
            target=self.name,
            versions={"small": "1"},
            nodes=(Node("here", HOST, "manager", ready=True),),
            settings={"replacement": "at once"},
            exposure="A server on loopback hands each request to the next ready replica.",
        )

    def deploy(self, workload: Workload) -> AbstractContextManager[SmallDeployment]:
        """Ask for the workload on entering, remove it on leaving."""
        return Stay(partial(self.launch, workload), partial(self.clean, workload.run))

    def launch(self, workload: Workload) -> SmallDeployment:
        """Ask for the workload."""
        self._orchestrator.accept(workload)
        return SmallDeployment(self._orchestrator)

    def clean(self, run: str | None) -> list[str]:
        """Remove what carries the run's label, whoever left it there."""
        return self._orchestrator.remove() if run in (None, self._orchestrator.run) else []
