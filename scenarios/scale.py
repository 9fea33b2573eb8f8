"""Scale: from three frontends to six under load, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from seatrial.harness.metrics import NS_PER_S, bad_requests, shares
from seatrial.harness.record import Event, Metric, Stream, Trial
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import (
    accepted,
    act,
    falls_to,
    first_replies,
    good,
    hosts,
    rises_to,
    seen,
    served,
    span,
)
from seatrial.harness.workload import FRONTEND

CONVERGE_S = 90.0
FAIR_WINDOW_S = 5.0
FAIR_STEP_S = 0.25
FAIR_WITHIN = 0.25
"""Fair: in a window of 5 s every replica's share is within 25% of even, which random choice at
100 requests/s over six replicas meets in nine windows of ten."""


@dataclass(frozen=True)
class Scale:
    """Up, wait for a fair share; down, and see what is lost on the way."""

    name: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale: three frontends to six, and back to three"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        "up_accepted": "Until the orchestrator accepted six frontends.",
        "up_first_ready": "Until it called the first new one ready.",
        "up_all_ready": "Until it called all six ready.",
        "up_first_served": "Until the first new frontend served a page.",
        "up_all_served": "Until every new frontend had served a page.",
        "up_fair_share": "Until each of the six had a fair share (within 25% over 5 s).",
        "up_failed": "Requests lost while scaling up.",
        "down_all_ready": "Until three were ready after asking for three again.",
        "down_last_served": "Until the last page from a frontend that was removed.",
        "down_failed": "Requests lost while scaling down.",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    replicas: int = 6
    up_hold_s: float = 8.0
    down_hold_s: float = 5.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup()

    def act(self, deployment: Deployment, context: Context) -> None:
        """Up and down again, each with time to settle."""
        few = context.workload.service(FRONTEND).replicas
        for what, count, hold_s in (
            ("scale_up", self.replicas, self.up_hold_s),
            ("scale_down", few, self.down_hold_s),
        ):
            with context.acting(what, FRONTEND):
                deployment.scale(FRONTEND, count)
            self._wait(context, what, count)
            context.hold(hold_s)

    def _wait(self, context: Context, what: str, count: int) -> None:
        context.wait(what, lambda: len(context.ready(FRONTEND)) == count, CONVERGE_S)

    def measure(self, trial: Trial) -> list[Metric]:
        """Both ways, each from its request."""
        up, down = act(trial, "scale_up"), act(trial, "scale_down")
        metrics = self._up(trial, up, down) if up else []
        return [*metrics, *(self._down(trial, down) if down else [])]

    def _up(self, trial: Trial, request: Event, down: Event | None) -> list[Metric]:
        start = request.at_ns
        end = down.at_ns if down else trial.samples["intended_ns"].max()
        samples = _between(trial.samples, start, end)
        few = trial.workload.service(FRONTEND).replicas
        new = hosts(e for e in seen(trial, start) if e.kind == "appeared" and e.at_ns < end)
        replies = [at for host, at in first_replies(samples, start).items() if host in new]
        never = f"not within {CONVERGE_S:.0f} s"
        return [
            accepted("up_accepted", request),
            span("up_first_ready", start, rises_to(trial, few + 1, start), never),
            span("up_all_ready", start, rises_to(trial, self.replicas, start), never),
            served("up_first_served", start, replies, 1),
            served("up_all_served", start, replies, self.replicas - few),
            fair_share(samples, start, self.replicas),
            _failed("up_failed", samples, trial),
        ]

    def _down(self, trial: Trial, request: Event) -> list[Metric]:
        start = request.at_ns
        samples = _between(trial.samples, start, trial.samples["intended_ns"].max() + 1)
        few = trial.workload.service(FRONTEND).replicas
        left = [e for e in seen(trial, start) if e.kind in ("unready", "gone")]
        last = good(samples)[lambda f: f["replica"].isin(sorted(hosts(left)))]["done_ns"].max()
        return [
            span("down_all_ready", start, falls_to(trial, few, start), "never"),
            Metric("down_last_served", "s", _seconds(start, last)),
            _failed("down_failed", samples, trial),
        ]


def _seconds(start_ns: int, end_ns: float) -> float:
    """Seconds between, 0 when there is no end."""
    return 0.0 if np.isnan(end_ns) else (end_ns - start_ns) / NS_PER_S


def _between(samples: pd.DataFrame, start_ns: int, end_ns: int) -> pd.DataFrame:
    times = samples["intended_ns"]
    return samples[(times > start_ns) & (times < end_ns)]


def _failed(name: str, samples: pd.DataFrame, trial: Trial) -> Metric:
    return Metric(name, "req", int(bad_requests(samples, trial.spec.load).sum()))


def fair_share(samples: pd.DataFrame, start_ns: int, replicas: int) -> Metric:
    """Until the start of the first window in which every replica had about an even share."""
    fresh = samples[samples["stream"] == Stream.FRESH.value]
    window_ns, step_ns = int(FAIR_WINDOW_S * NS_PER_S), int(FAIR_STEP_S * NS_PER_S)
    end_ns = fresh["intended_ns"].max()
    for begin_ns in range(start_ns, int(end_ns) - window_ns if len(fresh) else 0, step_ns):
        parts = shares(_between(fresh, begin_ns, begin_ns + window_ns))
        even = len(parts) == replicas and all(
            abs(part * replicas - 1) <= FAIR_WITHIN for part in parts.values()
        )
        if even:
            return Metric("up_fair_share", "s", (begin_ns - start_ns) / NS_PER_S)
    return Metric("up_fair_share", "s", None, reason="no window of 5 s was fair")
