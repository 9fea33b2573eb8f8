"""A made-up run of several blocks, for tests of verdicts in reports."""

from collections.abc import Iterator
from pathlib import Path

from made import row, run_of, spec, table

from seatrial.harness.record import Metric, Run, TrialSpec
from seatrial.harness.recorder import write_run

BLOCKS = 8


def planned(blocks: int = BLOCKS, profiles: tuple[str, ...] = ("stock",)) -> list[TrialSpec]:
    """A trial of each target in every block, of every profile."""
    order = [(p, b, t) for p in profiles for b in range(1, blocks + 1) for t in ("swarm", "k8s")]
    return [
        spec(number, target, "self_heal", "kill", block=block, profile=profile)
        for number, (profile, block, target) in enumerate(order, 1)
    ]


def metrics(trial: TrialSpec) -> Iterator[Metric]:
    """Swarm heals in 7 s, Kubernetes in 1.7; both lose about as many requests, with more noise."""
    slow = trial.target == "swarm"
    restored = (7.0 if slow else 1.7) + 0.01 * trial.block
    yield Metric("redundancy_restored", "s", restored, restored - 0.02, restored + 0.02)
    yield Metric("outage", "s", 0.5)
    yield Metric("failed", "req", 20 + (trial.block * (7 if slow else 5)) % 11)
    yield Metric("repair", "s", restored)


def rows(specs: list[TrialSpec]) -> list[dict[str, object]]:
    """Their rows of metrics.csv."""
    return [row(trial, metric) for trial in specs for metric in metrics(trial)]


def contested(folder: Path, specs: list[TrialSpec]) -> Run:
    """A run directory with run.json and metrics.csv only."""
    run = run_of(specs, repeats=len({trial.block for trial in specs}))
    write_run(folder, run)
    table(rows(specs)).to_csv(folder / "metrics.csv", index=False)
    return run
