"""Whole runs on FakeTarget, with the real load process: what goes well and what does not."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.harness import registry
from seatrial.harness.derive import derive
from seatrial.harness.errors import UnreachableError
from seatrial.harness.fake import FakeTarget
from seatrial.harness.fake_cluster import CLUSTERS, FakeCluster
from seatrial.harness.model import Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import LoadPlan, Status, TrialSpec
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.runner import Runner
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Connection, Deployment

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.timeout(400)

SHORT: dict[str, dict[str, object]] = {
    "deploy": {"hold_s": 1.0},
    "load_balance": {"hold_s": 3.0},
    "self_heal": {"hold_s": 1.0},
    "crash_loop": {"kills": 3, "hold_s": 0.5},
    "scale": {"up_hold_s": 6.0, "down_hold_s": 1.0},
    "discovery": {"hold_s": 1.0},
    "rollout": {"hold_s": 1.0},
    "rollback": {"hold_s": 1.0},
    "bad_rollout": {"watch_s": 3.0, "hold_s": 1.0},
    "canary": {"hold_s": 2.0, "after_s": 1.0},
    "config_change": {"hold_s": 1.0},
}


@dataclass
class FakeProvider:
    """One fake cluster at an address of its own."""

    address: str
    broken: bool = False
    provided: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        return ["fake"]

    @contextmanager
    def provide(self, target: str) -> Iterator[Connection]:
        self.provided.append(target)
        if self.broken and len(self.provided) > 1:
            raise UnreachableError("the lab went away")
        yield Connection(self.address, "registry.test", exclusive=True)


def planned(*cases: tuple[str, str]) -> Plan:
    specs = [
        TrialSpec(n, 1, "fake", "stock", name, variant, SHORT.get(name, {}), LoadPlan(100))
        for n, (name, variant) in enumerate(cases, 1)
    ]
    return Plan("test", "test", "fake", 1, 1, {"stock": Settings()}, tuple(specs))


def runner(
    folder: Path,
    plan: Plan,
    provider: FakeProvider,
    say: Callable[[str], None] = lambda _: None,
    **scenarios: type,
) -> Runner:
    known = registry.scenarios() | scenarios
    return Runner(plan, folder, "seatrial run test", {"fake": FakeTarget}, known, provider, say)


CASES = (
    ("deploy", "cold"),
    ("load_balance", ""),
    *[("self_heal", variant) for variant in ("delete", "crash", "hang")],
    ("crash_loop", ""),
    ("scale", "6"),
    *[("discovery", variant) for variant in ("add", "remove")],
    ("rollout", ""),
    ("rollback", ""),
    *[("bad_rollout", variant) for variant in ("unready", "error")],
    *[("canary", variant) for variant in ("good", "bad")],
    ("config_change", ""),
)
"""What FakeTarget can do; of variants that are one to it, one."""

MAY_LACK = {"up_fair_share", "named_after_ready", "unnamed_after_told"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all of them."""
    folder = tmp_path_factory.mktemp("every")
    runner(folder, planned(*CASES), FakeProvider("fake://run")).run()
    return folder


@pytest.fixture(scope="module")
def found(ran: Path) -> "pd.Series[float]":
    """Every metric's value by scenario, variant and name."""
    frame = derive(ran, registry.scenarios())
    return frame.set_index(["scenario", "variant", "metric"])["value"].sort_index()


def test_every_scenario_runs_measures_and_leaves_nothing(
    ran: Path, found: "pd.Series[float]"
) -> None:
    trials = [read_trial(path) for path in trial_folders(ran)]
    ended = {(t.spec.scenario, t.spec.variant): (t.status, t.cause) for t in trials}
    assert ended == dict.fromkeys(CASES, (Status.FINISHED, ""))
    missing = found[found.isna()].drop(MAY_LACK, level="metric", errors="ignore")
    assert missing.empty, missing.to_string()
    assert not CLUSTERS["fake://run"].services


def test_what_is_lost_comes_back_and_an_image_that_is_missing_takes_its_time(
    found: "pd.Series[float]",
) -> None:
    assert found["load_balance", "", "miscounted"] == 0
    assert found["load_balance", "", "jain_index_fresh"] > 0.98
    assert 0.7 <= found["deploy", "cold", "first_ready"] < 5
    assert 0.2 < found["self_heal", "crash", "redundancy_restored"] < 5
    assert found["self_heal", "crash", "replacement_served"] > 0
    assert found["self_heal", "hang", "redundancy_restored"] > 1
    assert found["self_heal", "hang", "failed_timeout"] > 0
    assert 0.2 < found["crash_loop", "", "growth"] < 5
    assert found["scale", "6", "up_all_served"] >= found["scale", "6", "up_first_served"]


