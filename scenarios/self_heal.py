"""Self-healing: one replica is lost, by an operator's delete or by a failure of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import NS_PER_S, of_stream, outages
from seatrial.harness.model import Replica
from seatrial.harness.record import Event, Metric, Stream, Trial
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, first_replies, hosts, restored, seen, since, span
from seatrial.harness.workload import FAULT, FRONTEND

HEAL_S = 150.0
"""A process that hangs ignores its stop signal too: notice, stop grace and start come together."""

NEVER = f"not within {HEAL_S:.0f} s"
DELETE, FORCE, KILL, CRASH, HANG = "delete", "force", "kill", "crash", "hang"


@dataclass(frozen=True)
class SelfHeal:
    """Two clocks: until users are served again, and until all replicas are there again."""

    name: ClassVar[str] = "self_heal"
    title: ClassVar[str] = "Heal: one of three frontends is lost"
    variants: ClassVar[tuple[str, ...]] = (DELETE, FORCE, KILL, CRASH, HANG)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "reaction": "From the fault to the orchestrator's first sign of it.",
        "repair": "From that sign until all three frontends were ready again.",
        "recovery": "From that sign until no request failed any more; 0 when none failed then.",
        "redundancy_restored": "From the fault until all three frontends were ready again.",
        "replacement_served": "From the fault until the replacement served its first page.",
    }
    units: ClassVar[Units] = UNITS
    better: ClassVar[Better] = {
        "outage": "lower",
        "failed": "lower",
        "redundancy_restored": "lower",
    }
    floors: ClassVar[Floors] = {
        DELETE: {"redundancy_restored": ("deleted_replaced",)},
        FORCE: {"redundancy_restored": ("deleted_replaced",)},
        KILL: {"redundancy_restored": ("crash_replaced",)},
        CRASH: {"redundancy_restored": ("crash_replaced",)},
        HANG: {"redundancy_restored": ("hang_noticed", "hang_ended")},
    }
    needs: ClassVar[tuple[type, ...]] = (ReplicaFaults,)
    variant: str = DELETE
    hold_s: float = 4.0

    def setup(self) -> Setup:
        """The app, served and steady; where it is to fail from within, it can be told to."""
        return Setup(
            hook=self.variant in (CRASH, HANG),
            lasts_s=2.0 + self.hold_s,
            waits=self.floors[self.variant]["redundancy_restored"],
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Lose the first replica by name, wait for its replacement, and a little longer."""
        victim = min(context.ready(FRONTEND), key=lambda replica: replica.host)
        with context.acting(self.variant, victim.id):
            self._lose(deployment, victim)
        wanted = context.workload.service(FRONTEND).replicas

        def healed() -> bool:
            ready = {replica.id: replica for replica in context.ready(FRONTEND)}
            same = ready.get(victim.id)
            return len(ready) == wanted and (same is None or same.restarts > victim.restarts)

        context.wait("redundancy restored", healed, HEAL_S)
        context.hold(self.hold_s)

    def _lose(self, deployment: Deployment, victim: Replica) -> None:
        if self.variant in (DELETE, FORCE):
            deployment.delete(victim, force=self.variant == FORCE)
        elif not isinstance(deployment, ReplicaFaults):
            raise TargetError("This adapter does not reach into replicas.")
        elif self.variant == KILL:
            deployment.kill(victim)
        else:
            deployment.execute(victim, (*FAULT, self.variant))

    def measure(self, trial: Trial) -> list[Metric]:
        """The fault's decomposition on the orchestrator's side, and its cost to users."""
        fault = act(trial, self.variant)
        if fault is None:
            return []
        samples = since(trial, fault.at_ns)
        return [*_orchestrator(trial, fault), *disruption(samples, trial.spec.load)]


def _orchestrator(trial: Trial, fault: Event) -> list[Metric]:
    signs = seen(trial, fault.at_ns)
    sign = signs[0] if signs else None
    healed = restored(trial, fault, trial.workload.service(FRONTEND).replicas)
    since_sign = sign.at_ns if sign else fault.at_ns
    return [
        span("reaction", fault.at_ns, sign, "the orchestrator gave no sign of it"),
        span("repair", since_sign, healed, NEVER),
        span("redundancy_restored", fault.at_ns, healed, NEVER),
        _replacement_served(trial, fault, signs),
        _recovery(trial, since_sign),
    ]


def _replacement_served(trial: Trial, fault: Event, signs: list[Event]) -> Metric:
    name = "replacement_served"
    ready = [e for e in signs if e.kind in ("ready", "restarted")]
    if not ready:
        return Metric(name, "s", None, reason=NEVER)
    # until the orchestrator could know it ready, a reply of the same host is the old process'
    from_ns = max(fault.at_ns, ready[0].at_ns - ready[0].uncertainty_ns)
    replies = first_replies(trial.samples, from_ns)
    times = [replies[host] for host in hosts(ready) if host in replies]
    if not times:
        return Metric(name, "s", None, reason="it served no request")
    return Metric(name, "s", (min(times) - fault.at_ns) / NS_PER_S)


def _recovery(trial: Trial, since_ns: int) -> Metric:
    later = of_stream(since(trial, since_ns), Stream.FRESH)
    found = outages(later, trial.spec.load)
    if not found:
        return Metric("recovery", "s", 0.0)
    last = found[-1]
    end = last.last_bad_ns if last.recovered_ns is None else last.recovered_ns
    return Metric("recovery", "s", (end - since_ns) / NS_PER_S, censored=last.censored)
