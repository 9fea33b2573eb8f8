"""Both real labs behind the same edge: what a kept connection meets is then the same on both."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from support.slow import only_slow

from seatrial.harness.edge import settings
from seatrial.harness.epochs import epochs, exact
from seatrial.harness.errors import MeasurementError
from seatrial.harness.metrics import jain, of_stream, shares
from seatrial.harness.record import Status, Stream, Trial
from seatrial.harness.recorder import read_run, read_trial, trial_folders

pytestmark = [pytest.mark.lab, pytest.mark.timeout(400)]

SUITE = """
schema = 1
name = "edge"
targets = ["swarm", "k8s"]
[settings]
edge = true
[[scenarios]]
name = "load_balance"
parameters = { hold_s = 8 }
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run's folder, by the command line as a user has it."""
    folder = tmp_path_factory.mktemp("edge")
    (folder / "edge.toml").write_text(SUITE)
    command = [Path(sys.executable).with_name("seatrial"), "run", folder / "edge.toml"]
    done = subprocess.run(
        [*map(str, command), "--seed", "1", "--out", str(folder / "results")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in (0, MeasurementError.exit_code), done.stdout + done.stderr
    (made,) = (folder / "results").iterdir()
    return made


@pytest.fixture(scope="module")
def trials(run: Path) -> Mapping[str, Trial]:
    return {trial.spec.target: trial for trial in map(read_trial, trial_folders(run))}


def test_both_trials_ended_and_are_valid_but_for_a_slow_machine(
    run: Path, trials: Mapping[str, Trial]
) -> None:
    assert {name: (trial.status, trial.cause) for name, trial in trials.items()} == {
        "swarm": (Status.FINISHED, ""),
        "k8s": (Status.FINISHED, ""),
    }
    metrics = pd.read_csv(run / "metrics.csv", keep_default_na=False)
    # which replica a request goes to is the same on a slow machine
    reasons = set(metrics.loc[metrics["valid"].astype(str) == "False", "reason"])
    assert all(only_slow(str(reason)) for reason in reasons), reasons


def test_every_page_is_counted_once(trials: Mapping[str, Trial]) -> None:
    for name, trial in trials.items():
        assert exact(trial.samples), f"{name}: {epochs(trial.samples)}"


@pytest.mark.parametrize("stream", list(Stream))
def test_connections_are_spread_over_all_replicas_on_both(
    trials: Mapping[str, Trial], stream: Stream
) -> None:
    for name, trial in trials.items():
        steady = trial.event("steady", "before")
        assert steady is not None, name
        later = trial.samples[trial.samples["intended_ns"] > steady.at_ns]
        parts = shares(of_stream(later, stream))
        assert len(parts) == 3, f"{name}: {parts}"
        fairness = jain(parts).value
        assert fairness is not None
        assert fairness >= 0.9, f"{name}: {parts}"


def test_what_was_read_of_both_says_that_the_edge_is_in_front(run: Path) -> None:
    for preflight in read_run(run).preflights:
        assert "HAProxy" in preflight.exposure
        assert settings().items() <= preflight.settings.items()
        assert preflight.fallbacks == ()
