"""Self-healing: one replica is lost, by an operator's delete or by a crash of its process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.disruption import MEANINGS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import NS_PER_S, outages
from seatrial.harness.model import Replica
from seatrial.harness.record import Event, Metric, Stream, Trial
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, first_replies, hosts, rises_to, seen, span
from seatrial.harness.workload import FRONTEND

HEAL_S = 90.0
NEVER = f"not within {HEAL_S:.0f} s"


@dataclass(frozen=True)
class SelfHeal:
    """Two clocks: until users are served again, and until all replicas are there again."""

    name: ClassVar[str] = "self_heal"
    title: ClassVar[str] = "Heal: one of three frontends is lost"
    variants: ClassVar[tuple[str, ...]] = ("delete", "kill")
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "reaction": "From the fault to the orchestrator's first sign of it.",
        "repair": "From that sign until all three frontends were ready again.",
        "recovery": "From that sign until no request failed any more; 0 when none failed then.",
        "redundancy_restored": "From the fault until all three frontends were ready again.",
        "replacement_served": "From the fault until the replacement served its first page.",
    }
    needs: ClassVar[tuple[type, ...]] = (ReplicaFaults,)
    variant: str = "delete"
    hold_s: float = 4.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup()

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
        if self.variant == "delete":
            deployment.delete(victim)
        elif isinstance(deployment, ReplicaFaults):
            deployment.kill(victim)
        else:
            raise TargetError("This adapter cannot kill a replica's process.")

    def measure(self, trial: Trial) -> list[Metric]:
        """The fault's decomposition on the orchestrator's side, and its cost to users."""
        fault = act(trial, self.variant)
        if fault is None:
            return []
        samples = trial.samples[trial.samples["intended_ns"] > fault.at_ns]
        return [*_orchestrator(trial, fault), *disruption(samples, trial.spec.load)]


def _orchestrator(trial: Trial, fault: Event) -> list[Metric]:
    signs = seen(trial, fault.at_ns)
    sign = signs[0] if signs else None
    restored = _restored(trial, fault, signs)
    since_sign = sign.at_ns if sign else fault.at_ns
    return [
        span("reaction", fault.at_ns, sign, "the orchestrator gave no sign of it"),
        span("repair", since_sign, restored, NEVER),
        span("redundancy_restored", fault.at_ns, restored, NEVER),
        _replacement_served(trial, fault, signs),
        _recovery(trial, since_sign),
    ]


def _restored(trial: Trial, fault: Event, signs: list[Event]) -> Event | None:
    """All ready again, after the victim was not, or after it was restarted between two looks."""
    lost = next((e for e in signs if e.subject == fault.subject and e.kind == "unready"), None)
    if lost is None:
        return next((e for e in signs if e.kind == "restarted"), None)
    wanted = trial.workload.service(FRONTEND).replicas
    # one place before: the loss and the return may have been seen in the same observation
    return rises_to(trial, wanted, lost.at_ns - 1)


def _replacement_served(trial: Trial, fault: Event, signs: list[Event]) -> Metric:
    name = "replacement_served"
    ready = [e for e in signs if e.kind in ("ready", "restarted")]
    if not ready:
        return Metric(name, "s", None, reason=NEVER)
    # until the orchestrator could know it ready, a reply of the same host is the old process'
    since = ready[0].at_ns - ready[0].uncertainty_ns
    replies = first_replies(trial.samples, since)
    times = [replies[host] for host in hosts(ready) if host in replies]
    if not times:
        return Metric(name, "s", None, reason="it served no request")
    return Metric(name, "s", (min(times) - fault.at_ns) / NS_PER_S)


def _recovery(trial: Trial, since_ns: int) -> Metric:
    samples = trial.samples
    later = samples[(samples["stream"] == Stream.FRESH.value) & (samples["intended_ns"] > since_ns)]
    found = outages(later, trial.spec.load)
    if not found:
        return Metric("recovery", "s", 0.0)
    last = found[-1]
    end = last.last_bad_ns if last.recovered_ns is None else last.recovered_ns
    return Metric("recovery", "s", (end - since_ns) / NS_PER_S, censored=last.censored)
