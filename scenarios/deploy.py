"""Deploy: from the request to the first page served, and to a page from every replica."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.record import Metric, Trial
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, first_replies, rises_to, served, span
from seatrial.harness.workload import FRONTEND

READY_S = 120.0


@dataclass(frozen=True)
class Deploy:
    """The deploy itself is what is measured: load starts as soon as it is accepted."""

    name: ClassVar[str] = "deploy"
    title: ClassVar[str] = "Deploy the app: three frontends and their backend, images present"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        "accepted": "Until the orchestrator accepted the whole app.",
        "first_ready": "Until the orchestrator called the first frontend ready.",
        "all_ready": "Until it called all three ready.",
        "first_served": "Until a user got the first page.",
        "all_served": "Until users had a page from every frontend.",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 3.0

    def setup(self) -> Setup:
        """Load from the first moment on."""
        return Setup(load_first=True)

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
        never = f"not within {READY_S:.0f} s"
        return [
            accepted("accepted", request),
            span("first_ready", start, rises_to(trial, 1, start), never),
            span("all_ready", start, rises_to(trial, wanted, start), never),
            served("first_served", start, replies, 1),
            served("all_served", start, replies, wanted),
        ]
