"""Deploy: from the request to the first page served, and to a page from every replica."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.model import ReplicaState
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import (
    accepted,
    act,
    first_replies,
    firsts,
    nth,
    rises_to,
    served,
    span,
)
from seatrial.harness.workload import FRONTEND

READY_S = 240.0
NEVER = f"not within {READY_S:.0f} s"
WARM, COLD = "warm", "cold"
NOT_STARTED = frozenset({ReplicaState.PENDING, ReplicaState.STARTING})


@dataclass(frozen=True)
class Deploy:
    """The deploy itself is what is measured: load starts as soon as it is accepted."""

    name: ClassVar[str] = "deploy"
    title: ClassVar[str] = "Deploy the app: three frontends and their backend"
    variants: ClassVar[tuple[str, ...]] = (WARM, COLD)
    meanings: ClassVar[Mapping[str, str]] = {
        "accepted": "Until the orchestrator accepted the whole app.",
        "first_scheduled": "Until the first frontend had a node.",
        "all_scheduled": "Until all three had one.",
        "first_started": (
            "Until the first frontend ran, as the orchestrator tells it: Swarm calls one running "
            "only when its health check has passed."
        ),
        "all_started": "Until all three ran.",
        "first_ready": "Until the orchestrator called the first frontend ready.",
        "all_ready": "Until it called all three ready.",
        "first_served": "Until a user got the first page.",
        "all_served": "Until users had a page from every frontend.",
    }
    better: ClassVar[Better] = {"first_served": "lower", "all_served": "lower"}
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = WARM
    hold_s: float = 3.0

    def setup(self) -> Setup:
        """Load from the first moment on; cold: every node has yet to pull the images."""
        return Setup(
            load_first=True,
            cold=self.variant == COLD,
            lasts_s=self.hold_s - 3.0 + (10.0 if self.variant == COLD else 3.0),
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Wait for all replicas."""
        del deployment
        wanted = context.workload.service(FRONTEND).replicas
        context.wait("all replicas ready", lambda: len(context.ready(FRONTEND)) == wanted, READY_S)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Each moment from the deploy's request."""
        request = act(trial, "deploy")
        if request is None:
            return []
        start, wanted = request.at_ns, trial.workload.service(FRONTEND).replicas
        replies = first_replies(trial.samples, start).values()
        placed, running = firsts(trial, start, _scheduled), firsts(trial, start, _started)
        return [
            accepted("accepted", request),
            nth("first_scheduled", start, placed, 1, NEVER),
            nth("all_scheduled", start, placed, wanted, NEVER),
            nth("first_started", start, running, 1, NEVER),
            nth("all_started", start, running, wanted, NEVER),
            span("first_ready", start, rises_to(trial, 1, start), NEVER),
            span("all_ready", start, rises_to(trial, wanted, start), NEVER),
            served("first_served", start, replies, 1),
            served("all_served", start, replies, wanted),
        ]


def _scheduled(event: Event) -> bool:
    return event.detail.get("state") != ReplicaState.PENDING


def _started(event: Event) -> bool:
    return event.kind == "ready" or event.detail.get("state") not in NOT_STARTED
