"""Load balancing: which share of the pages each replica serves, and whether all are counted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from seatrial.harness.metrics import counting, jain, latency_ms, of_stream, shares
from seatrial.harness.record import Metric, Stream, Trial
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import since
from seatrial.harness.workload import FRONTEND

OF_STREAM: Mapping[str, str] = {
    "share_min": "1",
    "share_max": "1",
    "jain_index": "1",
    "latency_p50": "ms",
    "latency_p99": "ms",
}
"""What is told of each stream, and its unit."""


@dataclass(frozen=True)
class LoadBalance:
    """Nothing is disturbed: the app serves, and the replies say who served."""

    name: ClassVar[str] = "load_balance"
    title: ClassVar[str] = "Balance the load: nothing disturbed, three frontends"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[Mapping[str, str]] = {
        "share_min_fresh": "Smallest share of a frontend with new connections; 0.333 is fair.",
        "share_max_fresh": "Largest share of a frontend, a new connection each request.",
        "jain_index_fresh": "Fairness with new connections: 1 is even, 0.333 all to one frontend.",
        "share_min_kept": "Smallest share of a frontend over connections that were kept open.",
        "share_max_kept": "Largest share of a frontend over connections that were kept open.",
        "jain_index_kept": "Fairness over kept connections.",
        "latency_p50_fresh": "Half of the pages came within this time, with new connections.",
        "latency_p99_fresh": "99 of 100 pages came within this time, with new connections.",
        "latency_p50_kept": "Half of the pages came within this time, over kept connections.",
        "latency_p99_kept": "99 of 100 pages came within this time, over kept connections.",
        "miscounted": "Page views counted twice, or lost without a lost reply: 0 is right.",
    }
    units: ClassVar[Units] = {
        **{f"{what}_{how}": unit for what, unit in OF_STREAM.items() for how in Stream},
        "miscounted": "req",
    }
    better: ClassVar[Better] = {
        "jain_index_fresh": "higher",
        "jain_index_kept": "higher",
        "latency_p99_fresh": "lower",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = ""
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Let the load go on."""
        del deployment
        context.hold(self.hold_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Shares and latency by stream, and the count."""
        steady = trial.event("steady", "before")
        if steady is None:
            return []
        samples = since(trial, steady.at_ns)
        replicas = trial.workload.service(FRONTEND).replicas
        metrics = [m for stream in trial.spec.load.streams for m in _of(samples, stream, replicas)]
        counted = counting(trial.samples)
        lost = max(0, counted.ok - counted.increments)
        extra = max(0, counted.increments - counted.ok - counted.unknown)
        return [*metrics, Metric("miscounted", "req", counted.duplicates + lost + extra)]


def _of(samples: pd.DataFrame, stream: Stream, replicas: int) -> Iterator[Metric]:
    mine = of_stream(samples, stream)
    parts = _with_idle(shares(mine), replicas)
    yield Metric(f"share_min_{stream.value}", "1", min(parts.values(), default=None))
    yield Metric(f"share_max_{stream.value}", "1", max(parts.values(), default=None))
    for metric in (jain(parts), latency_ms(mine, 0.5), latency_ms(mine, 0.99)):
        yield replace(metric, name=f"{metric.name}_{stream.value}")


def _with_idle(parts: dict[str, float], replicas: int) -> dict[str, float]:
    """The shares, with a zero for each replica that served nothing."""
    return parts | {f"idle {n}": 0.0 for n in range(len(parts), replicas) if parts}
