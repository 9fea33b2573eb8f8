"""Whole runs as a program, a terminal and a log are told of them, with FakeTarget and real load."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from support import fake_cli
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness.errors import MeasurementError, Stopped
from seatrial.harness.progress import Begun, Ended, Going, RunBegun, TrialBegun, TrialEnded
from seatrial.harness.remaining import Cost, Forecast

pytestmark = pytest.mark.timeout(400)

SUITE = """
schema = 1
name = "told"
targets = ["fake"]
[load]
rate_per_s = 60
[[scenarios]]
name = "load_balance"
parameters = {{ hold_s = {hold_s} }}
"""
UNSUPPORTED = """
[[scenarios]]
name = "autoscale"
variants = ["up"]
"""
Line = dict[str, Any]


def command(tmp_path: Path, hold_s: float, more: str = "") -> list[str]:
    """The words that run a suite of one trial that holds for so long, and more."""
    suite = tmp_path / "told.toml"
    suite.write_text(SUITE.format(hold_s=hold_s) + more)
    words = ("run", suite, "--seed", 1, "--out", tmp_path / "out")
    return [sys.executable, fake_cli.__file__, *map(str, words)]


@contextmanager
def telling(words: Sequence[str]) -> Iterator[tuple["subprocess.Popen[str]", Iterator[Line]]]:
    """A run in a process of its own, and what it tells, line by line."""
    process = subprocess.Popen([*words, "--json"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process, map(json.loads, process.stdout)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def load_processes(folder: Path) -> list[int]:
    """Processes whose orders are to write into this folder."""
    mine = (p for p in Path("/proc").glob("[0-9]*/environ") if _writes_into(p, folder))
    return [int(environ.parent.name) for environ in mine]


def _writes_into(environ: Path, folder: Path) -> bool:
    try:
        words = environ.read_bytes().split(b"\0")
    except OSError:
        return False
    return any(w.startswith(b"SEATRIAL_LOAD=") and str(folder).encode() in w for w in words)


def test_a_program_is_told_of_a_run_completely_and_in_order(tmp_path: Path) -> None:
    with telling(command(tmp_path, 3, UNSUPPORTED)) as (process, lines):
        first, *between, last = list(lines)
        assert process.wait(60) == last["exit_code"]
    (folder,) = (tmp_path / "out").iterdir()
    assert {line["schema"] for line in (first, *between, last)} == {1}
    assert (first["event"], first["trials"], first["left"]) == ("run_begun", 2, 2)
    assert first["folder"] == last["folder"] == str(folder)
    assert first["left_s"] > 30
    trials = [list(group) for _, group in groupby(between, key=lambda line: line["trial"])]
    assert [trial[0]["turn"] for trial in trials] == [1, 2]
    for begun, *going, ended in trials:
        assert (begun["event"], ended["event"]) == ("trial_begun", "trial_ended")
        assert {line["event"] for line in going} <= {"progress"}
        assert (folder / "trials" / begun["trial"]).is_dir()
    assert (last["event"], last["left"], last["trials"]) == ("run_ended", 0, 2)
    assert last["exit_code"] in {0, MeasurementError.exit_code}  # on a slow machine
    assert last["report"] == str(folder / "report.html")
    held = next(trial for trial in trials if trial[0]["scenario"] == "load_balance")
    check_progress(held[1:-1], held[-1])
    cannot = next(trial for trial in trials if trial[0]["scenario"] == "autoscale")
    assert cannot[-1]["status"] == "unsupported"
    assert "no autoscaler" in cannot[-1]["cause"]


def check_progress(going: list[Line], ended: Line) -> None:
    """Counts only grow, replicas are seen, and the end has all there was."""
    counts = [line["requests"] for line in going]
    assert counts == sorted(counts)
    assert counts[-1] > 0
    assert 3 in {line["ready"] for line in going}
    assert [line for line in going if line["rate_per_s"]]
    left = [line["left_s"] for line in going]
    assert left == sorted(left, reverse=True)
    assert ended["status"] == "finished"
    assert ended["requests"] >= counts[-1]
    assert ended["took_s"] >= going[-1]["since_s"]


def test_a_run_that_is_stopped_tells_its_end_too(tmp_path: Path) -> None:
    with telling(command(tmp_path, 60)) as (process, lines):
        for line in lines:
            if line["event"] == "progress" and line["requests"]:
                break
        process.send_signal(signal.SIGINT)
        *_, trial, run = list(lines)
        assert process.wait(60) == Stopped.exit_code
    assert (trial["event"], trial["status"]) == ("trial_ended", "interrupted")
    assert trial["cause"] == "stopped by the user"
    assert (run["event"], run["status"], run["cause"]) == ("run_ended", "stopped", "")
    assert (run["exit_code"], run["left"]) == (130, 1)


def test_a_load_process_that_dies_fails_its_trial_and_the_telling_goes_on(tmp_path: Path) -> None:
    with telling(command(tmp_path, 60)) as (process, lines):
        for line in lines:
            if line["event"] == "progress" and line["requests"]:
                break
        for identity in load_processes(tmp_path):
            os.kill(identity, signal.SIGKILL)
        *_, trial, run = list(lines)
        assert process.wait(60) == run["exit_code"] == MeasurementError.exit_code
    assert (trial["event"], trial["status"]) == ("trial_ended", "failed")
    assert "load process" in trial["cause"]
    assert trial["requests"] > 0
    assert (run["event"], run["status"]) == ("run_ended", "failed")
    assert "not valid" in run["cause"]


def at_a_terminal(words: Sequence[str], columns: int) -> tuple[str, str, int]:
    """What is drawn on a terminal of that width, what is on standard output, and the exit code."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    left_out = {"COLUMNS", "LINES", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"}
    environ = {name: word for name, word in os.environ.items() if name not in left_out}
    process = subprocess.Popen(
        words,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=environ | {"NO_COLOR": "1", "TERM": "xterm"},
        text=True,
    )
    os.close(theirs)
    drawn = b"".join(_read(ours))
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    return drawn.decode(errors="replace"), out, process.returncode


