"""Rollout: from v1 to v2 under load, as the orchestrator does it by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.disruption import MEANINGS, disruption
from seatrial.harness.metrics import NS_PER_S
from seatrial.harness.model import Change
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, good, ready_counts
from seatrial.harness.workload import FRONTEND

ROLL_S = 150.0
OLD, NEW = "v1", "v2"


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
        "least_ready": "The fewest ready frontends during the rollout, of three.",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup()

    def act(self, deployment: Deployment, context: Context) -> None:
        """Update, wait until only new ones are ready, and longer: late failures count too."""
        image = context.image(NEW)
        with context.acting("update", FRONTEND):
            deployment.update(FRONTEND, Change(image=image))
        wanted = context.workload.service(FRONTEND).replicas

        def rolled() -> bool:
            ready = context.ready(FRONTEND)
            return len(ready) == wanted and all(r.image.startswith(image) for r in ready)

        context.wait("all replicas new", rolled, ROLL_S)
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Times by the versions that were served, and the cost to users."""
        request = act(trial, "update")
        if request is None:
            return []
        samples = trial.samples[trial.samples["intended_ns"] > request.at_ns]
        return [
            accepted("accepted", request),
            *_versions(trial, request),
            _least_ready(trial, request),
            *disruption(samples, trial.spec.load),
        ]


def _versions(trial: Trial, request: Event) -> list[Metric]:
    later = good(trial.samples[trial.samples["intended_ns"] > request.at_ns])
    new = later.loc[later["version"] == NEW, "done_ns"]
    old = later.loc[later["version"] == OLD, "done_ns"]
    if new.empty:
        reason, names = "no page of the new version was served", ("first_new", "all_new", "mixed")
        return [Metric(name, "s", None, reason=reason) for name in names]
    first = (int(new.min()) - request.at_ns) / NS_PER_S
    last = max(first, (int(old.max()) - request.at_ns) / NS_PER_S) if len(old) else first
    ended = bool(old.empty or new.max() > old.max())
    return [
        Metric("first_new", "s", first),
        Metric("all_new", "s", last, censored=not ended),
        Metric("mixed", "s", last - first, censored=not ended),
    ]


def _least_ready(trial: Trial, request: Event) -> Metric:
    counts = ready_counts(trial)
    before = [n for event, n in counts if event.at_ns <= request.at_ns][-1:]
    during = [n for event, n in counts if event.at_ns > request.at_ns]
    least = min([*before, *during], default=None)
    return Metric("least_ready", "replicas", least, reason="" if counts else "nothing was seen")
