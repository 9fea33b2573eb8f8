"""The chapters of the Markdown report: blocks of lines that an empty line parts. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from seatrial.harness.record import Run
from seatrial.harness.verdicts import MARGIN, Verdict
from seatrial.reports.compare import Row, Section, View
from seatrial.reports.conditions import Site, conditions
from seatrial.reports.contests import Bout
from seatrial.reports.looks import look, spoken
from seatrial.reports.medians import middle
from seatrial.reports.problems import Problem
from seatrial.reports.rows import Cell, Measured, of_trials

Block = Sequence[str]
NOTHING = "–"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A pipe table; what is in its cells stays text."""
    return [_cells(map(plain, head)), _cells("---" for _ in head)] + [
        _cells(plain(cell) or NOTHING for cell in row) for row in rows
    ]


def plain(text: str) -> str:
    """The text on one line, without a meaning to Markdown or HTML."""
    for sign in "\\`*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.replace("&", "&amp;").replace("<", "&lt;").split(" "))
