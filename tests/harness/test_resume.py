"""What is left of a run that ended early, and how it goes on, on FakeTarget."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness import registry, resume
from seatrial.harness.errors import EnvironmentUnfitError, MeasurementError, UnknownNameError
from seatrial.harness.fake import FakeTarget
from seatrial.harness.fake_cluster import CLUSTERS
from seatrial.harness.guard import freed, take
from seatrial.harness.load import loading
from seatrial.harness.model import Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import Event, LoadPlan, Run, Status, TrialSpec
from seatrial.harness.recorder import (
    TrialHead,
    TrialRecorder,
    read_run,
    read_status,
    read_trial,
    trial_folders,
    write_run,
)
from seatrial.harness.target import Connection
from seatrial.harness.workload import counter

pytestmark = pytest.mark.timeout(400)

PLAN = planned(("scale", "6"), ("deploy", "warm"), ("scale", "6"))
ENVIRONMENT = {"kernel": "an older one"}


def begun(folder: Path, plan: Plan, endings: Sequence[str]) -> Path:
    """A run of which so many trials were begun; "" is no ending."""
    run = Run(folder.name, "t", 1, 1, "seatrial run t", 0, 0, ENVIRONMENT, (), {}, plan.trials)
    write_run(folder, replace(run, provider="fake"))
    for spec, ending in zip(plan.trials, endings, strict=False):
        recorder = TrialRecorder(folder, TrialHead(spec, counter(folder.name, "registry.test")))
        recorder.write(Event(1, "harness", "act", "", {"what": "deploy"}))
        if ending:
            recorder.write(Event(2, "harness", ending))
        recorder.close()
    return folder


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_has_an_ending_is_never_run_again(tmp_path: Path) -> None:
    plan = planned(*[("scale", "6")] * 7)
    ended = ["finished", "failed", "unsupported", "not_implemented", "interrupted", ""]
    folder = begun(tmp_path / "r", plan, ended)
    assert [spec.number for spec in resume.left(folder, plan.trials)] == [5, 6, 7]


@pytest.mark.parametrize("name", ["trial.json", "events.jsonl"])
def test_a_trial_whose_record_is_torn_has_no_ending(tmp_path: Path, name: str) -> None:
    folder = begun(tmp_path / "r", PLAN, ["finished"] * 3)
    torn = trial_folders(folder)[1] / name
    torn.write_bytes(torn.read_bytes()[:-2])
    assert [spec.number for spec in resume.left(folder, PLAN.trials)] == [2]


def test_a_resumed_run_runs_what_was_under_way_and_what_was_not_begun(tmp_path: Path) -> None:
    folder = begun(tmp_path / "r", PLAN, ["finished", "", "finished"])
    first, torn, third = (folder / "trials" / spec.slug for spec in PLAN.trials)
    (torn / "trial.json").unlink()  # as a kill right after the folder was made leaves it
    (torn / "samples.parquet").write_text("of the killed one")
    (folder / "cleared").mkdir()  # as a kill while the folder is cleared away leaves it
    before = contents(first) | contents(third) | {folder / "run.json": b""}
    before[folder / "run.json"] = (folder / "run.json").read_bytes()
    provider = FakeProvider("fake://resumed")
    FakeTarget(Connection(provider.address, "")).launch(counter("r", "registry.test"))
    runner(folder, PLAN, provider).resume()
    trial = read_trial(torn)
    assert trial.status is Status.FINISHED
    assert "deploy" in [event.detail.get("what") for event in trial.events]
    assert {path: path.read_bytes() for path in before} == before
    assert sorted(path.name for path in folder.iterdir()) == ["resumed.jsonl", "run.json", "trials"]
    assert not CLUSTERS[provider.address].services
    (resumed,) = read_run(folder).resumed
    assert (resumed.trials, resumed.again) == ((2,), (2,))
    assert resumed.environment["kernel"] != ENVIRONMENT["kernel"]
    assert [found.target for found in resumed.preflights] == ["fake"]
    assert resumed.wall_ns > 0


def test_a_complete_run_is_left_as_it_is(tmp_path: Path) -> None:
    folder = begun(tmp_path / "r", PLAN, ["finished"] * 3)
    before, provider = contents(folder), FakeProvider("fake://complete")
    runner(folder, PLAN, provider).resume()
    assert contents(folder) == before
    assert provider.provided == []


def test_a_run_goes_on_with_the_plan_it_began_with(tmp_path: Path) -> None:
    plan = replace(PLAN, suite="t", seed=1, cases=(("scale", "6", "stock"),))
    folder = begun(tmp_path / "r", plan, [])
    again = resume.plan_of(read_run(folder))
    assert (again.trials, again.seed, again.provider) == (plan.trials, 1, "fake")
    assert again.profiles == {"stock": Settings()}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (TrialSpec(4, 1, "nomad", "stock", "scale", "6"), "trial 4 needs target 'nomad'"),
        (TrialSpec(4, 1, "fake", "stock", "sink", ""), "needs scenario 'sink'"),
        (TrialSpec(4, 1, "fake", "stock", "scale", "7"), "needs variant '7' of scale"),
        (TrialSpec(4, 1, "fake", "stock", "scale", "6", {"x": 1}), "scale with these parameters"),
    ],
)
def test_a_plan_that_cannot_be_made_any_more_gets_a_sentence(spec: TrialSpec, said: str) -> None:
    with pytest.raises(UnknownNameError, match=f"cannot go on: .*{said}"):
        resume.check([spec], {"fake": FakeTarget}, registry.scenarios())


def test_a_run_of_another_format_gets_a_sentence(tmp_path: Path) -> None:
    folder = begun(tmp_path / "r", PLAN, [])
    other = json.loads((folder / "run.json").read_text()) | {"schema": 2, "seed": "another kind"}
    (folder / "run.json").write_text(json.dumps(other))
    with pytest.raises(MeasurementError, match="in format 2, and this version of Seatrial reads"):
        read_run(folder)


def test_what_was_noted_of_a_resumption_survives_a_torn_line(tmp_path: Path) -> None:
    plan = planned(("autoscale", "up"))  # which FakeTarget cannot
    folder = begun(tmp_path / "r", plan, [])
    (folder / "resumed.jsonl").write_bytes(b'{"monotonic_ns":3,"wa')
    runner(folder, plan, FakeProvider("fake://noted")).resume()
    assert [resumption.trials for resumption in read_run(folder).resumed] == [(1,)]


def test_a_load_process_locks_its_log_as_long_as_it_lives(tmp_path: Path) -> None:
    spool = tmp_path / "samples.arrow"
    with loading(LoadPlan(), spool):
        assert not freed(tmp_path / "samples.log", 0)
    assert freed(tmp_path / "samples.log", 0)


def test_no_trial_is_run_again_while_its_old_load_may_still_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begun(tmp_path / "r", PLAN, [""])
    log = trial_folders(folder)[0] / "samples.log"
    monkeypatch.setattr(resume, "LOAD_GONE_S", 0.2)
    with log.open("wb") as held:
        take(held)
        with pytest.raises(EnvironmentUnfitError, match=r"still writes .*samples\.log"):
            resume.clear(folder, PLAN.trials[0])
        assert read_status(log.parent) is Status.INTERRUPTED
        assert log.exists()
    resume.clear(folder, PLAN.trials[0])
    assert not log.parent.exists()
