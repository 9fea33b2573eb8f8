"""Control plane: what decides is down for half a minute, while the app runs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ControlPlaneFaults
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import NS_PER_S, bad_requests
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, during, rises_to, span
from seatrial.harness.workload import FRONTEND

CHANGE = "change"
PAUSE_S = 1.0
AGAIN_S = 120.0
NEVER = f"not within {AGAIN_S:.0f} s"


@dataclass(frozen=True)
class ControlPlane:
    """Does the app go on without it, and when is a change accepted and done again?"""

    name: ClassVar[str] = "control_plane"
    title: ClassVar[str] = "Halt the control plane for half a minute"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "down": "How long the control plane was down.",
        "accepted_while_down": "Whether a change was accepted meanwhile: 1 if so.",
        "accepted_again": "From its return until a change was accepted.",
        "change_done": "From its return until that change was done: four frontends ready.",
        "return_failed": "Requests without a correct reply in time after its return.",
    }
    units: ClassVar[Units] = {**UNITS, "accepted_while_down": "1", "return_failed": "req"}
    better: ClassVar[Better] = {
        "failed": "lower",
        "accepted_again": "lower",
        "change_done": "lower",
    }
    needs: ClassVar[tuple[type, ...]] = (ControlPlaneFaults,)
    variant: str = ""
    replicas: int = 4  # what the change asks for
    down_s: float = 30.0
    hold_s: float = 5.0

    def setup(self) -> Setup:
        """Load by a worker: the node that decides may not be there to let it in."""
        return Setup(by_worker=True, lasts_s=self.down_s + 15.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Try a change again and again while it is down, and then until it is done."""
        if not isinstance(deployment, ControlPlaneFaults):
            raise TargetError("This adapter cannot halt the control plane.")

        def changed() -> bool:
            context.hold(PAUSE_S)
            return self._change(deployment, context)

        with halted(deployment, context):
            if context.wait("a change accepted while down", changed, self.down_s):
                context.hold(self.down_s)  # see what comes of it
        if context.wait("a change accepted again", changed, AGAIN_S):
            context.wait("the change done", lambda: self._done(context), AGAIN_S)
        context.hold(self.hold_s)

    def _change(self, deployment: Deployment, context: Context) -> bool:
        try:
            with context.acting(CHANGE, FRONTEND):
                deployment.scale(FRONTEND, self.replicas)
        except TargetError:
            return False  # the refusal is on record
        return True

    def _done(self, context: Context) -> bool:
        return len(context.ready(FRONTEND)) == self.replicas

    def measure(self, trial: Trial) -> list[Metric]:
        """What users saw while it was down, and what became of the changes."""
        halt, resume = act(trial, "halt"), act(trial, "resume")
        if halt is None:
            return []
        end_ns = resume.at_ns if resume else None
        down = during(trial.samples, halt.at_ns, end_ns)
        meanwhile = [e for e in changes(trial) if halt.at_ns < e.at_ns < (end_ns or e.at_ns + 1)]
        return [
            *disruption(down, trial.spec.load),
            Metric("accepted_while_down", "1", int(any(map(_accepted, meanwhile)))),
            *(self._after(trial, halt, resume) if resume else []),
        ]

    def _after(self, trial: Trial, halt: Event, resume: Event) -> list[Metric]:
        start = resume.at_ns
        bad = bad_requests(during(trial.samples, start), trial.spec.load)
        return [
            Metric("down", "s", (start - halt.at_ns) / NS_PER_S),
            _again(trial, start),
            span("change_done", start, rises_to(trial, self.replicas, start), NEVER),
            Metric("return_failed", "req", int(bad.sum())),
        ]


@contextmanager
def halted(control: ControlPlaneFaults, context: Context) -> Iterator[None]:
    """Down meanwhile, and resumed whatever happens."""
    try:
        with context.acting("halt"):
            control.halt()
        yield
    finally:
        with context.acting("resume"):
            control.resume()


def changes(trial: Trial) -> list[Event]:
    """Every try of the change."""
    return [e for e in trial.events if e.kind == "act" and e.detail.get("what") == CHANGE]


def _accepted(change: Event) -> bool:
    return isinstance(change.detail.get("accepted_ns"), int)


def _again(trial: Trial, start_ns: int) -> Metric:
    tries = [change for change in changes(trial) if change.at_ns > start_ns]
    taken = next(filter(_accepted, tries), None)
    if taken is None:
        return Metric("accepted_again", "s", None, reason=NEVER)
    # it could have been accepted at any time since the try before
    refused = [change.at_ns for change in tries if change.at_ns < taken.at_ns]
    low, high = max([start_ns, *refused]), int(str(taken.detail["accepted_ns"]))
    ends = (low - start_ns) / NS_PER_S, (high - start_ns) / NS_PER_S
    return Metric("accepted_again", "s", sum(ends) / 2, *ends)
