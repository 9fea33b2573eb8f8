"""The headline numbers of a run as plain text: for a terminal, a pipe or a log."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from rich.box import ASCII
from rich.table import Table
from rich.text import Text

from seatrial.harness.beside import read_metrics
from seatrial.harness.point import told
from seatrial.harness.record import Run, Status
from seatrial.harness.recorder import read_run
from seatrial.harness.scenario import Scenario
from seatrial.reports.compare import Case, Row, Section, View, view
from seatrial.reports.contests import Bout, bouts
from seatrial.reports.looks import spoken
from seatrial.reports.numbers import NBSP
from seatrial.reports.plain import HELD, WIDTH, Part, printed
from seatrial.reports.problems import Ending
from seatrial.reports.rows import Cell

HEADLINES = (
    *("all_served", "share_min_fresh", "latency_p99_fresh", "miscounted"),
    *("outage", "failed", "redundancy_restored", "replacement_served"),
    *("up_all_served", "up_fair_share", "up_failed", "down_failed"),
    *("first_new", "all_new", "least_ready"),
    *("first_old", "all_old", "first_shown", "all_shown", "noticed", "returned", "bad_replies"),
    *("share_fresh", "promoted", "aborted", "growth", "lost", "doubled", "duplicates"),
    *("first_new_served", "replicas_reached", "back_at_lowest", "accepted_again", "change_done"),
    *("served_after_ready", "sent_after_told", "backend_restored"),
)
FEW = 3
"""So many metrics stand for a scenario that has none of the headlines."""


def write(folder: Path, scenarios: Mapping[str, type[Scenario]]) -> str:
    """The table of a run directory, as wide as the terminal; MeasurementError without metrics."""
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    return short(read_run(folder), read_metrics(folder), width, scenarios)


def short(
    run: Run,
    metrics: pd.DataFrame,
    width: int = WIDTH,
    scenarios: Mapping[str, type[Scenario]] = MappingProxyType({}),
) -> str:
    """A row a headline, a column a target, and what gave no valid measurement.

    Args:
        run: the run's head.
        metrics: metrics.csv.
        width: of the terminal, in characters.
        scenarios: scenario classes by name, in the order in which to show them.
    """
    begun = {int(number): Ending(Status.FINISHED) for number in metrics["trial"].unique()}
    seen = view(run, metrics, begun, scenarios)
    fought = bouts(seen.sections, metrics, scenarios)
    parts: list[Part] = [
        *([Text(seen.banner)] if seen.banner else []),
        _table(seen),
        *(_bout(bout) for bout in fought if bout.judged),
        *_lines(seen),
    ]
    return printed(parts, width)


def _table(seen: View) -> Table:
    made = Table(box=ASCII, highlight=False)
    for head in ("trial", "metric", *(look.title for look in seen.looks)):
        made.add_column(head, overflow="fold")
    for section in seen.sections:
        for row in headlines(section):
            cells = (Text(_cell(cell)) for cell in row.cells)
            made.add_row(Text(words(section.case)), Text(spoken(row.metric)), *cells)
    return made


def _bout(bout: Bout) -> Table:
    made = Table(box=ASCII, highlight=False)
    for head in (words(bout.case), f"{bout.first.title} / {bout.second.title}", "p", "verdict"):
        made.add_column(Text(head), overflow="fold")
    for line in bout.lines:
        cells = (spoken(line.metric), line.ratio.replace(NBSP, HELD), line.p, line.said)
        made.add_row(*(Text(cell) for cell in cells))
    return made


def headlines(section: Section) -> list[Row]:
    """The rows that a short account of a case needs."""
    known = [row for row in section.rows if row.metric in HEADLINES]
    return known or list(section.rows[:FEW])


def words(case: Case) -> str:
    """A case in few words."""
    parts = (spoken(case.scenario), case.variant, told(case.swept, case.point), case.profile)
    return " ".join(part for part in parts if part)


def _cell(cell: Cell) -> str:
    spread = f" ({cell.spread})" if cell.spread else ""
    return f"{cell.value}{spread}".replace(NBSP, HELD) or cell.missing


def _lines(seen: View) -> Iterator[str]:
    if seen.standing:
        yield seen.standing
    for problem in seen.problems:
        where = f"trial {problem.trial.number}, {problem.target}, {problem.case}"
        yield f"No valid measurement: {where}: {problem.reason}"
