"""Makes run directories with known content, through the recorder, for tests of reports.

Nothing here was measured: the shapes are made up, and always the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from seatrial.harness.model import Node, Preflight
from seatrial.harness.record import Event, LoadPlan, Metric, Run, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_trial, write_run
from seatrial.harness.scenario import Scenario
from seatrial.harness.workload import FRONTEND, counter
from seatrial.scenarios.deploy import Deploy
from seatrial.scenarios.load_balance import LoadBalance
from seatrial.scenarios.rollout import Rollout
from seatrial.scenarios.scale import Scale
from seatrial.scenarios.self_heal import SelfHeal

S = 1_000_000_000
ORIGIN = 5_000 * S
SCENARIOS: Mapping[str, type[Scenario]] = {
    "deploy": Deploy,
    "load_balance": LoadBalance,
    "self_heal": SelfHeal,
    "scale": Scale,
    "rollout": Rollout,
}
COLUMNS = "run block trial target profile scenario variant metric unit value low high censored"
COLUMNS += " valid reason"
NODES = tuple(Node(f"node-{n}", f"198.18.0.{10 + n}", "worker", ready=True) for n in (1, 2, 3))


@dataclass(frozen=True)
class Fault:
    """Requests of this class fail in this span, that share of them."""

    error: str
    begin_s: float
    end_s: float
    share: float = 1.0
    status: int = 0


@dataclass(frozen=True)
class Voyage:
    """One trial as it is to be recorded; times count from the first request."""

    spec: TrialSpec
    seconds: float = 12.0
    acts: tuple[tuple[float, str, str], ...] = ()  # when, what, of whom
    faults: tuple[Fault, ...] = ()
    replicas: tuple[tuple[float, str, str], ...] = ()  # when, what kind of event, of whom
    new_from_s: float = 1e9  # v2 serves from then on
    median_ms: float = 5.0
    status: Status = Status.FINISHED
    cause: str = ""
    valid: bool = True
    reason: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)


def spec(number: int, target: str, scenario: str, variant: str = "", **more: object) -> TrialSpec:
    """A planned trial of the stock profile at 200 requests/s, of the first block."""
    made = TrialSpec(number, 1, target, "stock", scenario, variant)
    return replace(made, **more)  # type: ignore[arg-type] - fields of TrialSpec by name


def preflight(target: str, **more: object) -> Preflight:
    """What a made-up target tells of itself."""
    made = Preflight(
        target, {"engine": "1.2.3"}, NODES, {"grace": "10s"}, "By a port of each node."
    )
    return replace(made, **more)  # type: ignore[arg-type] - fields of Preflight by name


def run_of(specs: Sequence[TrialSpec], **more: object) -> Run:
    """A run that planned these trials."""
    made = Run(
        name="made-1",
        suite="quick",
        repeats=1,
        seed=7,
        command="seatrial run quick --seed 7",
        created_monotonic_ns=ORIGIN - 60 * S,
        created_wall_ns=1_700_000_000 * S,
        environment={"cores": "2", "kernel": "6.1", "memory": "8 GiB"},
        preflights=tuple(preflight(t) for t in dict.fromkeys(s.target for s in specs)),
        notes={},
        planned=tuple(specs),
    )
    return replace(made, **more)  # type: ignore[arg-type] - fields of Run by name


def row(
    trial: TrialSpec, metric: Metric, *, valid: bool = True, reason: str = ""
) -> dict[str, object]:
    """One row of metrics.csv."""
    texts = (trial.target, trial.profile, trial.scenario, trial.variant, metric.name, metric.unit)
    numbers = (metric.value, metric.low, metric.high, metric.censored)
    values = ("made-1", trial.block, trial.number, *texts, *numbers, valid, reason or metric.reason)
    return dict(zip(COLUMNS.split(), values, strict=True))


def table(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """metrics.csv in memory."""
    return pd.DataFrame(list(rows), columns=COLUMNS.split())


def record(folder: Path, run: Run, voyages: Sequence[Voyage]) -> Path:
    """Write a run directory, its metrics.csv by the scenarios' own measures."""
    write_run(folder, run)
    rows = [row for voyage in voyages for row in _recorded(folder, voyage)]
    table(rows).to_csv(folder / "metrics.csv", index=False)
    return folder


def _recorded(folder: Path, voyage: Voyage) -> Iterator[dict[str, object]]:
    recorder = TrialRecorder(folder, TrialHead(voyage.spec, counter("made-1", "registry.test")))
    for event in _events(voyage):
        recorder.write(event)
    for name, text in voyage.evidence.items():
        recorder.evidence(name, text)
    recorder.close()
    if voyage.seconds:
        samples = pa.Table.from_pandas(_samples(voyage), preserve_index=False)
        pq.write_table(samples, recorder.folder / "samples.parquet")
    if voyage.status is not Status.FINISHED:
        yield row(voyage.spec, Metric("", "", None), valid=False, reason=voyage.cause)
        return
    scenario = SCENARIOS[voyage.spec.scenario]
    for metric in scenario(voyage.spec.variant).measure(read_trial(recorder.folder)):  # type: ignore[call-arg] - every scenario has its variant first
        yield row(voyage.spec, metric, valid=voyage.valid, reason=voyage.reason)


