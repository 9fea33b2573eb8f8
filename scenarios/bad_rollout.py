"""Bad rollout: an update to a version that does not work, and what its orchestrator makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from seatrial.harness.capability import Rollouts
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import GOOD_RUN, NS_PER_S, good_replies, selected
from seatrial.harness.model import Change, RolloutState
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.rolling import Rolling
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, errors, least_ready, since, span
from seatrial.harness.versions import progress
from seatrial.harness.workload import FRONTEND

OLD = "v1"
RETURNS = frozenset({RolloutState.RETURNING, RolloutState.RETURNED})
NOTICED = RETURNS | {RolloutState.STUCK}


@dataclass(frozen=True)
class BadRollout:
    """It crashes at start, never gets ready, or is ready and answers only errors."""

    name: ClassVar[str] = "bad_rollout"
    title: ClassVar[str] = "Roll out a version that does not work"
    variants: ClassVar[tuple[str, ...]] = ("crash", "unready", "error")
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "accepted": "Until the orchestrator accepted the bad version.",
        "noticed": "Until the orchestrator itself called the rollout failed.",
        "returned": "1 when it went back to the old version by itself, 0 when it did not.",
        "bad_replies": "Replies that users got with an error, such as a 500.",
        "old_kept": "The fewest ready frontends of the old version before it was rolled back.",
        "undone": "From the order to roll back until users got only pages of the old version.",
    }
    units: ClassVar[Units] = {
        **UNITS,
        "returned": "1",
        "bad_replies": "req",
        "old_kept": "replicas",
    }
    better: ClassVar[Better] = {"noticed": "lower", "failed": "lower", "old_kept": "higher"}
    floors: ClassVar[Floors] = {
        "crash": {"noticed": ("rollout_noticed",)},
        "unready": {"noticed": ("rollout_noticed",)},
    }
    needs: ClassVar[tuple[type, ...]] = (Rollouts,)
    variant: str = "crash"
    watch_s: float = 45.0
    hold_s: float = 5.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=self.watch_s + 10.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Update, watch, and where it does not go back by itself, order it to."""
        if not isinstance(deployment, Rollouts):
            raise TargetError("This adapter tells nothing of rollouts.")
        rolling = Rolling(deployment, context)
        with context.acting("update", FRONTEND):
            deployment.update(FRONTEND, Change(image=context.image(self.variant)))
        context.wait(
            "rolled back by itself",
            lambda: rolling.state() is RolloutState.RETURNED,
            self.watch_s,
        )
        if rolling.state() not in RETURNS:
            with context.acting("rollback", FRONTEND):
                deployment.rollback(FRONTEND)
        rolling.all_of(OLD)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """What was noticed and kept before the order to roll back, what it cost, and its end."""
        update, order = act(trial, "update"), act(trial, "rollback")
        if update is None:
            return []
        samples, end_ns = since(trial, update.at_ns), order.at_ns if order else None
        said = progress(trial, update.at_ns, end_ns)
        kept = least_ready(trial, update.at_ns, end_ns, version=OLD)
        return [
            accepted("accepted", update),
            self._noticed(update, said),
            Metric("returned", "1", int(any(event.subject in RETURNS for event in said))),
            Metric("bad_replies", "req", len(errors(samples))),
            replace(kept, name="old_kept"),
            _undone(trial, order),
            *disruption(samples, trial.spec.load),
        ]

    def _noticed(self, update: Event, said: list[Event]) -> Metric:
        first = next((event for event in said if event.subject in NOTICED), None)
        if first:
            return span("noticed", update.at_ns, first, "")
        last = said[-1].subject if said else "silent"
        reason = f"after {self.watch_s:g} s it was still {last}"
        return Metric("noticed", "s", self.watch_s, censored=True, reason=reason)


def _undone(trial: Trial, order: Event | None) -> Metric:
    """To the last request that was not answered by the old version; 0 when all were."""
    if order is None:
        return Metric("undone", "s", None, reason="it went back by itself")
    later = since(trial, order.at_ns)
    old = good_replies(later) & (later["version"] == OLD).to_numpy()
    other = selected(later, ~old, "intended_ns", "done_ns")
    if other.empty:
        return Metric("undone", "s", 0.0)
    ended = (later["intended_ns"] > other["intended_ns"].max()).sum() >= GOOD_RUN
    end_ns = int(other["done_ns"].max())
    return Metric("undone", "s", (end_ns - order.at_ns) / NS_PER_S, censored=not ended)
