"""Autoscale: the load steps up or down, and the orchestrator sets the number of frontends."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from seatrial.harness.capability import Autoscale
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import bad_requests
from seatrial.harness.model import Resources, ScalingPolicy
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import (
    during,
    falls_to,
    first_replies,
    hosts,
    ready_counts,
    rises_to,
    seen,
    served,
    span,
)
from seatrial.harness.workload import FRONTEND

STOCK_CALM_S = 300.0
"""Kubernetes' own: fewer are asked for when fewer were enough for this long."""

SLACK_S = 120.0
SYNC_S = 15.0
"""The autoscaler's own round begins when it is set up: a step at a fixed time after that would meet
each round at the same point, and the time to its effect would always be the same part of it."""

STEADY = "number of frontends steady"
RESERVED = Resources(cpu_reserved=0.06)
"""Little enough for a load that one generator can send to be far more than what is reserved."""


@dataclass(frozen=True)
class Autoscaling:
    """Low load first, until it is known for low; then the step."""

    name: ClassVar[str] = "autoscale"
    title: ClassVar[str] = "Autoscale: the load steps, the number of frontends follows"
    variants: ClassVar[tuple[str, ...]] = ("up", "down")
    meanings: ClassVar[Mapping[str, str]] = {
        "first_new_ready": "From the step up until the first new frontend was ready.",
        "first_new_served": "From the step up until the first new frontend served a page.",
        "steady_after": "From the step up until the number of ready frontends changed no more.",
        "replicas_reached": "How many frontends were ready then.",
        "first_less": "From the step down until the first frontend was taken away.",
        "back_at_lowest": "From the step down until only the lowest number was ready.",
        "failed": "Requests without a correct reply in time after the step.",
    }
    units: ClassVar[Units] = {"replicas_reached": "replicas", "failed": "req"}
    better: ClassVar[Better] = {
        "first_new_served": "lower",
        "back_at_lowest": "lower",
        "failed": "lower",
    }
    floors: ClassVar[Floors] = {"down": {"first_less": ("autoscale_down",)}}
    needs: ClassVar[tuple[type, ...]] = (Autoscale,)
    variant: str = "up"
    lowest: int = 3
    highest: int = 8
    cpu_percent: int = 50
    calm_s: float | None = None
    low_per_s: float = 15.0
    high_per_s: float = 500.0
    warm_s: float = 60.0  # at low load: until the use of processor at the start is forgotten
    settle_s: float = 45.0  # steady: no change for three rounds of the autoscaler
    reach_s: float = 180.0

    def setup(self) -> Setup:
        """Frontends with little reserved, so that load moves the part of it that they use."""
        down = self.variant == "down"
        return Setup(
            replicas=self.lowest,
            resources=RESERVED,
            lasts_s=self.warm_s + 40.0 + 2 * self.settle_s + (self.calm_s or 0.0) * down,
            waits=("autoscale_down",) if down and self.calm_s is None else (),
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Low, high and, where that is what is measured, low again."""
        if not isinstance(deployment, Autoscale):
            raise TargetError("This adapter cannot set up an autoscaler.")
        context.pace(self.low_per_s)
        policy = ScalingPolicy(self.lowest, self.highest, self.cpu_percent, self.calm_s)
        context.hold(self.warm_s)
        with context.acting("autoscale", FRONTEND):
            deployment.autoscale(FRONTEND, policy)
        context.hold(self.settle_s)
        context.hold(random.uniform(0.0, SYNC_S))  # noqa: S311 - a moment, no secret
        self._step_up(context)
        if self.variant == "down":
            self._step_down(context)

    def _step_up(self, context: Context) -> None:
        before = len(context.ready(FRONTEND))
        if before != self.lowest:
            raise TargetError(
                f"The autoscaler asked for {before} frontends at low load, not {self.lowest}."
            )
        context.pace(self.high_per_s)
        context.wait("more frontends", lambda: len(context.ready(FRONTEND)) > before, self.reach_s)
        _settle(context, self.settle_s, self.reach_s)

    def _step_down(self, context: Context) -> None:
        context.pace(self.low_per_s)
        calm_s = STOCK_CALM_S if self.calm_s is None else self.calm_s

        def lowest() -> bool:
            return len(context.ready(FRONTEND)) == self.lowest

        context.wait("back at the lowest", lowest, calm_s + SLACK_S)

    def measure(self, trial: Trial) -> list[Metric]:
        """From the step that the variant is about."""
        paces = [event for event in trial.events if event.kind == "paced"]
        place = 1 if self.variant == "up" else 2  # the first one is to the low load
        if len(paces) <= place:
            return []
        step = paces[place]
        bad = bad_requests(during(trial.samples, step.at_ns), trial.spec.load)
        fold = self._up if self.variant == "up" else self._down
        return [*fold(trial, step), Metric("failed", "req", int(bad.sum()))]

    def _up(self, trial: Trial, step: Event) -> list[Metric]:
        start = step.at_ns
        never = f"not within {self.reach_s:.0f} s"
        new = hosts(e for e in seen(trial, start) if e.kind == "appeared")
        replies = [at for host, at in first_replies(trial.samples, start).items() if host in new]
        return [
            span("first_new_ready", start, rises_to(trial, self.lowest + 1, start), never),
            served("first_new_served", start, replies, 1),
            *_reached(trial, start),
        ]

    def _down(self, trial: Trial, step: Event) -> list[Metric]:
        start, reached = step.at_ns, _ready_by(trial, step.at_ns)
        if reached <= self.lowest:
            reason = "there were no more than the lowest number before the step"
            return [Metric(n, "s", None, reason=reason) for n in ("first_less", "back_at_lowest")]
        return [
            span("first_less", start, falls_to(trial, reached - 1, start), "never"),
            span("back_at_lowest", start, falls_to(trial, self.lowest, start), "not in time"),
        ]


def _settle(context: Context, still_s: float, limit_s: float) -> None:
    """Wait until the number of ready frontends has not changed for so long."""
    still, last = 0, -1

    def settled() -> bool:
        nonlocal still, last
        context.hold(1.0)
        now = len(context.ready(FRONTEND))
        still, last = (still + 1 if now == last else 0), now
        return still >= still_s

    context.wait(STEADY, settled, limit_s)


def _ready_by(trial: Trial, at_ns: int) -> int:
    counts = [count for event, count in ready_counts(trial) if event.at_ns <= at_ns]
    return counts[-1] if counts else 0


def _reached(trial: Trial, start_ns: int) -> list[Metric]:
    """The last change of the number after the step, and what it came to."""
    later = [(event, count) for event, count in ready_counts(trial) if event.at_ns > start_ns]
    if not later:
        reason = "the number did not change"
        return [
            Metric("steady_after", "s", None, reason=reason),
            Metric("replicas_reached", "replicas", _ready_by(trial, start_ns)),
        ]
    event, count = later[-1]
    steady = span("steady_after", start_ns, event, "")
    never = any(e.kind == "timeout" and e.subject == STEADY for e in trial.events)
    return [
        replace(steady, censored=steady.censored or never),
        Metric("replicas_reached", "replicas", count),
    ]
