"""The code that the guides show works as they say."""

import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from examples.own_cluster import NOTE, OwnCluster
from examples.shrink import Shrink
from support.documents import ROOT
from support.slow import only_slow

from seatrial.harness import edge, plan, registry
from seatrial.harness.beside import read_metrics
from seatrial.harness.errors import EnvironmentUnfitError, RejectedError, TargetError
from seatrial.harness.record import Status, Trial
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.workload import images
from seatrial.targets.k8s.hands import Hands as KubernetesHands
from seatrial.targets.swarm.hands import Hands as SwarmHands

pytestmark = pytest.mark.timeout(400)

EXAMPLES = ROOT / "docs" / "howto" / "examples"
JOB = EXAMPLES / "ci-job.sh"
NO_HANDS = "There is no access to this target's nodes: use the lab, which has."


@pytest.fixture
def metrics(sailed: Path) -> pd.DataFrame:
    return read_metrics(sailed)


def trials(folder: Path) -> dict[str, Trial]:
    found = (read_trial(path) for path in trial_folders(folder))
    return {trial.spec.scenario: trial for trial in found}


def test_the_example_scenario_runs_on_what_the_example_provider_hands_out(
    sailed: Path, metrics: pd.DataFrame
) -> None:
    trial = trials(sailed)["shrink"]
    assert (trial.status, trial.cause) == (Status.FINISHED, "")
    assert read_run(sailed).notes["fake"][0] == NOTE
    found = metrics[metrics["scenario"] == "shrink"].set_index("metric")
    assert set(Shrink.meanings) <= set(found.index)
    assert all(only_slow(reason) for reason in found["reason"] if reason)
    assert found.loc["failed", "value"] == 0
    assert 0 < found.loc["grown", "value"] < 10
    assert Shrink.title in (sailed / "report.html").read_text()


def test_without_hands_a_trial_that_needs_them_fails_with_a_sentence(sailed: Path) -> None:
    ended = trials(sailed)["backend_failure"]
    assert (ended.status, ended.cause) == (Status.FAILED, NO_HANDS)
    assert trials(sailed)["autoscale"].status is Status.UNSUPPORTED


def test_the_adapters_say_so_too_and_not_that_a_replica_refused() -> None:
    # a refusal would let discovery go on without a look from inside
    for act in (
        lambda: KubernetesHands(None).run("node", ["true"]),
        lambda: SwarmHands(None).execute("node", "container", ["true"]),
        lambda: SwarmHands(None).stop("node", "container", 1.0),
    ):
        with pytest.raises(TargetError, match="lab, which has") as raised:
            act()
        assert not isinstance(raised.value, RejectedError)


def test_the_example_provider_asks_for_what_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEATRIAL_K8S", raising=False)
    with (
        pytest.raises(EnvironmentUnfitError, match="Set SEATRIAL_K8S"),
        OwnCluster().provide("k8s"),
    ):
        pass


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_an_example_suite_is_a_plan(path: Path) -> None:
    made = plan.make(plan.load(path), str(path), 7, registry.targets(), registry.scenarios())
    assert made.trials


def test_the_guide_builds_every_image_that_a_trial_may_need() -> None:
    guide = (ROOT / "docs" / "howto" / "own-cluster.md").read_text()
    (pushed,) = [line for line in guide.splitlines() if line.startswith("for image in ")]
    names = pushed.removeprefix("for image in ").removesuffix("; do").split()
    wanted = [*images("registry"), edge.image("registry")]
    assert sorted(f"registry/{name}" for name in names) == sorted(wanted)


@pytest.mark.parametrize("code", [0, 4, 130])
def test_the_job_keeps_the_results_and_ends_as_the_run_did(tmp_path: Path, code: int) -> None:
    _program(tmp_path / "bin" / "make", "exit 0")
    body = f"mkdir -p results/quick-1; echo page > results/quick-1/report.html; exit {code}"
    _program(tmp_path / ".venv" / "bin" / "seatrial", body)
    environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(["/bin/bash", JOB], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == code
    assert (tmp_path / "seatrial-results.tar.gz").stat().st_size > 0


def _program(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/bash\n{body}\n")
    path.chmod(0o755)
