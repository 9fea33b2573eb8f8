"""Rollback: from v2 back to v1 by the orchestrator's own undo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import Rollouts
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.model import Change
from seatrial.harness.record import Metric, Trial
from seatrial.harness.rolling import Rolling
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, least_ready, since
from seatrial.harness.versions import changeover, reported_done
from seatrial.harness.workload import FRONTEND

OLD, NEW = "v1", "v2"
STEADY_S = 40.0


@dataclass(frozen=True)
class Rollback:
    """A rollout that went well is undone; only the undoing is measured."""

    name: ClassVar[str] = "rollback"
    title: ClassVar[str] = "Roll back from v2 to v1, by the orchestrator's own undo"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "accepted": "Until the orchestrator accepted the rollback.",
        "first_old": "From the rollback's request until a user got the first page of v1 again.",
        "all_old": "Until users got only v1: its first page, or v2's last one if that came later.",
        "mixed": "How long users could get either version.",
        "reported_done": "Until the orchestrator itself called the rollback done.",
        "least_ready": "The fewest ready frontends during the rollback, of three.",
    }
    units: ClassVar[Units] = {**UNITS, "least_ready": "replicas"}
    better: ClassVar[Better] = {"all_old": "lower", "failed": "lower", "least_ready": "higher"}
    needs: ClassVar[tuple[type, ...]] = (Rollouts,)
    variant: str = ""
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=25.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Roll v2 out and let it settle; then undo it."""
        if not isinstance(deployment, Rollouts):
            raise TargetError("This adapter knows no rollback.")
        _roll_out(deployment, context)
        rolling = Rolling(deployment, context)
        with context.acting("rollback", FRONTEND):
            deployment.rollback(FRONTEND)
        rolling.all_of(OLD)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Times by the versions that were served from the trigger on, and the cost to users."""
        request = act(trial, "rollback")
        if request is None:
            return []
        return [
            accepted("accepted", request),
            *changeover(trial, request, OLD, ("first_old", "all_old", "mixed")),
            reported_done(trial, request),
            least_ready(trial, request.at_ns),
            *disruption(since(trial, request.at_ns), trial.spec.load),
        ]


def _roll_out(deployment: Deployment, context: Context) -> None:
    rolling = Rolling(deployment, context)
    with context.acting("update", FRONTEND):
        deployment.update(FRONTEND, Change(image=context.image(NEW)))
    if not rolling.all_of(NEW):
        raise TargetError(f"{NEW} was never ready, so there is nothing to roll back from.")
    context.steady("rolled out", STEADY_S)
