"""The short table for a terminal."""

from pathlib import Path

import pytest
from made import SCENARIOS, made_run, row, run_of, spec, table

from seatrial.harness.record import Metric
from seatrial.reports.table import short, write

SPECS = [
    spec(1, "swarm", "self_heal", "kill"),
    spec(2, "k8s", "self_heal", "kill"),
    spec(3, "swarm", "other"),
    spec(4, "k8s", "deploy"),
]
ROWS = [
    row(SPECS[0], Metric("outage", "s", 0.66, 0.64, 0.68)),
    row(SPECS[0], Metric("error_seconds", "s", 0.3)),
    row(SPECS[1], Metric("outage", "s", 90.0, censored=True)),
    row(SPECS[2], Metric("odd", "req", 3)),
    row(SPECS[3], Metric("", "", None), valid=False, reason="failed: not [bold]ready[/bold]"),
]


def test_headlines_stand_in_a_row_each_with_a_column_a_target() -> None:
    text = short(run_of(SPECS), table(ROWS))
    line = next(line for line in text.splitlines() if "outage" in line)
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells == ["self heal kill stock", "outage", "0.660 s (0.640 to 0.680 s)", "> 90.0 s"]
    assert "error seconds" not in text


def test_a_scenario_without_headlines_shows_what_it_has() -> None:
    assert "| odd" in short(run_of(SPECS), table(ROWS))


def test_what_gave_no_measurement_is_said_in_its_own_words() -> None:
    text = short(run_of(SPECS), table(ROWS))
    assert "trial 4, Kubernetes, deploy stock: failed: not [bold]ready[/bold]" in text
    assert "No winner is declared: 0 to 1 valid trials of each." in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_is_plain_ascii_within_its_width(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = short(run_of(SPECS), table(ROWS), width=width)
    assert text.isascii()
    assert "\x1b" not in text
    assert all(len(line) <= width for line in text.splitlines() if line.startswith(("|", "+")))


def test_no_number_is_broken_from_its_unit() -> None:
    text = short(run_of(SPECS), table(ROWS), width=70)
    assert "0.640 to 0.680 s)" in text


def test_a_fake_target_is_announced_first() -> None:
    fake = spec(1, "fake", "deploy")
    text = short(run_of([fake]), table([row(fake, Metric("all_served", "s", 1.0))]))
    assert text.startswith("Made with the test double FakeTarget")


def test_a_run_directorys_table_has_the_scenarios_order(tmp_path: Path) -> None:
    text = write(made_run(tmp_path), SCENARIOS)
    assert text.endswith("\n")
    places = [text.index(name) for name in ("| deploy warm", "| self heal kill", "| scale 6")]
    assert places == sorted(places)
