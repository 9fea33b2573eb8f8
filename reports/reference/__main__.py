"""`python -m seatrial.reports.reference FOLDER`: makes the regions of its documents anew."""

import sys
from collections.abc import Sequence
from pathlib import Path

from seatrial.harness.errors import SeatrialError, UsageError
from seatrial.reports.reference.pages import stale


def main(arguments: Sequence[str]) -> int:
    """Write what has changed, and tell which documents those are."""
    try:
        if len(arguments) != 1:
            raise UsageError("Give one folder: python -m seatrial.reports.reference docs")
        for path, text in stale(Path(arguments[0])):
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path}\n")
    except SeatrialError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