def _read(terminal: int) -> Iterator[bytes]:
    """All that comes from a terminal, until nobody has its other end any more."""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:
            return
        if not block:
            return
        yield block


def test_at_a_terminal_a_trial_is_drawn_while_it_runs_and_a_line_stays_of_it(
    tmp_path: Path,
) -> None:
    drawn, out, code = at_a_terminal(command(tmp_path, 3), 60)
    assert code in {0, MeasurementError.exit_code}, drawn
    assert "[1/1] fake load_balance, stock" in drawn
    assert "requests/s" in drawn
    assert "3 ready on fake" in drawn
    assert "[1/1] fake load_balance: finished in" in drawn
    assert drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h") == 1
    assert "\x1b[3" not in drawn
    assert "\x1b" not in out
    assert out.splitlines()[-1].endswith("report.html")


class Heard:
    """Keeps what it is told; a stop is the user's, a fault its own."""

    every_s = 1.0

    def __init__(self, fault: BaseException | None = None) -> None:
        self.told: list[Begun | Going | Ended] = []
        self.said: list[str] = []
        self._fault = fault

    def say(self, line: str) -> None:
        self.said.append(line)

    def begin(self, event: Begun) -> None:
        self._take(event)

    def go_on(self, event: Going) -> None:
        self._take(event)

    def end(self, event: Ended) -> None:
        self._take(event)

    def _take(self, event: Begun | Going | Ended) -> None:
        self.told.append(event)
        if self._fault:
            raise self._fault


def heard(folder: Path, provider: FakeProvider, listener: Heard, *cases: tuple[str, str]) -> None:
    """A run of these cases that the listener is told of."""
    forecast = Forecast(25.0, {n: Cost(10.0, 20.0) for n in range(1, 1 + len(cases))})
    made = runner(folder, planned(*cases), provider)
    replace(made, progress=listener, forecast=forecast).run()


@pytest.mark.parametrize("fault", [None, OSError(32, "Broken pipe"), RuntimeError("no terminal")])
def test_whatever_befalls_who_is_told_the_run_goes_on(
    tmp_path: Path, fault: BaseException | None
) -> None:
    listener = Heard(fault)
    heard(tmp_path, FakeProvider("fake://heard"), listener, ("autoscale", "up"), ("deploy", "warm"))
    kinds = [type(event) for event in listener.told if not isinstance(event, Going)]
    assert kinds == [RunBegun, TrialBegun, TrialEnded, TrialBegun, TrialEnded]
    ends = [event for event in listener.told if isinstance(event, TrialEnded)]
    assert [end.status for end in ends] == ["unsupported", "finished"]
    assert [end.turn for end in ends] == [1, 2]
    begins = [event for event in listener.told if isinstance(event, TrialBegun | RunBegun)]
    assert [begin.left_s for begin in begins] == [85, 50, 20]
    assert ends[-1].left_s == 0


def test_trials_of_a_target_that_goes_away_have_only_their_ends(tmp_path: Path) -> None:
    listener, provider = Heard(), FakeProvider("fake://unheard", broken=True)
    heard(tmp_path, provider, listener, ("deploy", "warm"), ("scale", "6"))
    ends = [event for event in listener.told if isinstance(event, TrialEnded)]
    assert [type(event) for event in listener.told] == [RunBegun, TrialEnded, TrialEnded]
    assert {(end.status, end.cause) for end in ends} == {("failed", "the lab went away")}
    assert listener.said[-1] == "  fake: the lab went away"
