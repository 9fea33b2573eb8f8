"""`seatrial compare`, as a user types it: its outputs and exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from support.two_runs import NOISY, STEADY, TWICE, folder, rows
from typer.testing import CliRunner

from seatrial.harness import cli
from seatrial.harness.errors import MeasurementError, SeatrialError, UnknownNameError, UsageError
from seatrial.harness.record import Threshold


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return folder(tmp_path / "base", rows(STEADY))


def compare(*words: object) -> Result:
    return CliRunner().invoke(cli.app, ["compare", *map(str, words)])


def said(result: Result, kind: type[SeatrialError], code: int) -> str:
    """The sentence of an error of this kind, which ends the program with that code."""
    assert isinstance(result.exception, kind), result.output
    assert kind.exit_code == code
    return str(result.exception)


def test_no_regression_is_exit_code_0_with_a_sentence(tmp_path: Path, base: Path) -> None:
    result = compare(base, folder(tmp_path / "new", rows(STEADY)))
    assert result.exit_code == 0
    assert result.stderr == "No regression: headline metrics: 1 same.\n"
    assert "outage" in result.stdout


def test_a_worse_metric_is_exit_code_1(tmp_path: Path, base: Path) -> None:
    result = compare(base, folder(tmp_path / "new", rows(TWICE)))
    assert result.exit_code == 1
    assert result.stderr == "Regression: headline metrics: 1 worse.\n"


def test_a_better_metric_is_none(tmp_path: Path, base: Path) -> None:
    result = compare(folder(tmp_path / "slow", rows(TWICE)), base)
    assert result.exit_code == 0
    assert result.stderr == "No regression: headline metrics: 1 better.\n"


def test_a_missed_threshold_of_new_is_exit_code_1_also_of_one_trial(tmp_path: Path) -> None:
    asked = (Threshold("self_heal", "", "outage", worse_by=0.25, at_most=60),)
    base = folder(tmp_path / "base", rows([1.0]))
    result = compare(base, folder(tmp_path / "new", rows([2.0]), thresholds=asked))
    assert result.exit_code == 1
    assert result.stderr == (
        "Regression: headline metrics: 1 no verdict; thresholds: 1 missed, 1 kept.\n"
    )
    assert "Threshold missed: swarm self heal kill stock: outage at most 25% worse" in result.stdout
    again = compare(base, folder(tmp_path / "good", rows([1.1]), thresholds=asked))
    assert again.exit_code == 0
    assert again.stderr == ("No regression: headline metrics: 1 no verdict; thresholds: 2 kept.\n")


def test_a_file_of_thresholds_takes_the_place_of_those_of_the_suite(
    tmp_path: Path, base: Path
) -> None:
    mine = (Threshold("self_heal", "", "outage", at_most=0.1),)
    new = folder(tmp_path / "new", rows(STEADY), thresholds=mine)
    assert compare(base, new).exit_code == 1
    limits = tmp_path / "limits.toml"
    limits.write_text('[thresholds]\n"self_heal:kill.outage" = { at_most = 2, unit = "s" }\n')
    assert compare(base, new, "--thresholds", limits).exit_code == 0
    limits.write_text('[thresholds]\n"self_heal.outage" = { at_most = 2000, unit = "ms" }\n')
    assert "in 'ms'" in said(compare(base, new, "--thresholds", limits), UsageError, 2)
    limits.write_text('[thresholds]\n"self_heal.outag" = { at_most = 2 }\n')
    found = said(compare(base, new, "--thresholds", limits), UnknownNameError, 2)
    assert found == "There is no metric of self_heal 'outag'. Did you mean outage?"


def test_where_nothing_could_be_judged_it_is_said_so(tmp_path: Path) -> None:
    few = [
        folder(tmp_path / name, rows(values[:3])) for name, values in (("a", STEADY), ("b", TWICE))
    ]
    result = compare(*few)
    assert result.exit_code == 0
    assert result.stderr == (
        "No regression could be told, for want of 5 valid trials in each run: "
        "headline metrics: 1 no verdict.\n"
    )


def test_nothing_in_common_is_exit_code_4(tmp_path: Path, base: Path) -> None:
    other = folder(tmp_path / "other", rows(STEADY, target="k8s"))
    sentence = said(compare(base, other), MeasurementError, 4)
    assert sentence.startswith("other cannot be compared with base: no headline metric was")
    lost = folder(tmp_path / "lost", rows(STEADY, valid=False, reason="failed"))
    assert said(compare(base, lost), MeasurementError, 4).startswith("lost cannot be compared")


def test_what_only_one_run_has_is_told(tmp_path: Path, base: Path) -> None:
    new = folder(tmp_path / "new", rows(STEADY), rows(NOISY, target="k8s"))
    result = compare(base, new)
    assert result.stderr == "No regression: headline metrics: 1 same; not compared: 1.\n"
    assert "Not compared: k8s self heal kill stock: Only NEW has it." in result.stdout


def test_what_is_no_run_or_has_no_metrics_gets_a_sentence(tmp_path: Path, base: Path) -> None:
    assert "no run directory" in said(compare(base, tmp_path / "none"), MeasurementError, 4)
    (base / "metrics.csv").unlink()
    assert "seatrial derive" in said(compare(base, base), MeasurementError, 4)


def test_a_format_that_is_not_there_names_those_that_are(base: Path) -> None:
    sentence = said(compare(base, base, "--format", "pdf"), UnknownNameError, 2)
    assert sentence == (
        "There is no comparison format 'pdf': there are html, json, junit, markdown, table."
    )


def test_a_file_is_written_and_named(tmp_path: Path, base: Path) -> None:
    out = tmp_path / "compared.json"
    result = compare(base, base, "--format", "json", "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"{out}\n")
    assert json.loads(out.read_text())["regressed"] is False


@pytest.mark.parametrize("form", ["html", "json", "junit", "markdown", "table"])
def test_every_format_tells_of_both_runs(tmp_path: Path, base: Path, form: str) -> None:
    result = compare(base, folder(tmp_path / "later", rows(TWICE)), "--format", form)
    assert result.exit_code == 1
    assert "base" in result.stdout
    assert "later" in result.stdout
    assert "worse" in result.stdout
