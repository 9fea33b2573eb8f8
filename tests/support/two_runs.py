"""Made-up runs of one kind of trial, to be compared with one another. Nothing here was measured."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from seatrial.harness.circumstances import Recorded
from seatrial.harness.derive import COLUMNS
from seatrial.harness.model import Preflight
from seatrial.harness.record import Run, TrialSpec
from seatrial.harness.recorder import write_run
from seatrial.harness.versus import held

STEADY = (1.00, 1.02, 1.01, 0.99, 0.98, 1.03)
"""Of six trials; nothing of the machine's mood."""

TWICE = tuple(2 * value for value in STEADY)
NOISY = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)

Row = dict[str, object]


def rows(values: Sequence[float | None], metric: str = "outage", **more: object) -> Iterator[Row]:
    """A trial a value, of Swarm's self_heal: kill; `more` are other cells."""
    for trial, value in enumerate(values, 1):
        made: Row = dict.fromkeys(COLUMNS, "") | {
            "run": "made",
            "block": trial,
            "trial": trial,
            "target": "swarm",
            "profile": "stock",
            "scenario": "self_heal",
            "variant": "kill",
            "metric": metric,
            "unit": "s",
            "value": value,
            "censored": False,
            "valid": True,
        }
        yield made | more


def frame(*parts: Iterator[Row]) -> pd.DataFrame:
    """metrics.csv in memory."""
    return pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))


def run(name: str = "new", **more: object) -> Run:
    """The head of such a run."""
    specs = tuple(TrialSpec(n, n, "swarm", "stock", "self_heal", "kill") for n in range(1, 7))
    made = Run(
        name=name,
        suite="quick",
        repeats=6,
        seed=7,
        command="seatrial run quick --seed 7",
        created_monotonic_ns=0,
        created_wall_ns=1_700_000_000 * 10**9,
        environment={"cores": "2", "seatrial": "0.1.0"},
        preflights=(Preflight("swarm", {"engine": "1.2.3"}, (), {"grace": "10s"}, "By a port."),),
        notes={},
        planned=specs,
        cases=(("self_heal", "kill", "stock"),),
    )
    return replace(made, **more)  # type: ignore[arg-type] - fields of Run by name


def recorded(*parts: Iterator[Row], name: str = "new", **more: object) -> Recorded:
    """A run as a comparison takes it."""
    return Recorded(run(name, **more), held(frame(*parts)))


def folder(path: Path, *parts: Iterator[Row], **more: object) -> Path:
    """A run directory with run.json and metrics.csv only."""
    write_run(path, run(path.name, **more))
    frame(*parts).to_csv(path / "metrics.csv", index=False)
    return path
