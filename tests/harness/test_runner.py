"""Whole runs on FakeTarget, with the real load process: what goes well and what does not."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness import registry, state
from seatrial.harness.derive import derive
from seatrial.harness.fake_cluster import CLUSTERS, FakeCluster
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment

pytestmark = pytest.mark.timeout(400)


def test_deriving_again_gives_the_same_and_leaves_the_record_alone(tmp_path: Path) -> None:
    runner(tmp_path, planned(("deploy", "warm")), FakeProvider("fake://derive")).run()
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    derive(tmp_path, registry.scenarios())
    first = (tmp_path / "metrics.csv").read_bytes()
    derive(tmp_path, registry.scenarios())
    assert (tmp_path / "metrics.csv").read_bytes() == first
    assert {p: p.read_bytes() for p in before} == before


def test_a_run_takes_the_machine_s_newest_calibration_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    state.certificate().parent.mkdir(parents=True)
    state.certificate().write_text("made before")
    runner(tmp_path / "run", planned(), FakeProvider("fake://certified")).run()
    assert (tmp_path / "run" / state.CERTIFICATE).read_text() == "made before"


@dataclass(frozen=True)
class Dies:
    """The orchestrator's API dies in the middle of the act."""

    name = "dies"
    title = "The API dies"
    variants = ("",)
    meanings = {}  # noqa: RUF012 - a test double
    better = {}  # noqa: RUF012 - the same
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
    import signal, sys
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    from pathlib import Path
    sys.path[:0] = {paths!r}
    from support.fake_runs import FakeProvider, planned, runner
    runner(Path({folder!r}), planned(("scale", "6")), FakeProvider("fake://signal")).run()
"""


@contextmanager
def harness_in_the_middle(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own, once its act has been recorded."""
    script = HARNESS.format(paths=[str(Path(__file__).parents[1])], folder=str(folder))
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
