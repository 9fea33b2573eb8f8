"""What a scenario implements, and what it is handed.

A scenario is a frozen dataclass of parameters. `act` does things to a deployment and waits
through its context; `measure` is a pure function of the record. Nothing else connects the two.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

from seatrial.harness.model import Event, Metric, Replica, Trial, Workload
from seatrial.harness.target import Deployment


class Context(Protocol):
    """What `act` may use besides the deployment. Load runs and observers watch meanwhile."""

    workload: Workload

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

    def note(self, kind: str, subject: str = "", **detail: object) -> Event:
        """Record an event of the harness now."""
        ...


class Scenario(Protocol):
    """One trial's script and its measures."""

    name: ClassVar[str]
    title: ClassVar[str]  # one line for people
    variants: ClassVar[tuple[str, ...]]  # ("",) when there are none
    meanings: ClassVar[Mapping[str, str]]  # metric's name → what it says, in one plain sentence
    needs: ClassVar[tuple[type, ...]]  # optional protocols a deployment must satisfy
    load_first: ClassVar[bool]  # load starts with the deploy's acceptance, not after steadiness
    variant: str

    def __init__(self, variant: str, **parameters: Any) -> None:  # noqa: ANN401 - each has its own
        """The variant, and what a suite file sets; TypeError for what is not there."""
        ...

    def act(self, deployment: Deployment, context: Context) -> None:
        """Do the thing. Errors of the target end the trial as failed."""
        ...

    def measure(self, trial: Trial) -> list[Metric]:
        """Fold the record into metrics. Pure: same trial, same metrics."""
        ...
