"""The nouns of what is recorded: frozen dataclasses without any I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.harness.model import Preflight, Settings, Workload
from seatrial.harness.point import Point, told

if TYPE_CHECKING:
    import pandas as pd


SCHEMA = 1
"""The version of the run directory's formats."""


class Stream(StrEnum):
    """How requests of a load stream use connections."""

    FRESH = "fresh"  # a new connection for every request
    KEPT = "kept"  # a few connections kept open and reused in turn


class Outcome(StrEnum):
    """What became of a request."""

    OK = "ok"
    FAIL = "fail"  # certainly not carried out, or answered wrongly
    UNKNOWN = "unknown"  # no answer in time: its increment may have landed


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between at_ns - uncertainty_ns and at_ns.

    `source` is harness, orchestrator, load or host; `subject` a replica id, node or service.
    Kinds the harness writes: act (a request to the orchestrator: at_ns is taken before it is sent,
    the detail has `what` and `accepted_ns`), steady and unsteady (subject before or after the act),
    converged and timeout (subject: what was waited for), pulled (images that nodes fetched, and
    whether the trial was to begin without), gap, and a `Status` when the trial ends. Load writes
    started, paced (another rate) and stopped, with its process' CPU and until when the schedule
    before held. Host writes sample (harness/host.py). Kinds of replicas, with their service, host,
    node and state as detail: appeared, state, ready, unready, restarted, gone; and gap: nothing was
    told between at_ns - uncertainty_ns and at_ns.
    """

    at_ns: int
    source: str
    kind: str
    subject: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)
    uncertainty_ns: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """One request, also the columns of samples.arrow and samples.parquet."""

    stream: str  # fresh or kept
    seq: int  # its number in its stream, from 0 on
    intended_ns: int  # when the schedule wanted it sent: latency is done_ns - intended_ns
    sent_ns: int  # when it was sent
    done_ns: int  # when its reply was there, or nobody waited for one any more
    status: int  # of HTTP, 0 without a reply
    error: str  # refused, reset, timeout, connect_timeout, unreachable, protocol, bad_body, other
    replica: str  # who answered, "" where nobody did; the next two come from the reply too
    version: str
    count: int  # -1 without one

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
    censored: bool = False  # the value is a lower bound: not ended yet, or hidden in a gap
    reason: str = ""


class Status(StrEnum):
    """How a trial ended."""

    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    UNSUPPORTED = "unsupported"  # the orchestrator cannot
    NOT_IMPLEMENTED = "not_implemented"  # the adapter lacks it


CANNOT = frozenset({Status.UNSUPPORTED, Status.NOT_IMPLEMENTED})
"""Such a trial is a result, and no failure."""


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
    settings: Settings = field(default_factory=Settings)
    replicas: int | None = None  # as many as the scenario wants
    swept: str = ""  # the path of the setting that a sweep put at `point`
    point: Point = ""

    @property
    def slug(self) -> str:
        """The trial's folder name: 0007-k8s-self_heal, with the variant and point if any."""
        point = told(self.swept, self.point).replace(" ", "-")
        parts = [f"{self.number:04d}", self.target, self.scenario, self.variant, point]
        return "-".join(part for part in parts if part)

    @property
    def series(self) -> tuple[int, str, str, float | None]:
        """What trials share between which nothing of the cluster is changed."""
        return self.block, self.target, self.profile, self.settings.notice_s


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a suite asks of a metric's median; `None` where it does not ask it."""

    scenario: str
    variant: str  # "" for each of them
    metric: str
    worse_by: float | None = None  # at most so much worse than in another run: 0.25 is 25%
    at_most: float | None = None
    at_least: float | None = None
    unit: str = ""  # of the last two, where the suite says it


@dataclass(frozen=True)
class Trial:
    """A recorded trial, read back: what `measure` folds over.

    `samples` has the columns of `Sample` plus `outcome`, sorted by intended_ns; words are
    categories (harness/columns.py).
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
class Resumption:
    """A run that had ended early went on: a line of resumed.jsonl, written before its first trial.

    `monotonic_ns` and `wall_ns` are an anchor of the clock from here on: the machine may have
    been started anew. The rest is as in `Run`, as it was found now.
    """

    monotonic_ns: int
    wall_ns: int
    trials: tuple[int, ...]  # the numbers of those that were still to be run
    again: tuple[int, ...]  # of these, those that had been begun
    environment: Mapping[str, str]
    preflights: tuple[Preflight, ...]  # of the targets and profiles that these trials need
    notes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Run:
    """A run as it was planned and where it took place: run.json, written before the first trial.

    `created_monotonic_ns` and `created_wall_ns` are one anchor of the run's clock. `resumed` is
    what resumed.jsonl holds; only a joined run has it in its run.json.
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
    provider: str = "lab"
    cases: tuple[
        tuple[str, str, str], ...
    ] = ()  # scenario, variant, profile, as the suite has them
    resumed: tuple[Resumption, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
