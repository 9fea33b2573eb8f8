"""The arguments and options that several commands share, with what a shell completes for each."""

from pathlib import Path
from typing import Annotated

import typer

from seatrial.harness import complete

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
Events = Annotated[
    bool, typer.Option("--json", help="Progress for programs: an event a line, nothing else.")
]
SuiteName = Annotated[
    str,
    typer.Argument(
        help="A suite's name, or the path of a suite file.", autocompletion=complete.suites
    ),
]
Seed = Annotated[int | None, typer.Option(help="Seed of the order of trials; new without it.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help="SCENARIO or SCENARIO:VARIANT; may be given again.", autocompletion=complete.cases
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        help="Only the trials with these settings, stock or matched.",
        autocompletion=complete.profiles,
    ),
]
Folder = Annotated[
    Path,
    typer.Argument(help="A run directory, results/<run>.", autocompletion=complete.runs),
]
Parts = Annotated[
    list[Path],
    typer.Argument(help="Run directories of one plan.", autocompletion=complete.runs),
]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="html, or another of the formats that are registered.",
        autocompletion=complete.formats,
    ),
]
