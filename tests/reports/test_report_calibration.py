"""The report tells how far the instrument was off on this machine, or that nobody knows."""

from dataclasses import replace
from pathlib import Path

from made import SCENARIOS, made_run, run_of, spec

from seatrial.harness.certificate import Cell, Certificate, Pace, written
from seatrial.harness.state import CERTIFICATE
from seatrial.reports.conditions import conditions
from seatrial.reports.html import write
from seatrial.reports.numbers import NBSP

CELL = Cell(
    kind="one_of_three",
    rate_per_s=200.0,
    metric="error_seconds",
    outages=12,
    left_out=0,
    bias_s=-0.001,
    p99_s=0.008,
    limit_s=0.0115,
)
RUN = run_of([spec(1, "swarm", "deploy")])
MADE = Certificate(
    1_700_000_000 * 10**9, dict(RUN.environment), (Pace(200.0, 1.25, 0.14),), (CELL,)
)


def told(certificate: Certificate) -> dict[str, str]:
    found = conditions(RUN, certificate).calibration
    assert found is not None
    return dict(found.facts)


def test_a_run_without_a_certificate_says_so_and_how_to_make_one(tmp_path: Path) -> None:
    text = write(made_run(tmp_path), SCENARIOS).read_text()
    assert "The run has no calibration of its machine" in text
    assert "<code>seatrial calibrate</code>" in text


def test_a_certificate_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    folder = made_run(tmp_path)
    (folder / CERTIFICATE).write_text("{")
    assert "The run has no calibration" in write(folder, SCENARIOS).read_text()


def test_a_certificate_is_told_with_every_kind_and_rate(tmp_path: Path) -> None:
    folder = made_run(tmp_path)
    (folder / CERTIFICATE).write_bytes(written(MADE))
    text = write(folder, SCENARIOS).read_text()
    assert "The run has no calibration" not in text
    assert "Errors of the calibration" in text
    assert "one of three" in text


def test_errors_are_in_milliseconds_with_their_limit() -> None:
    found = conditions(RUN, MADE).calibration
    assert found is not None
    times = tuple(f"{value}{NBSP}ms" for value in ("-1.0", "8.0", "11.5"))
    assert found.rows == (("one of three", "200", "error seconds", "12", *times, "yes"),)
    assert told(MADE)["Result"] == "all 1 pairs of kind and rate within the limit"
    assert told(MADE)["Made"] == "2023-11-14 22:13 UTC"


def test_what_was_over_busy_or_made_elsewhere_is_said() -> None:
    other = replace(
        MADE,
        environment={**RUN.environment, "kernel": "5.10"},
        cells=(CELL, replace(CELL, p99_s=0.02), replace(CELL, left_out=20)),
    )
    found = conditions(RUN, other).calibration
    assert found is not None
    assert [row[-1] for row in found.rows] == ["yes", "no", "not known: the machine was busy"]
    assert found.rows[2][3] == "12 of 32"
    assert told(other)["Result"] == "2 of 3 pairs of kind and rate not within the limit"
    assert told(other)["Otherwise than in this run"] == "kernel"
    assert "Otherwise than in this run" not in told(MADE)
