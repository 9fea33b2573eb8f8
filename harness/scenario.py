"""What a scenario implements, and what it is handed.

A scenario is a frozen dataclass of parameters. `act` does things to a deployment and waits
through its context; `measure` is a pure function of the record. Nothing else connects the two.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from seatrial.harness.model import Replica, Resources, Workload
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.target import Deployment, Machines
from seatrial.harness.workload import FRONTEND


@dataclass(frozen=True, slots=True)
class Setup:
    """What a scenario wants to find: how the app is deployed, and how load meets it."""

    replicas: int = 3
    load_first: bool = False  # load starts with the deploy's acceptance, not after steadiness
    by_worker: bool = False  # load comes in by a worker, not by the node whose API is used
    cold: bool = False  # no node holds the app's images
    hook: bool = False  # a frontend can be told to crash or hang (workload.FAULT)
    resources: Resources = field(default_factory=Resources)  # of a frontend
    followed: tuple[str, ...] = (FRONTEND,)  # services whose replicas are observed
    lasts_s: float = 0.0  # the act, were every step that is waited for quick
    waits: tuple[str, ...] = ()  # the delays (harness/model.py) that are waited for besides


class Context(Protocol):
    """What `act` may use besides the deployment. Load runs and observers watch meanwhile."""

    workload: Workload

    @property
    def machines(self) -> Machines:
        """Hands on the nodes; what they break is restored when the trial ends."""
        ...

    def image(self, version: str) -> str:
        """The counter app's image of that version (v1, v2, crash, unready, error) here."""
        ...

    def acting(self, kind: str, subject: str = "") -> AbstractContextManager[None]:
        """Bracket one request to the orchestrator: recorded as an `act` event.

        `detail` gets `what` (the kind given) and `accepted_ns`.
        """
        ...

    def wait(self, what: str, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the condition holds; record `converged` or `timeout`; say which."""
        ...

    def ready(self, service: str) -> list[Replica]:
        """The replicas of the service that are ready now, by the latest observation."""
        ...

    def hold(self, seconds: float) -> None:
        """Let load and observers go on for that long."""
        ...

    def steady(self, when: str, timeout_s: float) -> bool:
        """Wait until two seconds of requests all went well; record `steady` or `unsteady`."""
        ...

    def pace(self, rate_per_s: float) -> None:
        """Have the load go on at this rate; recorded as `paced`, from when on it holds."""
        ...

    def note(self, kind: str, subject: str = "", **detail: object) -> Event:
        """Record an event of the harness now."""
        ...


Better = Mapping[str, Literal["lower", "higher"]]
"""A headline metric → which of its values are better."""


class Scenario(Protocol):
    """One trial's script and its measures."""

    name: ClassVar[str]
    title: ClassVar[str]  # one line for people
    variants: ClassVar[tuple[str, ...]]  # ("",) when there are none
    meanings: ClassVar[Mapping[str, str]]  # metric's name → what it says, in one plain sentence
    better: ClassVar[Better]  # the headline metrics, few: each one makes verdicts on all dearer
    needs: ClassVar[tuple[type, ...]]  # optional protocols a deployment must satisfy, or Machines
    variant: str

    def __init__(self, variant: str, **parameters: Any) -> None:  # noqa: ANN401 - each has its own
        """The variant, and what a suite file sets; TypeError for what is not there."""
        ...

    def setup(self) -> Setup:
        """What this variant wants to find."""
        ...

    def act(self, deployment: Deployment, context: Context) -> None:
        """Do the thing. Errors of the target end the trial as failed."""
        ...

    def measure(self, trial: Trial) -> list[Metric]:
        """Fold the record into metrics. Pure: same trial, same metrics."""
        ...


Floors = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Variant → metric → the names of the delays (harness/model.py) that it is made of."""


@runtime_checkable
class Predicted(Protocol):
    """A scenario some of whose metrics cannot be less than what settings cost."""

    floors: ClassVar[Floors]


Units = Mapping[str, str]
"""Metric → its unit (s, 1, req, replicas, ms); one that is not named is in seconds."""


@runtime_checkable
class Dimensioned(Protocol):
    """A scenario some of whose metrics are no times."""

    units: ClassVar[Units]
