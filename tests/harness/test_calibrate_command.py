"""The command's words and exit codes; the calibration itself is test_calibration.py's."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from seatrial.harness import calibrate, certificate
from seatrial.harness.certificate import Cell, Certificate
from seatrial.harness.cli import app

CELL = Cell("hang", 200.0, "outage", 12, 0, bias_s=-0.001, p99_s=0.008, limit_s=0.0115)
GOOD = Certificate(1, {"cores": "2"}, (), (CELL,))
OVER = replace(GOOD, cells=(replace(CELL, p99_s=0.02),))


@pytest.mark.parametrize(("found", "code"), [(GOOD, 0), (OVER, 1)])
def test_an_error_over_its_limit_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, found: Certificate, code: int
) -> None:
    monkeypatch.setattr(calibrate, "certify", lambda **_: found)
    result = CliRunner().invoke(app, ["calibrate", "--quick"])
    assert result.exit_code == code
    assert result.stdout == certificate.table(found)


def test_programs_get_the_certificate_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "certify", lambda **_: GOOD)
    result = CliRunner().invoke(app, ["calibrate", "--json"])
    assert certificate.read(result.stdout_bytes) == GOOD
