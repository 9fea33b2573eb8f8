"""One trial on a time axis that starts with its first act: what a chart draws. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from seatrial.harness.metrics import NS_PER_S, bad_requests
from seatrial.harness.record import Event, Trial
from seatrial.harness.timeline import ready_counts

NS_PER_MS = 1e6
STEP_S = 0.1
"""Good requests are summed up over this long, or a multiple of it in long trials."""

MOST_STEPS = 600
DEPLOY = "deploy"
MARKS = ("appeared", "restarted", "gone")
"""Replica events that a chart shows by a mark; ready and unready are its steps."""


@dataclass(frozen=True, slots=True)
class Act:
    """What the scenario asked of the orchestrator."""

    at_s: float
    what: str
    accepted_s: float | None  # how long until it was accepted


@dataclass(frozen=True, slots=True)
class Latency:
    """Good requests of one stream, in ms a step; nan where a step has none."""

    stream: str
    at_s: tuple[float, ...]
    low: tuple[float, ...]
    median: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """All failed requests of one class, by their intended times."""

    failure: str
    at_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A replica event."""

    at_s: float
    kind: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One trial; every `at_s` counts from what `since` names."""

    target: str
    trial: int
    since: str
    begin_s: float
    end_s: float
    step_s: float
    requests: int
    acts: tuple[Act, ...]
    latencies: tuple[Latency, ...]
    lanes: tuple[Lane, ...]
    ready: tuple[tuple[float, int], ...]  # how many replicas are ready from when on
    marks: tuple[Mark, ...]

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return sum(len(lane.at_s) for lane in self.lanes)


def trace(trial: Trial) -> Trace | None:
    """Lay a trial out in time; None when no request of it was recorded."""
    samples = trial.samples
    if samples.empty:
        return None
    first = int(samples["intended_ns"].iloc[0])
    origin, since = _origin(trial, first)
    at = pd.Series((samples["intended_ns"] - origin) / NS_PER_S, index=samples.index)
    begin, end = min(0.0, float(at.min())), float(at.max())
    step = STEP_S * max(1, int(np.ceil((end - begin) / STEP_S / MOST_STEPS)))
    bad = bad_requests(samples, trial.spec.load)
    return Trace(
        target=trial.spec.target,
        trial=trial.spec.number,
        since=since,
        begin_s=begin,
        end_s=end,
        step_s=step,
        requests=len(samples),
        acts=tuple(act for act in _acts(trial, origin) if begin <= act.at_s <= end),
        latencies=tuple(_latencies(samples[~bad], at[~bad], step)),
        lanes=tuple(_lanes(samples[bad], at[bad])),
        ready=tuple(_ready(trial, origin)),
        marks=tuple(Mark(_s(e, origin), e.kind) for e in trial.events if e.kind in MARKS),
    )


def _origin(trial: Trial, first_ns: int) -> tuple[int, str]:
    """The first act under load, else the deploy that the load began with, else the load."""
    acts = [event for event in trial.events if event.kind == "act"]
    for event in acts:
        if event.detail.get("what") != DEPLOY:
            return event.at_ns, str(event.detail.get("what"))
    if acts and trial.event("steady", "before") is None:
        return acts[0].at_ns, DEPLOY
    return first_ns, "the first request"


def _s(event: Event, origin: int) -> float:
    return (event.at_ns - origin) / NS_PER_S


def _ready(trial: Trial, origin: int) -> Iterator[tuple[float, int]]:
    """The changes, after none at the orchestrator's first word."""
    told = (event for event in trial.events if event.source == "orchestrator")
    yield from ((_s(event, origin), 0) for event in islice(told, 1))
    yield from ((_s(event, origin), count) for event, count in ready_counts(trial))


def _acts(trial: Trial, origin: int) -> Iterator[Act]:
    for event in trial.events:
        if event.kind == "act":
            accepted = event.detail.get("accepted_ns")
            took = (accepted - event.at_ns) / NS_PER_S if isinstance(accepted, int) else None
            yield Act(_s(event, origin), str(event.detail.get("what", "act")), took)


def _latencies(good: pd.DataFrame, at: "pd.Series[float]", step: float) -> Iterator[Latency]:
    wait = (good["done_ns"] - good["intended_ns"]) / NS_PER_MS
    place = np.floor(at / step).astype(int)
    for stream in sorted(good["stream"].unique()):
        mine = good["stream"] == stream
        groups = wait[mine].groupby(place[mine])
        every = range(int(place[mine].min()), int(place[mine].max()) + 1)
        yield Latency(
            stream=str(stream),
            at_s=tuple((number + 0.5) * step for number in every),
            low=tuple(groups.min().reindex(every)),
            median=tuple(groups.median().reindex(every)),
            high=tuple(groups.max().reindex(every)),
        )


def _lanes(failed: pd.DataFrame, at: "pd.Series[float]") -> Iterator[Lane]:
    status = failed["status"].astype(str).replace("200", "late")
    error = failed["error"].astype(str)
    failure = error.where(error != "", status)
    for name in sorted(failure.unique()):
        yield Lane(str(name), tuple(sorted(at[failure == name])))
