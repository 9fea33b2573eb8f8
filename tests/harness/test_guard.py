"""One process at a time, and a sentence where nothing can be written."""

import errno
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness.errors import EnvironmentUnfitError, UnwritableError, UsageError
from seatrial.harness.guard import held, writing
from seatrial.harness.record import Event, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_status, trial_folders
from seatrial.harness.scenario import Context, Setup
from seatrial.harness.target import Deployment
from seatrial.harness.workload import counter


def test_a_run_directory_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "results" / "r"
    with held(folder):
        (folder / "run.json").touch()
        with (
            pytest.raises(EnvironmentUnfitError, match="Another process works on"),
            held(folder),
        ):
            pass
    with held(folder):
        assert (folder / "run.json").exists()


def test_nothing_stays_of_a_run_that_never_began(tmp_path: Path) -> None:
    with held(tmp_path / "r"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(UnwritableError, match=r"cannot be written: Not a directory. See that"),
        held(tmp_path / "file" / "r"),
    ):
        pass


def test_a_full_disk_gets_a_sentence(tmp_path: Path) -> None:
    spec = TrialSpec(1, 1, "fake", "stock", "deploy", "")
    recorder = TrialRecorder(tmp_path, TrialHead(spec, counter("r", "registry.test")))
    recorder.close()
    with Path("/dev/full").open("ab", buffering=0) as full:
        recorder._events = full  # noqa: SLF001 - no other way to a full disk
        with pytest.raises(UnwritableError, match=r"No space left on device\. Make room"):
            recorder.write(Event(1, "harness", "steady"))


@dataclass(frozen=True)
class FillsUp:
    """The disk is full in the middle of the act."""

    title = "The disk fills up"
    variants = ("",)
    meanings = {}  # noqa: RUF012 - a test double
    needs = ()
    variant: str = ""

    def setup(self) -> Setup:
        return Setup()

    def act(self, _deployment: Deployment, _context: Context) -> None:
        with writing(Path("results")):
            raise OSError(errno.ENOSPC, "")


def test_a_full_disk_ends_the_run_and_fails_no_trial(tmp_path: Path) -> None:
    plan, provider = planned(("fills", ""), ("fills", "")), FakeProvider("fake://full")
    with pytest.raises(UnwritableError):
        runner(tmp_path, plan, provider, fills=FillsUp).run()
    assert [read_status(path) for path in trial_folders(tmp_path)] == [Status.INTERRUPTED]
    with pytest.raises(UsageError, match="holds a run already"):
        runner(tmp_path, plan, provider, fills=FillsUp).run()
