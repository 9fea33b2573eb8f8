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


def code(text: str) -> str:
    """Text as it is typed; in a table its pipes are escaped even so."""
    escaped = text.replace("|", r"\|")
    return f"`{escaped}`" if text else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A pipe table of plain words."""
    return grid(_plain(head), map(_plain, rows))


def _plain(cells: Sequence[str]) -> list[str]:
    return [plain(cell) for cell in cells]


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """A pipe table of cells that are Markdown already."""
    return [_row(head), _rule(len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell or NOTHING for cell in cells)} |"


def _rule(columns: int) -> str:
    return f"|{'---|' * columns}"


def bullets(items: Iterable[str]) -> Block:
    """A list."""
    return [f"- {plain(item)}" for item in items]
