"""The nouns of what is deployed: frozen dataclasses without any I/O.

Neutral words only: a *replica* is one running copy of a *service*, a *node* is a machine of the
*target*. What an orchestrator calls them stays in its adapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial.harness.point import Point


class Order(StrEnum):
    """Which comes first when a replica is replaced."""

    STOP_FIRST = "stop-first"
    START_FIRST = "start-first"


class ReplicaState(StrEnum):
    """Where a replica is in its life, in the words both orchestrators share."""

    PENDING = "pending"  # accepted, not yet placed on a node
    STARTING = "starting"  # placed; image pulled, container created
    RUNNING = "running"  # its process runs
    STOPPING = "stopping"  # told to stop
    STOPPED = "stopped"  # ended as it was told
    FAILED = "failed"  # ended without being told


@dataclass(frozen=True, slots=True)
class Probe:
    """A health check by HTTP GET on the service's port.

    `command` does the same from inside the container, for orchestrators that check by a command.
    """

    path: str
    command: tuple[str, ...] = ()
    period_s: float = 1.0
    timeout_s: float = 1.0
    failures: int = 3
    start_s: float = 0.0  # failures in this time after the start do not count


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """How replicas are replaced by a new version."""

    order: Order
    parallelism: int = 1
    delay_s: float = 0.0
    monitor_s: float = 5.0
    on_failure: str = "pause"  # pause, continue or rollback


@dataclass(frozen=True, slots=True)
class Settings:
    """What both orchestrators can be told in words of their own; `None`: its own default.

    A profile is a name for such settings; a suite may change each of them.
    """

    notice_s: float | None = None  # a node that is silent for this long is taken for lost
    replacement_delay_s: float | None = None  # from a loss to the start of a replacement
    stop_grace_s: float | None = None
    pre_stop_s: float = 0.0
    probe_period_s: float = 1.0
    order: Order | None = None  # with it, the next three count too
    parallelism: int = 1
    update_delay_s: float = 0.0
    monitor_s: float = 5.0
    on_failure: str = "pause"
    edge: bool = False  # the same HAProxy in front of both, instead of each one's own way in

    @property
    def update(self) -> UpdatePolicy | None:
        """The update policy that these make, None without an order."""
        if self.order is None:
            return None
        return UpdatePolicy(
            self.order, self.parallelism, self.update_delay_s, self.monitor_s, self.on_failure
        )


@dataclass(frozen=True, slots=True)
class Resources:
    """Reserved and highest use of one replica."""

    cpu_reserved: float = 0.05  # cores
    memory_reserved_mib: int = 32
    cpu_limit: float | None = None
    memory_limit_mib: int | None = 256


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a workload. `None` means: the orchestrator's own documented default."""

    name: str
    image: str
    port: int
    replicas: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    published_port: int | None = None  # reachable from outside on this port of every node
    readiness: Probe | None = None
    liveness: Probe | None = None
    resources: Resources = field(default_factory=Resources)
    stop_grace_s: float | None = None
    pre_stop_s: float = 0.0  # keep serving this long after being told to stop
    update: UpdatePolicy | None = None
    replacement_delay_s: float | None = None  # from the loss of a replica or its node to a new one
    workers_only: bool = False  # never on a node that decides


@dataclass(frozen=True, slots=True)
class Workload:
    """What a trial deploys. Everything created for it carries the label `seatrial.run=<run>`."""

    run: str
    services: tuple[Service, ...]
    edge: bool = False  # requests come in by an edge on every node (harness/edge.py)

    def service(self, name: str) -> Service:
        """The service of that name; KeyError when there is none."""
        return {service.name: service for service in self.services}[name]

    @property
    def published(self) -> Service:
        """The service that is loaded and observed: the one that is reached from outside."""
        return next(service for service in self.services if service.published_port)


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a running service; `None` leaves that part as it is."""

    image: str | None = None
    environment: Mapping[str, str] | None = None  # added to what is there


class RolloutState(StrEnum):
    """What the orchestrator says of a rollout."""

    GOING = "going"
    DONE = "done"
    STUCK = "stuck"  # it has noticed a failure, and does nothing more by itself
    RETURNING = "returning"  # it rolls back
    RETURNED = "returned"  # it rolled back


@dataclass(frozen=True, slots=True)
class Progress:
    """A rollout as the orchestrator judges it, with its own words."""

    state: RolloutState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ScalingPolicy:
    """Between so many and so many replicas, so that each uses that part of its reserved cores."""

    lowest: int
    highest: int
    cpu_percent: int
    calm_s: float | None = None  # less is asked for only when it was enough for this long


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a published service answers from outside."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Replica:
    """One replica as the orchestrator tells it now.

    `host` is the name the counter app answers with, so that replies can be tied to replicas.
    `id` stays the same for the replica's life and is never used again for another.
    """

    id: str
    service: str
    host: str
    node: str
    state: ReplicaState
    ready: bool
    image: str = ""
    restarts: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """All replicas of a service at one moment, read between at_ns - uncertainty_ns and at_ns."""

    at_ns: int
    uncertainty_ns: int
    replicas: tuple[Replica, ...]
    gap: bool = False  # something may have been missed since the observation before


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of a target."""

    name: str
    address: str
    role: str  # manager or worker
    ready: bool


@dataclass(frozen=True, slots=True)
class Delay:
    """The least time that a step of recovery takes by its settings, whatever the machine's speed.

    Names that both orchestrators have: crash_replaced, crash_1_replaced to
    crash_5_replaced (one after the other), deleted_replaced, hang_noticed, hang_ended,
    node_noticed, node_replaced, drain_replaced, rollout_noticed, autoscale_down.
    """

    name: str
    seconds: float
    because: str  # the settings that make it, with their values
    lower: str = ""  # how to lower it, where one can


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a target is, read from the target itself before anything is measured."""

    target: str
    versions: Mapping[str, str]
    nodes: tuple[Node, ...]
    settings: Mapping[str, str]  # those that decide results, by the orchestrator's own names
    exposure: str  # in plain words: how a request from outside reaches a replica
    fallbacks: tuple[str, ...] = ()  # in plain words: what this cluster lacks and what took over
    profile: str = "stock"  # the settings that were in force
    delays: tuple[Delay, ...] = ()
    swept: str = ""  # with this setting at this point
    point: Point = ""
