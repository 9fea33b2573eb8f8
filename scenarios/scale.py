"""Scale: from three frontends to six or twelve under load, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from seatrial.harness.metrics import NS_PER_S, bad_requests, good_replies, of_stream, shares
from seatrial.harness.record import Event, Metric, Stream, Trial
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import (
    accepted,
    act,
    during,
    falls_to,
    first_replies,
    hosts,
    rises_to,
    seen,
    served,
    span,
)
from seatrial.harness.workload import FRONTEND

CONVERGE_S = 90.0
FAIR_STEP_S = 0.25
FAIR_WITHIN = 0.25
FAIR_S = 5 / 6
"""Fair: in one window every replica's share is within 25% of even.

The window is this long for each replica (5 s for six, 10 s for twelve), so that at the suites' 105
fresh requests/s each is to get 87 of them, whatever their number. Random choice, as iptables has
it, then strays by a standard deviation of 10%: all of six are within 25% in 95 windows of 100, all
of twelve in 84. One that gets nothing for a quarter of the window is not.
"""


@dataclass(frozen=True)
class Scale:
    """Up, wait for a fair share; down, and see what is lost on the way."""

    name: ClassVar[str] = "scale"
    title: ClassVar[str] = "Scale: three frontends to more under load, and back to three"
    variants: ClassVar[tuple[str, ...]] = ("6", "12")
    meanings: ClassVar[Mapping[str, str]] = {
        "up_accepted": "Until the orchestrator accepted the higher number.",
        "up_first_ready": "Until it called the first new one ready.",
        "up_all_ready": "Until it called all of them ready.",
        "up_first_served": "Until the first new frontend served a page.",
        "up_all_served": "Until every new frontend had served a page.",
        "up_fair_share": "Until each had a fair share: within 25%, in about 90 pages each.",
        "up_failed": "Requests lost while scaling up.",
        "down_all_ready": "Until three were ready after asking for three again.",
        "down_last_served": "Until the last page from a frontend that was removed.",
        "down_failed": "Requests lost while scaling down.",
    }
    units: ClassVar[Units] = {"up_failed": "req", "down_failed": "req"}
    better: ClassVar[Better] = {
        "up_all_served": "lower",
        "up_failed": "lower",
        "down_failed": "lower",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = "6"
    replicas: int | None = None  # instead of the variant's number
    up_hold_s: float = 3.0  # besides the window in which a fair share is looked for
    down_hold_s: float = 5.0

    @property
    def many(self) -> int:
        """The higher number."""
        return int(self.variant) if self.replicas is None else self.replicas

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=4.0 + self.up_hold_s + self.down_hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Up and down again, each with time to settle."""
        few = context.workload.service(FRONTEND).replicas
        for what, count, hold_s in (
            ("scale_up", self.many, self.many * FAIR_S + self.up_hold_s),
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
        end = down.at_ns if down else None
        samples = during(trial.samples, start, end)
        few = trial.workload.service(FRONTEND).replicas
        new = hosts(e for e in seen(trial, start) if e.kind == "appeared" and _before(e, end))
        replies = [at for host, at in first_replies(samples, start).items() if host in new]
        never = f"not within {CONVERGE_S:.0f} s"
        return [
            accepted("up_accepted", request),
            span("up_first_ready", start, rises_to(trial, few + 1, start), never),
            span("up_all_ready", start, rises_to(trial, self.many, start), never),
            served("up_first_served", start, replies, 1),
            served("up_all_served", start, replies, self.many - few),
            fair_share(samples, start, self.many),
            _failed("up_failed", samples, trial),
        ]

    def _down(self, trial: Trial, request: Event) -> list[Metric]:
        start = request.at_ns
        samples = during(trial.samples, start)
        few = trial.workload.service(FRONTEND).replicas
        left = [e for e in seen(trial, start) if e.kind in ("unready", "gone")]
        theirs = samples["replica"].isin(sorted(hosts(left))) & good_replies(samples)
        last = samples["done_ns"][theirs].max()
        return [
            span("down_all_ready", start, falls_to(trial, few, start), "never"),
            Metric("down_last_served", "s", _seconds(start, last)),
            _failed("down_failed", samples, trial),
        ]


def _before(event: Event, end_ns: int | None) -> bool:
    return end_ns is None or event.at_ns < end_ns


def _seconds(start_ns: int, end_ns: float) -> float:
    """Seconds between, 0 when there is no end."""
    return 0.0 if np.isnan(end_ns) else (end_ns - start_ns) / NS_PER_S


def _failed(name: str, samples: pd.DataFrame, trial: Trial) -> Metric:
    return Metric(name, "req", int(bad_requests(samples, trial.spec.load).sum()))


def fair_share(samples: pd.DataFrame, start_ns: int, replicas: int) -> Metric:
    """Until the start of the first window in which every replica had about an even share."""
    fresh = of_stream(samples, Stream.FRESH)
    window_ns, step_ns = int(replicas * FAIR_S * NS_PER_S), int(FAIR_STEP_S * NS_PER_S)
    end_ns = fresh["intended_ns"].max()
    for begin_ns in range(start_ns, int(end_ns) - window_ns if len(fresh) else 0, step_ns):
        parts = shares(during(fresh, begin_ns, begin_ns + window_ns))
        even = len(parts) == replicas and all(
            abs(part * replicas - 1) <= FAIR_WITHIN for part in parts.values()
        )
        if even:
            return Metric("up_fair_share", "s", (begin_ns - start_ns) / NS_PER_S)
    return Metric("up_fair_share", "s", None, reason="no window was fair")
