"""Config change: a setting that is handed to the app is changed; its pages show it."""

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

SETTING = {"EDITION": "blue"}
SHOWN = "v1+blue"


@dataclass(frozen=True)
class ConfigChange:
    """The image stays, its environment changes: each replica has to be replaced for it."""

    name: ClassVar[str] = "config_change"
    title: ClassVar[str] = "Change a setting of three frontends"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "accepted": "Until the orchestrator accepted the new setting.",
        "first_shown": "Until a user got the first page that shows it.",
        "all_shown": "Until every page showed it.",
        "mixed": "How long users could get pages with it and without.",
        "reported_done": "Until the orchestrator itself called the change done.",
        "least_ready": "The fewest ready frontends during the change, of three.",
    }
    units: ClassVar[Units] = {**UNITS, "least_ready": "replicas"}
    better: ClassVar[Better] = {"all_shown": "lower", "failed": "lower", "least_ready": "higher"}
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=10.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Change it, wait until all replicas are other ones, and longer."""
        before = {replica.id for replica in context.ready(FRONTEND)}
        rolling = Rolling(deployment, context)
        with context.acting("configure", FRONTEND):
            deployment.update(FRONTEND, Change(environment=SETTING))
        rolling.all_such("all replicas replaced", lambda replica: replica.id not in before)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Times by what the pages showed, and the cost to users."""
        request = act(trial, "configure")
        if request is None:
            return []
        return [
            accepted("accepted", request),
            *changeover(trial, request, SHOWN, ("first_shown", "all_shown", "mixed")),
            reported_done(trial, request),
            least_ready(trial, request.at_ns),
            *disruption(since(trial, request.at_ns), trial.spec.load),
        ]
