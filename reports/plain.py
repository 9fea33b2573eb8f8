"""Tables and lines as plain text: for a terminal, a pipe or a log."""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seatrial.reports.numbers import NBSP

HELD = "\ue000"
"""Stands in for a no-break space, at which rich breaks lines all the same."""

WIDTH = 100

Part = Table | Text | str


def printed(parts: Iterable[Part], width: int) -> str:
    """Tables and texts in this width, and lines (str) that are not broken."""
    file = StringIO()
    console = Console(file=file, width=width, color_system=None, force_terminal=False)
    for part in parts:
        line = isinstance(part, str)
        shown = part.replace(NBSP, " ") if isinstance(part, str) else part
        console.print(shown, markup=False, highlight=False, soft_wrap=line)
    written = file.getvalue().replace(HELD, " ")
    return "\n".join(line.rstrip() for line in written.splitlines()) + "\n"
