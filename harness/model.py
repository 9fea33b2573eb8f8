"""The nouns of a trial: frozen dataclasses without any I/O.

Neutral words only: a *replica* is one running copy of a *service*, a *node* is a machine of the
*target*. What an orchestrator calls them stays in its adapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


SCHEMA = 1
"""The version of the run directory's formats."""


class Order(StrEnum):
    """Which comes first when a replica is replaced."""

    STOP_FIRST = "stop-first"
    START_FIRST = "start-first"


class Stream(StrEnum):
    """How requests of a load stream use connections."""

    FRESH = "fresh"  # a new connection for every request
    KEPT = "kept"  # a few connections kept open and reused in turn


class Outcome(StrEnum):
    """What became of a request."""

    OK = "ok"
    FAIL = "fail"  # certainly not carried out, or answered wrongly
    UNKNOWN = "unknown"  # no answer in time: its increment may have landed


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


@dataclass(frozen=True, slots=True)
class Workload:
    """What a trial deploys. Everything created for it carries the label `seatrial.run=<run>`."""

    run: str
    services: tuple[Service, ...]

    def service(self, name: str) -> Service:
        """The service of that name; KeyError when there is none."""
        return {service.name: service for service in self.services}[name]


@dataclass(frozen=True, slots=True)
class Change:
    """A change to a running service; `None` leaves that part as it is."""

    image: str | None = None
    environment: Mapping[str, str] | None = None  # added to what is there


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
class Preflight:
    """What a target is, read from the target itself before anything is measured."""

    target: str
    versions: Mapping[str, str]
    nodes: tuple[Node, ...]
    settings: Mapping[str, str]  # those that decide results, by the orchestrator's own names
    exposure: str  # in plain words: how a request from outside reaches a replica
    fallbacks: tuple[str, ...] = ()  # in plain words: what this cluster lacks and what took over


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between at_ns - uncertainty_ns and at_ns.

    `source` is harness, orchestrator or load; `subject` a replica id, node or service.
    Kinds the harness writes: act (a request to the orchestrator: at_ns is taken before it is sent,
    the detail has `what` and `accepted_ns`), steady and unsteady (subject before or after the act),
    converged and timeout (subject: what was waited for), gap, and a `Status` when the trial ends.
    Load writes started and stopped, with its process' CPU. Kinds of replicas, with their service,
    host, node and state as detail: appeared, state, ready, unready, restarted, gone.
    """

    at_ns: int
    source: str
    kind: str
    subject: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    uncertainty_ns: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One request, also the columns of samples.arrow and samples.parquet.

    `intended_ns` is when the schedule wanted it sent: latency is done_ns - intended_ns.
    `status` is the HTTP status, 0 without one; `error` the class of failure, "" without one:
    refused, reset, timeout, connect_timeout, unreachable, protocol, bad_body, other.
    `replica`, `version`, `count` come from the reply ("" and -1 without one).
    """

    stream: str
    seq: int
    intended_ns: int
    sent_ns: int
    done_ns: int
    status: int
    error: str
    replica: str
    version: str
    count: int

    @property
    def outcome(self) -> Outcome:
        """Ok for a well-formed 200, unknown when the answer never came, else fail."""
        if self.status == 200 and not self.error:  # noqa: PLR2004 - HTTP's own number
            return Outcome.OK
        return Outcome.UNKNOWN if self.error in UNKNOWN_ERRORS else Outcome.FAIL


UNKNOWN_ERRORS = frozenset({"timeout", "reset"})
"""Failures after which the request may still have been carried out."""


SKEW = 0.05
"""Half of the difference between the shares of two streams."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Open-loop load: rate_per_s in all, shared by the streams, each at a fixed interval.

    The shares differ by a tenth: streams that take strict turns would meet a load balancer that
    does so too in step, and each of them would then see only every other replica.
    """

    rate_per_s: float = 200.0
    streams: tuple[Stream, ...] = (Stream.FRESH, Stream.KEPT)
    deadline_s: float = 2.0  # a reply later than this after the intended time is no reply
    kept_connections: int = 6

    def interval_ns(self, stream: Stream) -> int:
        """Time between two intended sends of the stream: the prober's interval d."""
        count, place = len(self.streams), self.streams.index(stream)
        share = (1 + SKEW * (count - 1 - 2 * place)) / count
        return round(1e9 / (self.rate_per_s * share))


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured number. `value` None with a reason is a measurement that could not be made."""

    name: str
    unit: str  # s, 1, req, req/s, replicas, ms
    value: float | None
    low: float | None = None
    high: float | None = None
    censored: bool = False  # the value is a lower bound: it had not ended when we stopped looking
    reason: str = ""


class Status(StrEnum):
    """How a trial ended."""

    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNSUPPORTED = "unsupported"  # the orchestrator cannot
    NOT_IMPLEMENTED = "not_implemented"  # the adapter lacks it


@dataclass(frozen=True, slots=True)
class TrialSpec:
    """One planned trial; `number` is its place in the run and never changes."""

    number: int
    block: int
    target: str
    profile: str
    scenario: str
    variant: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    load: LoadPlan = field(default_factory=LoadPlan)

    @property
    def slug(self) -> str:
        """The trial's folder name: 0007-k8s-self_heal, with the variant when there is one."""
        parts = [f"{self.number:04d}", self.target, self.scenario, self.variant]
        return "-".join(part for part in parts if part)


@dataclass(frozen=True)
class Trial:
    """A recorded trial, read back: what `measure` folds over.

    `samples` has the columns of `Sample` plus `outcome`, sorted by intended_ns.
    """

    spec: TrialSpec
    workload: Workload
    status: Status
    cause: str
    events: tuple[Event, ...]
    samples: "pd.DataFrame"

    def event(self, kind: str, subject: str | None = None) -> Event | None:
        """The first event of that kind (and subject), or None."""
        matches = (e for e in self.events if e.kind == kind and subject in (None, e.subject))
        return next(matches, None)


@dataclass(frozen=True)
class Run:
    """A run as it was planned and where it took place: run.json, written before the first trial.

    `created_monotonic_ns` and `created_wall_ns` are one anchor of the run's clock.
    """

    name: str
    suite: str
    repeats: int
    seed: int
    command: str  # what repeats this run
    created_monotonic_ns: int
    created_wall_ns: int
    environment: Mapping[str, str]  # machine, kernel, cores, memory, python, seatrial
    preflights: tuple[Preflight, ...]
    notes: Mapping[str, tuple[str, ...]]  # target → what its provider says of it
    planned: tuple[TrialSpec, ...]
    schema: int = SCHEMA
