"""Shrink: down to one frontend under load, and up to as many as before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.record import Metric, Trial
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, falls_to, rises_to, since, span
from seatrial.harness.workload import FRONTEND

CONVERGE_S = 90.0
NEVER = f"not within {CONVERGE_S:.0f} s"


@dataclass(frozen=True)
class Shrink:
    """Does a night with one frontend cost anybody a page?"""

    name: ClassVar[str] = "shrink"
    title: ClassVar[str] = "Shrink: three frontends to one, and back"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "shrunk": "Until only one frontend was ready.",
        "grown": "From the request for as many as before until all were ready.",
    }
    units: ClassVar[Units] = UNITS
    better: ClassVar[Better] = {"failed": "lower", "grown": "lower"}
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 5.0  # with one frontend, and again with all of them

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=5.0 + 2 * self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Down, a while alone, up, and a while longer: late failures count too."""
        many = context.workload.service(FRONTEND).replicas
        for what, count in (("shrink", 1), ("grow", many)):
            with context.acting(what, FRONTEND):
                deployment.scale(FRONTEND, count)
            self._wait(context, what, count)
            context.hold(self.hold_s)

    def _wait(self, context: Context, what: str, count: int) -> None:
        context.wait(what, lambda: len(context.ready(FRONTEND)) == count, CONVERGE_S)

    def measure(self, trial: Trial) -> list[Metric]:
        """Both times, and the cost to users from the first request on."""
        down, up = act(trial, "shrink"), act(trial, "grow")
        if down is None or up is None:
            return []
        many = trial.workload.service(FRONTEND).replicas
        return [
            span("shrunk", down.at_ns, falls_to(trial, 1, down.at_ns), NEVER),
            span("grown", up.at_ns, rises_to(trial, many, up.at_ns), NEVER),
            *disruption(since(trial, down.at_ns), trial.spec.load),
        ]
