"""Crash loop: the same replica is killed again and again, each time as soon as it is back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.model import Replica
from seatrial.harness.record import Metric, Trial
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import acts, restored, since, span
from seatrial.harness.workload import FRONTEND

BACK_S = 400.0
"""Longer than the longest back-off that is known, which is 300 s."""

NEVER = f"not within {BACK_S:.0f} s"
KILLS = 5


@dataclass(frozen=True)
class CrashLoop:
    """Whether the orchestrator waits longer each time before it starts the replica anew."""

    name: ClassVar[str] = "crash_loop"
    title: ClassVar[str] = "Crash loop: one frontend's process is killed each time it is back"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        **{
            f"delay_{number}": f"From kill {number} until all three frontends were ready again."
            for number in range(1, KILLS + 1)
        },
        "growth": "The last of these times against the first: 1 is a delay that stays the same.",
    }
    units: ClassVar[Units] = {**UNITS, "growth": "1"}
    better: ClassVar[Better] = {"outage": "lower", "failed": "lower"}
    floors: ClassVar[Floors] = {
        "": {f"delay_{number}": (f"crash_{number}_replaced",) for number in range(1, KILLS + 1)}
    }
    needs: ClassVar[tuple[type, ...]] = (ReplicaFaults,)
    variant: str = ""
    kills: int = KILLS
    hold_s: float = 4.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(
            lasts_s=2.0 * self.kills + self.hold_s,
            waits=tuple(f"crash_{number}_replaced" for number in range(1, self.kills + 1)),
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Kill the first replica by name, then it or its successor as soon as that is ready."""
        if not isinstance(deployment, ReplicaFaults):
            raise TargetError("This adapter does not reach into replicas.")
        victim = min(context.ready(FRONTEND), key=lambda replica: replica.host)
        for number in range(1, self.kills + 1):
            before = {replica.id: replica.restarts for replica in context.ready(FRONTEND)}
            with context.acting("kill", victim.id):
                deployment.kill(victim)
            back = _back(context, number, before)
            if back is None:
                break
            victim = back
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """The delay after each kill, its growth, and the cost to users of all together."""
        kills = acts(trial, "kill")
        if not kills:
            return []
        wanted = trial.workload.service(FRONTEND).replicas
        delays = [
            span(f"delay_{number}", kill.at_ns, restored(trial, kill, wanted), NEVER)
            for number, kill in enumerate(kills, 1)
        ]
        samples = since(trial, kills[0].at_ns)
        return [*delays, self._growth(delays), *disruption(samples, trial.spec.load)]

    def _growth(self, delays: list[Metric]) -> Metric:
        first, last = delays[0].value, delays[-1].value
        if not first or not last or len(delays) < self.kills:
            reason = f"it was back after {len([d for d in delays if d.value])} of {self.kills}"
            return Metric("growth", "1", None, reason=reason)
        return Metric("growth", "1", last / first)


def _back(context: Context, number: int, before: Mapping[str, int]) -> Replica | None:
    """The replica that was started since: the same one again, or the one in its place."""
    wanted = context.workload.service(FRONTEND).replicas

    def anew() -> list[Replica]:
        ready = context.ready(FRONTEND)
        started = [replica for replica in ready if before.get(replica.id) != replica.restarts]
        return started if len(ready) == wanted else []

    context.wait(f"back after kill {number}", lambda: bool(anew()), BACK_S)
    return next(iter(anew()), None)
