"""Backend failure: the one redis is lost, with all that it had counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.epochs import epochs, unknown
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import Counting
from seatrial.harness.model import Replica
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, during, ready_counts, rises_to, seen, span
from seatrial.harness.workload import BACKEND, FRONTEND

AGAIN_S = 120.0


@dataclass(frozen=True)
class BackendFailure:
    """It keeps nothing on disk: what comes back counts from nothing, and the count shows it."""

    name: ClassVar[str] = "backend_failure"
    title: ClassVar[str] = "Lose the backend: one redis without a disk"
    variants: ClassVar[tuple[str, ...]] = ("killed", "node")
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "noticed": "From the fault until the orchestrator told that the backend is not well.",
        "backend_restored": "From the fault until a backend was ready again.",
        "frontends_restored": "From the fault until all frontends were ready with it again.",
        "frontends_lost": "Frontends replaced or restarted, though only the backend was at fault.",
        "ok": "Page views that were answered with a count.",
        "unknown": "Page views without a good reply that may have been counted all the same.",
        "lost": "Counted and answered page views that the backend no longer knows at the end.",
        "doubled": "Page views counted more than once: 0 is right.",
    }
    units: ClassVar[Units] = {
        **UNITS,
        "frontends_lost": "replicas",
        **dict.fromkeys(("ok", "unknown", "lost", "doubled"), "req"),
    }
    better: ClassVar[Better] = {
        "backend_restored": "lower",
        "frontends_lost": "lower",
        "failed": "lower",
    }
    floors: ClassVar[Floors] = {
        "killed": {"backend_restored": ("crash_replaced",)},
        "node": {"backend_restored": ("node_noticed", "node_replaced")},
    }
    needs: ClassVar[tuple[type, ...]] = (ReplicaFaults,)
    variant: str = "killed"
    restore_s: float = 420.0  # Kubernetes' own defaults take 355 for a lost node
    hold_s: float = 10.0  # a node that returns may disturb once more

    def setup(self) -> Setup:
        """The app, served and steady; both services are watched."""
        return Setup(
            followed=(FRONTEND, BACKEND),
            lasts_s=10.0 + self.hold_s,
            waits=self.floors[self.variant]["backend_restored"],
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Lose it, wait until it serves again, and have its node return."""
        redis = next(iter(context.ready(BACKEND)), None)
        if redis is None:
            raise TargetError("The orchestrator calls no backend ready: there is none to lose.")
        with context.acting(self.variant, redis.id):
            self._lose(deployment, context, redis)
        context.wait("backend ready again", lambda: _another(context, redis), self.restore_s)
        if self.variant == "node":
            with context.acting("restore", redis.node):
                context.machines.restore(redis.node)
            context.wait("backend there", lambda: bool(context.ready(BACKEND)), AGAIN_S)
        wanted = context.workload.service(FRONTEND).replicas
        context.wait(
            "all frontends ready again", lambda: len(context.ready(FRONTEND)) == wanted, AGAIN_S
        )
        context.hold(self.hold_s)

    def _lose(self, deployment: Deployment, context: Context, redis: Replica) -> None:
        if self.variant == "node":
            context.machines.stop(redis.node)
        elif isinstance(deployment, ReplicaFaults):
            deployment.kill(redis)
        else:
            raise TargetError("This adapter cannot kill a replica's process.")

    def measure(self, trial: Trial) -> list[Metric]:
        """The way back, the cost to users, and the account of the increments."""
        fault = act(trial, self.variant)
        if fault is None:
            return []
        samples = during(trial.samples, fault.at_ns)
        return [
            *self._orchestrator(trial, fault),
            *disruption(samples, trial.spec.load),
            *account(trial),
        ]

    def _orchestrator(self, trial: Trial, fault: Event) -> list[Metric]:
        start, never = fault.at_ns, f"not within {self.restore_s:.0f} s"
        signs = seen(trial, start, BACKEND)
        lost = next((e for e in signs if e.kind in ("unready", "restarted")), None)
        back = _back(trial, lost)
        return [
            span("noticed", start, next(iter(signs), None), "it gave no sign of it"),
            span("backend_restored", start, back, never),
            span(
                "frontends_restored",
                start,
                _whole(trial, start, back),
                f"not within {AGAIN_S:.0f} s after it",
            ),
            Metric("frontends_lost", "replicas", len(_replaced(trial, start))),
        ]


def _another(context: Context, lost: Replica) -> bool:
    """Ready again: a new one, or the same after a restart."""
    return any(
        replica.id != lost.id or replica.restarts > lost.restarts
        for replica in context.ready(BACKEND)
    )


def _back(trial: Trial, lost: Event | None) -> Event | None:
    """Ready after it was not, or restarted between two looks."""
    if lost is None or lost.kind == "restarted":
        return lost
    # one place before: the loss and the return may have been seen in the same observation
    return rises_to(trial, 1, lost.at_ns - 1, BACKEND)


def _whole(trial: Trial, start_ns: int, back: Event | None) -> Event | None:
    """All frontends ready for good; with the backend where none of them ever was not."""
    wanted = trial.workload.service(FRONTEND).replicas
    changes = ready_counts(trial)
    dips = [event.at_ns for event, count in changes if event.at_ns > start_ns and count < wanted]
    return rises_to(trial, wanted, dips[-1]) if dips else back


def _replaced(trial: Trial, start_ns: int) -> set[str]:
    """Frontends that ended after the fault, each counted once."""
    return {e.subject for e in seen(trial, start_ns) if e.kind == "restarted" or _ended(e)}


def _ended(event: Event) -> bool:
    return event.detail.get("state") in ("stopped", "failed", "stopping")


def account(trial: Trial) -> list[Metric]:
    """What became of the increments in the whole trial."""
    lives = epochs(trial.samples)
    forgotten = sum(life.ok for life in lives[:-1])
    return [
        Metric("ok", "req", sum(life.ok for life in lives)),
        Metric("unknown", "req", unknown(trial.samples)),
        Metric("lost", "req", forgotten + sum(map(_missing, lives))),
        Metric("doubled", "req", sum(map(_doubled, lives))),
    ]


def _missing(life: Counting) -> int:
    return max(0, life.ok - life.duplicates - life.increments)


def _doubled(life: Counting) -> int:
    return life.duplicates + max(0, life.increments - life.ok - life.unknown)
