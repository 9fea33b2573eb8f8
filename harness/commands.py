"""The commands about what runs leave: calibrating, deriving, reporting, joining, cleaning up."""

from pathlib import Path
from typing import Annotated

import typer

from seatrial.harness import calibrate as calibrating
from seatrial.harness import certificate, registry
from seatrial.harness.audience import say
from seatrial.harness.conclude import conclude
from seatrial.harness.derive import derive as derive_run
from seatrial.harness.errors import MeasurementError
from seatrial.harness.guard import writing
from seatrial.harness.join import join as join_runs
from seatrial.harness.options import Folder, Format, Json, Parts
from seatrial.harness.recorder import read_run
from seatrial.harness.usage import examples

app = typer.Typer()


@app.command(epilog=examples("seatrial calibrate", "seatrial calibrate --quick --json"))
def calibrate(
    *,
    quick: Annotated[bool, typer.Option(help="Few outages: a minute instead of six.")] = False,
    as_json: Json = False,
) -> None:
    """Measure this machine's own error on scripted outages; the next runs take the result along.

    Exit code 1 when an error is over its limit.
    """
    found = calibrating.certify(quick=quick, say=say)
    typer.echo(certificate.written(found) if as_json else certificate.table(found).rstrip())
    raise typer.Exit(0 if found.good else 1)


@app.command(epilog=examples("seatrial derive results/quick-20261128-120000"))
def derive(folder: Folder) -> None:
    """Compute metrics.csv anew from a run's raw record, and print its path.

    The record is only read, so this can be done again at any time.
    """
    frame = derive_run(folder, registry.scenarios())
    say(f"{len(frame)} rows")
    typer.echo(folder / "metrics.csv")


@app.command(
    epilog=examples(
        "seatrial report results/quick-20261128-120000",
        "seatrial report results/quick-20261128-120000 --format table",
        "seatrial report results/quick-20261128-120000 --weights mine.toml",
    )
)
def report(
    folder: Folder,
    form: Format = "html",
    weights: Annotated[
        Path | None, typer.Option(help="How much each question counts: TOML, for the page.")
    ] = None,
) -> None:
    """Write a run's report anew from its record and metrics.csv: a page, or text on stdout.

    Exit code 4 when the run has no metrics: `seatrial derive` makes them.
    """
    write = registry.report(form, weights)
    if not (folder / "metrics.csv").exists():
        read_run(folder)
        raise MeasurementError(f"{folder} has no metrics.csv: run `seatrial derive {folder}`.")
    with writing(folder):
        written = str(write(folder, registry.scenarios()))
    typer.echo(written, nl=not written.endswith("\n"))


@app.command(epilog=examples("seatrial join results/stock results/matched --into results/whole"))
def join(
    parts: Parts,
    into: Annotated[Path, typer.Option(help="The run directory to make of them.")],
) -> None:
    """Make one run of several parts of a plan (`run --only`), with one report.

    The parts stay as they are. They must be of one suite and seed.
    """
    join_runs(parts, into)
    conclude(into)


@app.command(
    epilog=examples(
        "seatrial clean",
        "seatrial clean quick-20261128-120000",
    )
)
def clean(
    run_name: Annotated[str | None, typer.Argument(help="A run; all runs without it.")] = None,
    provider: Annotated[str, typer.Option(help="Who makes targets available.")] = "lab",
) -> None:
    """Remove what runs left on the targets: what carries a run's label, nothing else.

    Each thing that is removed is a line on standard output. What was recorded
    in run directories stays.
    """
    available = registry.provider(provider)
    for name, target in registry.targets().items():
        if name not in available.names():
            continue
        with available.provide(name) as connection:
            removed = target(connection).clean(run_name)
        for thing in removed:
            typer.echo(f"{name}: {thing}")
        say(f"{name}: {len(removed)} removed")
