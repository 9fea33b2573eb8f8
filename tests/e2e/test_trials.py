"""Trials on both real labs, by the command line as a user has it: what they give and leave."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from support.slow import only_slow

from seatrial.harness import registry
from seatrial.harness.epochs import epochs, exact
from seatrial.harness.errors import MeasurementError, TargetError
from seatrial.harness.record import Status, Trial
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.lab import engine, layout, nodes
from seatrial.lab.engine import Engine

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800)]

SUITE = """
schema = 1
name = "e2e"
targets = ["{target}"]
repeats = {repeats}
[[scenarios]]
name = "{scenario}"
"""
SWARM_THINGS = (
    ("service", "ls", "-q"),
    ("network", "ls", "-q"),
    ("config", "ls", "-q"),
    ("ps", "-aq"),
)


@pytest.fixture(scope="module")
def host() -> Engine:
    return Engine(engine.connect())


def thaw(host: Engine) -> None:
    """Both labs running, and the Kubernetes API answering."""
    for kind in layout.KINDS:
        nodes.Fleet(host, nodes.existing(host, kind)).thaw()
    nodes.wait("the Kubernetes API", lambda: kubectl(host, "version") != "", 60)


def kubectl(host: Engine, *words: str) -> str:
    command = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", *words]
    try:
        return host.run(layout.nodes("k8s", 1)[0].container, command)
    except TargetError:
        return ""


def left_behind(host: Engine) -> list[str]:
    """What carries a run's label on either engine, asked without any adapter of ours."""
    thaw(host)
    found = []
    for node in layout.nodes("swarm", 3):
        for words in SWARM_THINGS if node.index == 1 else SWARM_THINGS[3:]:
            command = ["docker", *words, "--filter", "label=seatrial.run"]
            listed = host.run(node.container, command).split()
            found += [f"{node.name} {words[0]} {name}" for name in listed]
    kinds = "namespaces,pods,services,deployments,daemonsets"
    selector = ("-A", "-l", "seatrial.run", "-o", "name")
    return found + kubectl(host, "get", kinds, *selector).split()


def seatrial(*arguments: object) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).with_name("seatrial")), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finished(process: subprocess.Popen[str], timeout_s: float = 300, *codes: int) -> str:
    """Its output, once it has ended with one of these codes; with 0 where none is named."""
    try:
        output, _ = process.communicate(timeout=timeout_s)
    finally:
        process.kill()
    assert process.returncode in (codes or (0,)), output
    return output


@dataclass(frozen=True)
class Going:
    """A run of a suite of one scenario, under way."""

    process: subprocess.Popen[str]
    out: Path

    def trial(self, number: int) -> Trial | None:
        """The trial as far as it is recorded."""
        found = next(self.out.glob(f"*/trials/{number:04d}-*/trial.json"), None)
        return read_trial(found.parent) if found else None

    def until(self, what: str, condition: Callable[[], bool], timeout_s: float = 120) -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            assert self.process.poll() is None, f"the run ended before {what}"
            assert time.monotonic() < deadline, f"{what} did not come"
            time.sleep(0.1)

    def until_event(self, kind: str) -> None:
        def there() -> bool:
            trial = self.trial(1)
            return trial is not None and trial.event(kind) is not None

        self.until(kind, there)


@contextmanager
def going(tmp_path: Path, target: str, scenario: str, repeats: int = 1) -> Iterator[Going]:
    suite = tmp_path / "e2e.toml"
    suite.write_text(SUITE.format(target=target, scenario=scenario, repeats=repeats))
    process = seatrial("run", suite, "--seed", 1, "--out", tmp_path / "results")
    try:
        yield Going(process, tmp_path / "results")
    finally:
        process.kill()
        process.communicate()


@pytest.mark.timeout(3600)
def test_every_scenario_measures_both_and_leaves_nothing(host: Engine, tmp_path: Path) -> None:
    suite = Path(__file__).with_name("short.toml")
    run = seatrial("run", suite, "--seed", 1, "--out", tmp_path)
    output = finished(run, 3000, 0, MeasurementError.exit_code)
    (folder,) = tmp_path.iterdir()
    trials = [read_trial(path) for path in trial_folders(folder)]
    ended = {trial.spec.slug[5:]: (trial.status, trial.cause) for trial in trials}
    status, cause = ended.pop("swarm-autoscale-up")
    assert (status, cause[:27]) == (Status.UNSUPPORTED, "Swarm mode has no autoscale")
    unfinished = {slug: end for slug, end in ended.items() if end != (Status.FINISHED, "")}
    assert unfinished == {}
    assert {trial.spec.scenario for trial in trials} == set(registry.scenarios())
    assert len(trials) == len(read_run(folder).planned)
    assert str(folder / "report.html") in output
    assert left_behind(host) == []
    for trial in trials:
        assert exact(trial.samples), f"{trial.spec.slug}: {epochs(trial.samples)}"
    check_settings_show(
        pd.read_csv(folder / "metrics.csv", keep_default_na=False, na_values={"value": ""})
    )