def _events(voyage: Voyage) -> Iterator[Event]:
    load_first = voyage.spec.scenario == "deploy"
    deployed = ORIGIN - (S // 20 if load_first else 20 * S)
    yield _act(deployed, "deploy", "")
    if not load_first:
        yield Event(ORIGIN + S, "harness", "steady", "before")
        for host in "abc":
            yield from (_replica(deployed + S, kind, host) for kind in ("appeared", "ready"))
    yield from (_act(ORIGIN + round(at * S), what, whom) for at, what, whom in voyage.acts)
    yield from (_replica(ORIGIN + round(at * S), kind, host) for at, kind, host in voyage.replicas)
    end = ORIGIN + round(voyage.seconds * S)
    yield Event(end, "harness", voyage.status.value, "", {"cause": voyage.cause})


def _act(at_ns: int, what: str, whom: str) -> Event:
    detail = {"what": what, "accepted_ns": at_ns + 12_000_000}
    return Event(at_ns, "harness", "act", whom, detail)


def _replica(at_ns: int, kind: str, host: str) -> Event:
    detail = {"service": FRONTEND, "host": host, "node": "node-1", "state": "running"}
    return Event(at_ns, "orchestrator", kind, host, detail, 50_000_000)


def _samples(voyage: Voyage) -> pd.DataFrame:
    dice = np.random.default_rng(voyage.spec.number)
    load: LoadPlan = voyage.spec.load
    at = np.arange(0, voyage.seconds, 1 / load.rate_per_s)
    count = len(at)
    wait = voyage.median_ms * dice.lognormal(0, 0.4, count) / 1e3
    error, status = np.full(count, "", dtype=object), np.full(count, 200)
    for fault in voyage.faults:
        hit = (at >= fault.begin_s) & (at < fault.end_s) & (dice.random(count) < fault.share)
        error[hit], status[hit] = fault.error, fault.status
        wait[hit] = 2.0 if "timeout" in fault.error else 0.001
    good = status == 200
    begin = ORIGIN + np.round(at * S).astype(np.int64)
    return pd.DataFrame(
        {
            "stream": [load.streams[i % len(load.streams)].value for i in range(count)],
            "seq": np.arange(count),
            "intended_ns": begin,
            "sent_ns": begin,
            "done_ns": begin + np.round(wait * S).astype(np.int64),
            "status": status,
            "error": error,
            "replica": np.where(good, dice.choice(list("abc"), count), ""),
            "version": np.where(good, np.where(at < voyage.new_from_s, "v1", "v2"), ""),
            "count": np.where(good, np.cumsum(good), -1),
        }
    )


def voyages(target: str, first: int) -> tuple[Voyage, ...]:
    """One trial of every scenario that acts, with a failure here and there."""
    heal = spec(first, target, "self_heal", "kill")
    deploy = spec(first + 1, target, "deploy", "warm")
    scale = spec(first + 2, target, "scale", "6")
    return (
        replace(KILL, spec=heal, evidence={"services.txt": "frontend 3/3\n"}),
        Voyage(
            deploy,
            seconds=6.0,
            faults=(Fault("refused", 0.0, 1.0), Fault("connect_timeout", 1.0, 1.2)),
            replicas=tuple(
                (0.4 * n + later, kind, host)
                for n, host in enumerate("abc")
                for later, kind in ((0.3, "appeared"), (0.9, "ready"))
            ),
        ),
        Voyage(
            scale,
            seconds=14.0,
            acts=((3.0, "scale_up", FRONTEND), (3.4, "scale_down", FRONTEND)),
            replicas=((3.2, "appeared", "d"), (4.0, "ready", "d"), (9.0, "gone", "d")),
        ),
    )


KILL = Voyage(
    spec(1, "swarm", "self_heal", "kill"),
    seconds=8.0,
    acts=((3.0, "kill", "a"),),
    faults=(Fault("refused", 3.1, 3.2), Fault("", 3.5, 3.51, status=503)),
    replicas=((3.1, "unready", "a"), (3.2, "restarted", "a"), (5.0, "ready", "a")),
)


def made_run(folder: Path, **more: object) -> Path:
    """A run directory of both targets, every trial valid."""
    all_ = voyages("swarm", 1) + voyages("k8s", 4)
    return record(folder, run_of([voyage.spec for voyage in all_], **more), all_)
