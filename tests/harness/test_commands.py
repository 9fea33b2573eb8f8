"""The commands about runs, as a user types them, with FakeTarget for the only target."""

from pathlib import Path

import pytest
from click.testing import Result
from support.fake_runs import FakeProvider
from typer.testing import CliRunner

from seatrial.harness import cli, registry
from seatrial.harness.errors import (
    EnvironmentUnfitError,
    MeasurementError,
    UnknownNameError,
    UnwritableError,
)
from seatrial.harness.fake import FakeTarget
from seatrial.harness.guard import held
from seatrial.harness.recorder import read_run

pytestmark = pytest.mark.timeout(400)

SUITE = """
schema = 1
name = "mine"
targets = ["fake"]
profiles = ["stock", "matched"]
[[scenarios]]
name = "autoscale"
variants = ["up"]
"""
"""What FakeTarget cannot do: nothing is shorter."""


@pytest.fixture(autouse=True)
def only_fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "targets", lambda: {"fake": FakeTarget})
    monkeypatch.setattr(registry, "provider", lambda _: FakeProvider(f"fake://{tmp_path}"))


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(SUITE)
    return path


def seatrial(*words: object) -> Result:
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def said(result: Result, kind: type[Exception]) -> str:
    """The sentence of an error of this kind."""
    assert isinstance(result.exception, kind), result.output
    return str(result.exception)


def ran(out: Path, *words: object) -> Path:
    """The run directory of a run that went well."""
    result = seatrial("run", *words, "--seed", 7, "--out", out)
    assert result.exit_code == 0, result.output
    (folder,) = out.iterdir()
    return folder


def test_parts_by_profile_are_told_planned_and_joined(tmp_path: Path, suite: Path) -> None:
    planned = seatrial("plan", suite, "--seed", 7, "--profile", "matched")
    assert [line.split()[-1] for line in planned.stdout.splitlines()[:-1]] == ["matched"]
    folders = [ran(tmp_path / p, suite, "--profile", p) for p in ("matched", "stock")]
    runs = [read_run(folder) for folder in folders]
    assert [run.command.split("--profile ")[1] for run in runs] == ["matched", "stock"]
    assert [[found.profile for found in run.preflights] for run in runs] == [["matched"], ["stock"]]
    whole = tmp_path / "whole"
    assert seatrial("join", *folders, "--into", whole).exit_code == 0
    assert [trial.number for trial in read_run(whole).planned] == [1, 2]
    assert [case[2] for case in read_run(whole).cases] == ["stock", "matched"]
    complete = seatrial("resume", whole)
    assert "0 of 2 trials are left" in complete.stderr
    assert str(whole / "report.html") in complete.stdout


def test_a_profile_that_the_suite_lacks_gets_a_sentence(suite: Path) -> None:
    sentence = said(seatrial("plan", suite, "--profile", "fast"), UnknownNameError)
    assert sentence == "Suite mine has no profile 'fast': it has stock and matched."


def test_a_report_is_written_in_the_format_that_is_asked_for(tmp_path: Path, suite: Path) -> None:
    folder = ran(tmp_path / "out", suite)
    assert seatrial("report", folder).stdout == f"{folder / 'report.html'}\n"
    table = seatrial("report", folder, "--format", "table").stdout
    assert "autoscale up" in table
    sentence = said(seatrial("report", folder, "--format", "pdf"), UnknownNameError)
    assert sentence.startswith("There is no report format 'pdf': there are html, ")
    (folder / "metrics.csv").unlink()
    assert "seatrial derive" in said(seatrial("report", folder), MeasurementError)


def test_a_run_that_another_process_works_on_is_left_alone(tmp_path: Path, suite: Path) -> None:
    folder = ran(tmp_path / "out", suite)
    with held(folder):
        sentence = said(seatrial("resume", folder), EnvironmentUnfitError)
    assert sentence.startswith(f"Another process works on {folder}")


def test_what_is_no_run_cannot_be_resumed_and_stays_as_it_is(tmp_path: Path) -> None:
    assert "no run directory" in said(seatrial("resume", tmp_path / "none"), MeasurementError)
    assert not (tmp_path / "none").exists()


def test_a_place_for_runs_that_cannot_be_written_gets_a_sentence(suite: Path) -> None:
    sentence = said(seatrial("run", suite, "--out", suite), UnwritableError)
    assert sentence.startswith(f"{suite}/mine-")
    assert "cannot be written: Not a directory" in sentence