def check_settings_show(metrics: pd.DataFrame) -> None:
    """What each orchestrator's settings decide must be seen, whatever the machine's speed."""
    possible = metrics[~metrics["reason"].str.startswith("unsupported")].drop_duplicates("trial")
    unfair = possible[~possible["valid"] & ~possible["reason"].map(only_slow)]
    assert unfair.empty, unfair[["trial", "scenario", "reason"]].to_string()
    found = metrics.set_index(["target", "scenario", "variant", "metric"])["value"].sort_index()
    swarm, k8s = found["swarm"], found["k8s"]
    for mine in (swarm, k8s):
        assert mine["load_balance", "", "miscounted"] == 0
        assert mine["load_balance", "", "share_min_fresh"] > 0.2
        assert 0 < mine["deploy", "cold", "first_served"] <= mine["deploy", "cold", "all_served"]
        assert mine["scale", "6", "up_all_served"] > 0
        assert 0 < mine["rollout", "", "first_new"] < mine["rollout", "", "all_new"]
        assert mine["bad_rollout", "error", "bad_replies"] > 0
        assert mine["backend_failure", "killed", "doubled"] == 0
        assert 0.1 < mine["canary", "good", "share_fresh"] < 0.45
        # a silent node is taken for lost after 16 s, of which a heartbeat may have been due
        assert 5 < mine["node_failure", "partition", "redundancy_restored"] < 120
        assert mine["control_plane", "", "accepted_while_down"] == 0
    # Swarm waits before it replaces a task that failed; Kubernetes restarts it in place at once
    healed = ("crash_loop", "", "delay_1")
    assert swarm[healed] > 2.5
    assert k8s[healed] < swarm[healed]
    # cut off from redis, Swarm's one check ends the replica there; Kubernetes only calls it unready
    duplicates = ("node_failure", "partition", "duplicates")
    assert swarm[duplicates] <= k8s[duplicates]
    assert k8s[duplicates] >= 1
    # stop-first against maxUnavailable 25% of 3, rounded down to none
    # on a machine so slow that the telling had a hole, the least is not known
    of_swarm, of_k8s = (mine["rollout", "", "least_ready"] for mine in (swarm, k8s))
    assert pd.isna(of_swarm) or of_swarm == 2
    assert pd.isna(of_k8s) or of_k8s >= 3
    assert k8s["autoscale", "up", "replicas_reached"] > 3


@pytest.mark.parametrize("target", layout.KINDS)
def test_clean_removes_what_a_killed_harness_left(
    host: Engine, tmp_path: Path, target: str
) -> None:
    with going(tmp_path, target, "scale") as run:
        run.until_event("act")
        run.until_event("started")
        run.process.kill()
    assert left_behind(host) != []
    assert "removed" in finished(seatrial("clean"))
    assert left_behind(host) == []
    (folder,) = run.out.iterdir()
    finished(seatrial("derive", folder))
    finished(seatrial("report", folder))


API = {"swarm": ("swarm-1", "dockerd"), "k8s": ("k8s-1", "kube-apiserver")}


@pytest.mark.parametrize("target", layout.KINDS)
def test_an_api_that_hangs_fails_its_trial_and_the_next_one_runs(
    host: Engine, tmp_path: Path, target: str
) -> None:
    node, process = API[target]

    def signal_api(name: str) -> None:
        host.run(f"seatrial-{node}", ["pkill", f"-{name}", "-x", process[:15]])

    def first_failed() -> bool:
        trial = run.trial(1)
        return trial is not None and trial.status is Status.FAILED

    with going(tmp_path, target, "rollout", repeats=2) as run:
        run.until_event("started")
        signal_api("STOP")
        try:
            run.until("the failure of the first trial", first_failed, 180)
        finally:
            signal_api("CONT")
        output = finished(run.process, 300, MeasurementError.exit_code)
    assert "of 2 trials are not valid" in output
    (folder,) = run.out.iterdir()
    first, second = (read_trial(path) for path in trial_folders(folder))
    assert "does not answer" in first.cause
    assert (second.status, second.cause) == (Status.FINISHED, "")
    assert left_behind(host) == []
