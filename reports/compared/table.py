"""A comparison as plain text: for a terminal, a pipe or a log."""

import shutil
from collections.abc import Iterator, Mapping

from rich.box import ASCII
from rich.table import Table
from rich.text import Text

from seatrial.harness.comparison import Comparison
from seatrial.harness.scenario import Scenario
from seatrial.reports.compared.words import ALIKE, Account, Place, account, why_none
from seatrial.reports.looks import spoken
from seatrial.reports.numbers import NBSP
from seatrial.reports.plain import HELD, WIDTH, Part, printed
from seatrial.reports.table import words

ABSENT = "-"


def write(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> str:
    """The tables, as wide as the terminal."""
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    return text(account(found, scenarios), width)


def text(told: Account, width: int = WIDTH) -> str:
    """Every metric and threshold a row, the worst first, and what else differs a line each."""
    parts: list[Part] = [
        *([Text(told.banner)] if told.banner else []),
        *(f"{party.label}: {party.name}, {party.when}" for party in told.parties),
        _metrics(told),
        *([_limits(told)] if told.limits else []),
        *_lines(told),
    ]
    return printed(parts, width)


def _metrics(told: Account) -> Table:
    heads = ("target", "trial", "metric", "BASE", "NEW", "NEW / BASE", "verdict")
    rows = (
        (*_where(x.place), spoken(x.metric), x.base.median, x.new.median, x.ratio, x.verdict.value)
        for x in told.lines
    )
    return _table(heads, rows)


def _limits(told: Account) -> Table:
    heads = ("target", "trial", "metric", "threshold", "BASE", "NEW", "")
    rows = (
        (
            *(*_where(x.place), spoken(x.metric), x.asked),
            *(x.base.median, x.new.median, x.standing.value),
        )
        for x in told.limits
    )
    return _table(heads, rows)


def _where(place: Place) -> tuple[str, str]:
    return place.look.target, words(place.case)


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Table:
    made = Table(box=ASCII, highlight=False)
    for head in heads:
        made.add_column(Text(head), overflow="fold")
    for row in rows:
        made.add_row(*(Text(cell.replace(NBSP, HELD) or ABSENT) for cell in row))
    return made


def _lines(told: Account) -> Iterator[str]:
    yield from why_none(told.lines)
    for limit in told.missed:
        where = " ".join(filter(None, _where(limit.place)))
        yield f"Threshold missed: {where}: {spoken(limit.metric)} {limit.asked}: {limit.reason}"
    for apart in told.apart:
        where = " ".join(filter(None, (*_where(apart.place), spoken(apart.metric))))
        yield f"Not compared: {where}: {apart.reason}"
    for fact in told.differing:
        both = f"{fact.base or ABSENT} in BASE, {fact.new or ABSENT} in NEW"
        yield f"Differs: {fact.group}: {fact.name}: {both}"
    if not told.differing:
        yield ALIKE
