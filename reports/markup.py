"""Pieces of Markdown whose words stay words. Pure."""

from collections.abc import Iterable, Sequence

Block = Sequence[str]
"""Lines that belong together: a paragraph, a list or a table."""

NOTHING = "-"
SIGNS = "\\`*_[]|<"


def plain(text: str) -> str:
    """The text on one line, without a meaning to Markdown or HTML."""
    escaped = "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)
    return " ".join(escaped.replace("&", "&amp;").splitlines())


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A pipe table."""
    return [_row(head), _rule(len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(plain(cell) or NOTHING for cell in cells)} |"


def _rule(columns: int) -> str:
    return f"|{'---|' * columns}"


def bullets(items: Iterable[str]) -> Block:
    """A list."""
    return [f"- {plain(item)}" for item in items]
