"""The benchmark of metrics makes up trials that the real derive has all metrics of."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_its_table_has_a_row_for_each_scenario() -> None:
    command = [sys.executable, "-m", "benchmarks.metrics", "20000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    head, _, *rows = (line.strip("| ").split(" | ") for line in done.stdout.splitlines())
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert {row["scenario"]: (row["samples"], row["metrics"]) for row in found} == {
        "load_balance": ("20,000", "13"),
        "self_heal": ("20,000", "14"),
    }
    assert all(0 < float(row["peak GiB"]) < 1 for row in found)
