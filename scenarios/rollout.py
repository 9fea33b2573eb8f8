"""Rollout: from v1 to v2 under load, as the orchestrator does it by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.model import Change
from seatrial.harness.record import Metric, Trial
from seatrial.harness.rolling import Rolling
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, least_ready, since
from seatrial.harness.versions import changeover, reported_done
from seatrial.harness.workload import FRONTEND

NEW = "v2"


@dataclass(frozen=True)
class Rollout:
    """The new version's image is set; replies say which version served."""

    name: ClassVar[str] = "rollout"
    title: ClassVar[str] = "Roll out v2 over three frontends of v1"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "accepted": "Until the orchestrator accepted the new version.",
        "first_new": "Until a user got the first page of v2.",
        "all_new": "Until users got only v2: its first page, or v1's last one if that came later.",
        "mixed": "How long users could get either version.",
        "reported_done": "Until the orchestrator itself called the rollout done.",
        "least_ready": "The fewest ready frontends during the rollout, of three.",
    }
    units: ClassVar[Units] = {**UNITS, "least_ready": "replicas"}
    better: ClassVar[Better] = {"all_new": "lower", "failed": "lower", "least_ready": "higher"}
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=10.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Update, wait until only new ones are ready, and longer: late failures count too."""
        rolling = Rolling(deployment, context)
        with context.acting("update", FRONTEND):
            deployment.update(FRONTEND, Change(image=context.image(NEW)))
        rolling.all_of(NEW)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Times by the versions that were served, and the cost to users."""
        request = act(trial, "update")
        if request is None:
            return []
        return [
            accepted("accepted", request),
            *changeover(trial, request, NEW, ("first_new", "all_new", "mixed")),
            reported_done(trial, request),
            least_ready(trial, request.at_ns),
            *disruption(since(trial, request.at_ns), trial.spec.load),
        ]
