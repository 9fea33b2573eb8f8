"""What was measured of an outage against what was scripted: pure folds over a calibration trial."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from seatrial.harness.certificate import Cell
from seatrial.harness.disruption import disruption
from seatrial.harness.metrics import GOOD_RUN, NS_PER_S
from seatrial.harness.record import LoadPlan, Metric, Outcome, Stream, Trial

REPLICAS = ("a", "b", "c")
EDGE_NS = 50_000_000
LATE_NS = 5_000_000
MOST_GOOD = 0.75
SLACK_S = 0.002
LEAST_CALM_S = 0.5


class Kind(StrEnum):
    """How a scripted server fails; of all requests, but for the last."""

    REFUSED = "refused"
    HANG = "hang"
    ERROR = "500"
    SLOW = "slow"
    FLAPPING = "flapping"
    ONE_OF_THREE = "one_of_three"

    @property
    def metric(self) -> str:
        """What is judged: the length of a window is biased where only some requests fail."""
        return "error_seconds" if self is Kind.ONE_OF_THREE else "outage"


@dataclass(frozen=True, slots=True)
class Truth:
    """When an outage was, by the clock of the server that made it."""

    kind: Kind
    start_ns: int
    end_ns: int
    good_ns: int = 0  # the longest time in between in which one that flaps was good

    @property
    def value_s(self) -> float:
        """What its metric is to be."""
        whole_s = (self.end_ns - self.start_ns) / NS_PER_S
        return whole_s / len(REPLICAS) if self.kind is Kind.ONE_OF_THREE else whole_s


def calm_s(load: LoadPlan) -> float:
    """The calm around an outage, of which each side's half must show that it is over."""
    slowest_ns = max(load.interval_ns(stream) for stream in load.streams)
    return max(LEAST_CALM_S, 2.4 * GOOD_RUN * slowest_ns / NS_PER_S)


def limit_s(load: LoadPlan) -> float:
    """One probe interval of new connections and 2 ms."""
    return load.interval_ns(Stream.FRESH) / NS_PER_S + SLACK_S


def near(trial: Trial, truth: Truth) -> pd.DataFrame:
    """The requests of the outage and of the calm on both sides of it."""
    intended, calm_ns = trial.samples["intended_ns"], calm_s(trial.spec.load) / 2 * NS_PER_S
    inside = (intended > truth.start_ns - calm_ns) & (intended < truth.end_ns + calm_ns)
    return trial.samples[inside]


def measured(trial: Trial, truth: Truth) -> dict[str, Metric]:
    """What a scenario would report of it, by name."""
    return {m.name: m for m in disruption(near(trial, truth), trial.spec.load)}


def fair(trial: Trial, truth: Truth) -> bool:
    """Whether at both edges requests left on time and good ones were answered at once.

    One that is under way for long before the edge fails with it, and rightly so: on a machine that
    is busy with something else the script's own times are not the truth. Nor is it where a server
    that is to flap stays good for so long that it did recover.
    """
    if truth.good_ns > MOST_GOOD * GOOD_RUN * trial.spec.load.interval_ns(Stream.FRESH):
        return False
    samples = trial.samples
    intended = samples["intended_ns"]
    lags = samples["sent_ns"] - intended
    waits = (samples["done_ns"] - intended)[samples["outcome"] == Outcome.OK.value]
    edges = [(intended - at).abs() < EDGE_NS for at in (truth.start_ns, truth.end_ns)]
    return all(lags[edge].max() < LATE_NS and waits[edge].max() < LATE_NS for edge in edges)


def error_s(trial: Trial, truth: Truth) -> float:
    """Measured minus true."""
    return (measured(trial, truth)[truth.kind.metric].value or 0.0) - truth.value_s


def cell(trial: Trial, kind: Kind, truths: Iterable[Truth]) -> Cell:
    """The errors of the outages of that kind."""
    mine = [truth for truth in truths if truth.kind is kind]
    errors = np.array([error_s(trial, truth) for truth in mine if fair(trial, truth)])
    return Cell(
        kind=kind.value,
        rate_per_s=trial.spec.load.rate_per_s,
        metric=kind.metric,
        outages=len(errors),
        left_out=len(mine) - len(errors),
        bias_s=float(errors.mean()) if len(errors) else 0.0,
        p99_s=float(np.quantile(np.abs(errors), 0.99)) if len(errors) else 0.0,
        limit_s=limit_s(trial.spec.load),
    )
