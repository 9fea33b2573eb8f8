"""Trials through the routing mesh, by the command line as a user has it: counts, never times."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from seatrial.harness.epochs import epochs, exact
from seatrial.harness.record import Outcome, Run, Status, Trial
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.timeline import act

pytestmark = [pytest.mark.mesh, pytest.mark.timeout(1200)]

SUITE = Path(__file__).with_name("mesh.toml")


@dataclass(frozen=True)
class Recorded:
    """What a run of the suite left."""

    run: Run
    trials: Mapping[str, Trial]
    metrics: pd.DataFrame

    def value(self, scenario: str, metric: str) -> float:
        mine = self.metrics[self.metrics["scenario"] == scenario]
        return float(mine.set_index("metric")["value"][metric])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    out = tmp_path_factory.mktemp("results")
    command = [str(Path(sys.executable).with_name("seatrial")), "run", str(SUITE), "--seed", "1"]
    # trials on an engine this slow may not be valid measurements (code 4): what they record counts
    done = subprocess.run([*command, "--out", str(out)], timeout=1100, check=False)
    assert done.returncode in {0, 4}
    (folder,) = out.iterdir()
    trials = [read_trial(path) for path in trial_folders(folder)]
    metrics = pd.read_csv(folder / "metrics.csv", keep_default_na=False, na_values={"value": ""})
    return Recorded(read_run(folder), {t.spec.scenario: t for t in trials}, metrics)


def test_both_trials_end(recorded: Recorded) -> None:
    ended = {name: (trial.status, trial.cause) for name, trial in recorded.trials.items()}
    assert ended == dict.fromkeys(("load_balance", "rollout"), (Status.FINISHED, ""))


def test_preflight_says_routing_mesh_and_no_fallback(recorded: Recorded) -> None:
    (preflight,) = recorded.run.preflights
    assert "routing mesh" in preflight.exposure
    assert preflight.fallbacks == ()
    assert [node.ready for node in preflight.nodes] == [True] * 3


def test_connections_are_spread_evenly_and_every_page_counts_once(recorded: Recorded) -> None:
    assert recorded.value("load_balance", "miscounted") == 0
    assert recorded.value("load_balance", "share_min_fresh") > 0.3
    assert recorded.value("load_balance", "share_max_fresh") < 0.37
    for trial in recorded.trials.values():
        assert exact(trial.samples), epochs(trial.samples)


def test_a_rollout_ends_with_the_new_version_only(recorded: Recorded) -> None:
    trial = recorded.trials["rollout"]
    request = act(trial, "update")
    assert request is not None
    assert trial.event("converged", "all replicas v2") is not None
    assert recorded.value("rollout", "least_ready") >= 2
    good = trial.samples[trial.samples["outcome"] == Outcome.OK.value].sort_values("done_ns")
    assert set(good[good["intended_ns"] < request.at_ns]["version"]) == {"v1"}
    last = good.tail(60)
    assert set(last["version"]) == {"v2"}
    assert last["replica"].nunique() == 3
