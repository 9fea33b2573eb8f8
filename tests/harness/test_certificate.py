"""A certificate: what it says of a machine, written and read back."""

from dataclasses import replace

import pytest

from seatrial.harness.certificate import Cell, Certificate, Pace, read, table, written
from seatrial.harness.errors import MeasurementError

CELL = Cell(
    kind="hang",
    rate_per_s=200.0,
    metric="outage",
    outages=12,
    left_out=0,
    bias_s=-0.001,
    p99_s=0.008,
    limit_s=0.0115,
)
GOOD = Certificate(1_700_000_000 * 10**9, {"cores": "2"}, (Pace(200.0, 1.25, 0.14),), (CELL,))


def with_cell(**changes: float) -> Certificate:
    other = replace(CELL, kind="slow", **changes)  # type: ignore[arg-type] - numbers of a Cell
    return replace(GOOD, cells=(CELL, other))


def test_a_certificate_is_read_back_as_it_was_written() -> None:
    assert read(written(GOOD)) == GOOD


@pytest.mark.parametrize("text", [b"", b"{}", written(GOOD)[:-20]])
def test_what_is_no_certificate_is_said_with_what_to_do(text: bytes) -> None:
    with pytest.raises(MeasurementError, match="run `seatrial calibrate` again"):
        read(text)


def test_one_kind_over_its_limit_makes_it_bad() -> None:
    assert GOOD.good
    found = with_cell(p99_s=0.0116)
    assert not found.good
    assert [cell.verdict for cell in found.cells] == ["ok", "over"]
    assert "24 outages: 1 of 2 not within the limit" in table(found)


def test_a_machine_that_was_busy_at_most_edges_proves_nothing() -> None:
    assert [with_cell(left_out=n).cells[1].verdict for n in (12, 13)] == ["ok", "busy"]
    assert with_cell(outages=0).cells[1].verdict == "busy"


def test_the_table_has_a_line_a_cell_in_milliseconds() -> None:
    lines = table(GOOD).splitlines()
    assert lines[1].split() == ["hang", "200", "outage", "12", "-1.00", "8.00", "11.50", "ok"]
    assert lines[2] == "at 200 req/s: dispatch lag p99 1.2 ms, generator 14% of a core"
    assert lines[3] == "12 outages: all within"
