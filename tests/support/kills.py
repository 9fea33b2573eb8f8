"""Harnesses that are killed, and what must hold of a run whatever moment that was."""

import hashlib
import random
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_run, read_status, trial_folders

PATIENCE_S = 240
Record = dict[Path, str]
"""A checksum a file."""


def checksums(files: Iterable[Path]) -> Record:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def finished(run: Path) -> Record:
    """The run's head, and the raw files of the trials that have their ending."""
    ended = [path for path in trial_folders(run) if read_status(path) is not Status.INTERRUPTED]
    files = [path for folder in ended for path in folder.rglob("*") if path.is_file()]
    return checksums([run / "run.json", *files])


def recorded(out: Path) -> int:
    """How many lines of events there are."""
    return sum(path.read_bytes().count(b"\n") for path in out.glob("*/trials/*/events.jsonl"))


@dataclass
class Voyage:
    """One run in `out`, whose harness is killed and started again; `command` starts Seatrial."""

    out: Path
    command: Sequence[str]
    suite: Path
    kept: list[Record] = field(default_factory=list)
    kills: int = 0

    @property
    def run(self) -> Path | None:
        """The run directory once there is one."""
        return next((path.parent for path in self.out.glob("*/run.json")), None)

    def words(self) -> list[str]:
        """What begins the run or goes on with it."""
        if self.run:
            return [*self.command, "resume", str(self.run)]
        return [*self.command, "run", str(self.suite), "--seed", "1", "--out", str(self.out)]

    def kill(self, moment: Callable[[], bool], delay_s: float) -> None:
        """Start, kill so long after the moment unless it has ended by then, and look."""
        process = subprocess.Popen(self.words(), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while process.poll() is None and not moment():
            assert time.monotonic() < deadline, "the moment did not come"
            time.sleep(0.02)
        time.sleep(delay_s)
        self.kills += process.poll() is None
        process.kill()
        process.wait()
        if self.run:
            self.kept.append(finished(self.run))

    def kill_anywhere(self, dice: random.Random, events: int) -> None:
        """Kill after a random number of events more, and some time."""
        wanted = recorded(self.out) + dice.randint(-1, events)
        self.kill(lambda: recorded(self.out) >= wanted, dice.uniform(0, 0.5))

    def end(self) -> None:
        """Go on to the end; then nothing may be lost, changed, or there twice."""
        done = subprocess.run(
            self.words(), capture_output=True, text=True, timeout=10 * PATIENCE_S, check=False
        )
        # on a machine that is busy too many trials may not be valid, which is another thing
        assert done.returncode in {0, MeasurementError.exit_code}, done.stderr
        assert self.run
        trials = sorted((self.run / "trials").iterdir())
        assert [path.name for path in trials] == [t.slug for t in read_run(self.run).planned]
        assert {read_status(path) for path in trials} == {Status.FINISHED}
        assert not (self.run / "cleared").exists()
        for record in self.kept:
            assert record == checksums(record)
        assert str(self.run / "report.html") in done.stdout
        assert "</html>" in (self.run / "report.html").read_text()
