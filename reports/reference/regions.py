"""Regions of a document that are made, each between two comments; what is around them is written.

    <!-- made by `make docs`: NAME -->
    ...
    <!-- end -->

Pure.
"""

import re
from collections.abc import Callable

from seatrial.harness.errors import UsageError

BEGIN, END = "<!-- made by `make docs`: ", "<!-- end -->"
REGION = re.compile(
    rf"^{re.escape(BEGIN)}(?P<name>\S+) -->$.*?^{re.escape(END)}$", re.MULTILINE | re.DOTALL
)


def names(text: str) -> list[str]:
    """The regions of a document, by name; UsageError where one has no end."""
    found = [match["name"] for match in REGION.finditer(text)]
    if len(found) != text.count(BEGIN):
        raise UsageError(f"A region has no end: close each with a line {END}.")
    return found


def filled(text: str, part: Callable[[str], str]) -> str:
    """The document with what `part` gives for the name of each region."""
    return REGION.sub(lambda match: _region(match["name"], part(match["name"])), text)


def _region(name: str, part: str) -> str:
    return f"{BEGIN}{name} -->\n\n{part.strip()}\n\n{END}"
