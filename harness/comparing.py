"""`seatrial compare`: two run directories in, what is said of them out, in the format asked for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from seatrial.harness import complete, registry
from seatrial.harness.beside import read_certificate, read_metrics
from seatrial.harness.circumstances import Recorded
from seatrial.harness.comparison import Comparison
from seatrial.harness.comparison import compare as compared
from seatrial.harness.guard import writing
from seatrial.harness.record import Threshold
from seatrial.harness.recorder import read_run
from seatrial.harness.scenario import Scenario
from seatrial.harness.tables import read
from seatrial.harness.thresholds import ThresholdFile, asked, everywhere
from seatrial.harness.versus import held

Format = Callable[[Comparison, Mapping[str, type[Scenario]]], str]
"""What an entry point of `seatrial.comparisons` is: a comparison as text."""


def compare(
    base: Annotated[
        Path,
        typer.Argument(
            help="The run directory that is compared with.", autocompletion=complete.runs
        ),
    ],
    new: Annotated[
        Path,
        typer.Argument(help="The run directory that is judged.", autocompletion=complete.runs),
    ],
    form: Annotated[
        str, typer.Option("--format", help="table, markdown, html, junit, json, or another.")
    ] = "table",
    out: Annotated[
        Path | None, typer.Option(help="A file to write to, instead of standard output.")
    ] = None,
    thresholds: Annotated[
        Path | None,
        typer.Option(help="A TOML file with a table of thresholds, instead of NEW's own suite's."),
    ] = None,
) -> None:
    """Compare run NEW with run BASE; exit code 1 where it is worse, or misses a threshold."""
    write: Format = registry.comparison(form)
    scenarios = registry.scenarios()
    wanted = None if thresholds is None else _thresholds(thresholds, scenarios)
    found = compared(_recorded(base), _recorded(new), scenarios, wanted)
    _deliver(write(found, scenarios), out)
    typer.echo(found.outcome, err=True)
    raise typer.Exit(1 if found.regressed else 0)


def _thresholds(path: Path, scenarios: Mapping[str, type[Scenario]]) -> tuple[Threshold, ...]:
    """Those of a file, which may name what neither run has."""
    return asked(read(path, ThresholdFile).thresholds, everywhere(scenarios), scenarios)


def _recorded(folder: Path) -> Recorded:
    run = read_run(folder)
    return Recorded(run, held(read_metrics(folder)), read_certificate(folder))


def _deliver(text: str, out: Path | None) -> None:
    """The text itself, or the file that now holds it, to standard output."""
    if out is None:
        typer.echo(text, nl=not text.endswith("\n"))
        return
    with writing(out):
        out.write_text(text, encoding="utf-8")
    typer.echo(out)