def test_versions_come_and_go_and_bad_ones_show(found: "pd.Series[float]") -> None:
    for scenario in ("rollout", "rollback", "config_change"):
        assert found[scenario, "", "least_ready"] >= 3
        assert found[scenario, "", "failed"] == 0
    assert found["bad_rollout", "unready", "noticed"] < 3
    assert found["bad_rollout", "unready", "old_kept"] == 3
    assert found["bad_rollout", "unready", "bad_replies"] == 0
    assert found["bad_rollout", "error", "noticed"] == 3
    assert found["bad_rollout", "error", "old_kept"] == 0
    assert found["bad_rollout", "error", "bad_replies"] > 100
    for variant in ("good", "bad"):
        assert 0.2 < found["canary", variant, "share_fresh"] < 0.3
    assert found["canary", "bad", "bad_replies"] > 20


def test_deriving_again_gives_the_same_and_leaves_the_record_alone(tmp_path: Path) -> None:
    runner(tmp_path, planned(("deploy", "warm")), FakeProvider("fake://derive")).run()
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    derive(tmp_path, registry.scenarios())
    first = (tmp_path / "metrics.csv").read_bytes()
    derive(tmp_path, registry.scenarios())
    assert (tmp_path / "metrics.csv").read_bytes() == first
    assert {p: p.read_bytes() for p in before} == before


@dataclass(frozen=True)
class Dies:
    """The orchestrator's API dies in the middle of the act."""

    name = "dies"
    title = "The API dies"
    variants = ("",)
    meanings = {}  # noqa: RUF012 - a test double
    needs = ()
    variant: str = ""
    address: str = "fake://dies"

    def setup(self) -> Setup:
        return Setup()

    def act(self, deployment: Deployment, context: Context) -> None:
        CLUSTERS[self.address].reachable = False
        with context.acting("scale", "frontend"):
            deployment.scale("frontend", 5)

    def measure(self, _: object) -> list[object]:
        return []


def test_an_api_that_dies_fails_its_trial_and_the_next_one_runs(tmp_path: Path) -> None:
    cluster = CLUSTERS.setdefault("fake://dies", FakeCluster())

    class DiesOnce(Dies):
        def act(self, deployment: Deployment, context: Context) -> None:
            if not list(tmp_path.glob("trials/0002*")):
                super().act(deployment, context)

    def revive(_: str) -> None:  # whoever is told of a trial's end or beginning
        cluster.reachable = True

    provider, plan = FakeProvider("fake://dies"), planned(("dies", ""), ("dies", ""))
    runner(tmp_path, plan, provider, revive, dies=DiesOnce).run()
    first, second = (read_trial(path) for path in trial_folders(tmp_path))
    assert first.status is Status.FAILED
    assert "does not answer" in first.cause
    assert second.status is Status.FINISHED
    assert not cluster.services


def test_a_target_that_goes_away_fails_its_trials_with_the_cause(tmp_path: Path) -> None:
    provider = FakeProvider("fake://away", broken=True)
    runner(tmp_path, planned(("deploy", "warm"), ("scale", "6")), provider).run()
    trials = [read_trial(path) for path in trial_folders(tmp_path)]
    assert [(t.status, t.cause) for t in trials] == [(Status.FAILED, "the lab went away")] * 2
    frame = derive(tmp_path, registry.scenarios())
    assert frame["reason"].tolist() == ["failed: the lab went away"] * 2
    assert read_run(tmp_path).planned[1].scenario == "scale"


HARNESS = """
    import sys
    from pathlib import Path
    sys.path[:0] = {paths!r}
    from test_runner import FakeProvider, planned, runner
    runner(Path({folder!r}), planned(("scale", "6")), FakeProvider("fake://signal")).run()
"""


@contextmanager
def harness_in_the_middle(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own, once its act has been recorded."""
    script = HARNESS.format(paths=[str(Path(__file__).parent)], folder=str(folder))
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    events = folder / "trials" / "0001-fake-scale-6" / "events.jsonl"
    deadline = time.monotonic() + 60
    while not (events.exists() and "scale_up" in events.read_text()):
        assert time.monotonic() < deadline, "the act was never recorded"
        assert process.poll() is None, "the harness ended too soon"
        time.sleep(0.1)
    yield process
    process.wait(60)


def load_processes(folder: Path) -> list[int]:
    """Processes that write into this run's folder."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def test_ctrl_c_stops_the_load_and_keeps_what_was_recorded(tmp_path: Path) -> None:
    with harness_in_the_middle(tmp_path) as process:
        process.send_signal(signal.SIGINT)
    (trial,) = (read_trial(path) for path in trial_folders(tmp_path))
    assert (trial.status, trial.cause) == (Status.INTERRUPTED, "stopped by the user")
    assert len(trial.samples) > 0
    assert load_processes(tmp_path) == []


def test_a_killed_harness_takes_its_load_with_it_and_leaves_a_readable_record(
    tmp_path: Path,
) -> None:
    with harness_in_the_middle(tmp_path) as process:
        process.kill()
    deadline = time.monotonic() + 20
    while load_processes(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert load_processes(tmp_path) == []
    (trial,) = (read_trial(path) for path in trial_folders(tmp_path))
    assert trial.status is Status.INTERRUPTED
    assert len(trial.samples) > 0
    assert derive(tmp_path, registry.scenarios())["valid"].tolist().count(True) == 0
