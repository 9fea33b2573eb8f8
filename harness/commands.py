"""The commands about runs: planning, running, going on, deriving, reporting, cleaning up."""

import json
import shlex
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from seatrial.harness import calibrate as calibrating
from seatrial.harness import certificate, registry
from seatrial.harness import plan as plans
from seatrial.harness.derive import derive as derive_run
from seatrial.harness.errors import MeasurementError, Stopped
from seatrial.harness.estimate import whole_s
from seatrial.harness.guard import held, writing
from seatrial.harness.join import join as join_runs
from seatrial.harness.plan import Plan
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_run
from seatrial.harness.resume import check, left, plan_of
from seatrial.harness.runner import Runner
from seatrial.harness.selection import of_profile
from seatrial.harness.selection import only as only_of

RESULTS = Path("results")
MOST_INVALID = 0.2
"""Of a run's trials."""

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
SuiteName = Annotated[str, typer.Argument(help="A suite's name, or the path of a suite file.")]
Seed = Annotated[int | None, typer.Option(help="Seed of the order of trials; new without it.")]
Only = Annotated[
    list[str] | None, typer.Option(help="SCENARIO or SCENARIO:VARIANT; may be given again.")
]
Profile = Annotated[
    str | None, typer.Option(help="Only the trials with these settings, stock or matched.")
]
Folder = Annotated[Path, typer.Argument(help="A run directory, results/<run>.")]


def say(line: str) -> None:
    """Progress, to standard error."""
    typer.echo(line, err=True)


@app.command("plan")
def plan_(
    suite: SuiteName,
    seed: Seed = None,
    only: Only = None,
    profile: Profile = None,
    *,
    as_json: Json = False,
) -> None:
    """Show the trials of a suite in the order in which they would run."""
    planned = _plan(suite, seed, only, profile)
    if as_json:
        typer.echo(json.dumps(asdict(planned)))
        return
    for trial in planned.trials:
        typer.echo(f"{trial.slug}  block {trial.block}, {trial.profile}")
    typer.echo(_size(planned))


@app.command()
def run(
    suite: SuiteName,
    seed: Seed = None,
    only: Only = None,
    profile: Profile = None,
    out: Annotated[Path, typer.Option(help="Where run directories go.")] = RESULTS,
) -> None:
    """Run a suite; then derive its metrics and write its report."""
    planned = _plan(suite, seed, only, profile)
    name = f"{planned.suite}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    runner = Runner(
        plan=planned,
        folder=out / name,
        command=shlex.join(_command(suite, planned.seed, only, profile)),
        targets=registry.targets(),
        scenarios=registry.scenarios(),
        provider=registry.provider(planned.provider),
        say=say,
    )
    say(f"{_size(planned)}, seed {planned.seed}, recorded in {runner.folder}")
    with held(runner.folder):
        _sail(runner.folder, runner.run)


@app.command()
def resume(folder: Folder) -> None:
    """Go on with a run that was killed: finished trials stay, the others run in their order."""
    begun = read_run(folder)
    with held(folder):
        remaining = left(folder, begun.planned)
        check(remaining, registry.targets(), registry.scenarios())
        runner = Runner(
            plan=plan_of(begun),
            folder=folder,
            command=begun.command,
            targets=registry.targets(),
            scenarios=registry.scenarios(),
            provider=registry.provider(begun.provider),
            say=say,
            named=begun.name,
        )
        say(f"{len(remaining)} of {len(begun.planned)} trials are left of {folder}")
        _sail(folder, runner.resume)


@app.command()
def calibrate(
    *,
    quick: Annotated[bool, typer.Option(help="Few outages: a minute instead of six.")] = False,
    as_json: Json = False,
) -> None:
    """Measure this machine's own error on scripted outages; the next runs take the result along."""
    found = calibrating.certify(quick=quick, say=say)
    typer.echo(certificate.written(found) if as_json else certificate.table(found).rstrip())
    raise typer.Exit(0 if found.good else 1)


@app.command()
def derive(folder: Folder) -> None:
    """Compute metrics.csv anew from a run's raw record."""
    frame = derive_run(folder, registry.scenarios())
    say(f"{len(frame)} rows")
    typer.echo(folder / "metrics.csv")


@app.command()
def report(
    folder: Folder,
    form: Annotated[
        str, typer.Option("--format", help="html, or another of the formats that are registered.")
    ] = "html",
    weights: Annotated[
        Path | None, typer.Option(help="How much each question counts: TOML, for the page.")
    ] = None,
) -> None:
    """Write a run's report anew from its record and metrics.csv: a page, or text on stdout."""
    write = registry.report(form, weights)
    if not (folder / "metrics.csv").exists():
        read_run(folder)
        raise MeasurementError(f"{folder} has no metrics.csv: run `seatrial derive {folder}`.")
    with writing(folder):
        written = str(write(folder, registry.scenarios()))
    typer.echo(written, nl=not written.endswith("\n"))


@app.command()
def join(
    parts: Annotated[list[Path], typer.Argument(help="Run directories of one plan.")],
    into: Annotated[Path, typer.Option(help="The run directory to make of them.")],
) -> None:
    """Make one run of several parts of a plan (`run --only`), with one report."""
    join_runs(parts, into)
    _conclude(into)


@app.command()
def clean(
    run_name: Annotated[str | None, typer.Argument(help="A run; all runs without it.")] = None,
    provider: Annotated[str, typer.Option(help="Who makes targets available.")] = "lab",
) -> None:
    """Remove what runs left on the targets: what carries a run's label, nothing else."""
    available = registry.provider(provider)
    for name, target in registry.targets().items():
        if name not in available.names():
            continue
        with available.provide(name) as connection:
            removed = target(connection).clean(run_name)
        for thing in removed:
            typer.echo(f"{name}: {thing}")
        say(f"{name}: {len(removed)} removed")


def _command(suite: str, seed: int, only: list[str] | None, profile: str | None) -> list[str]:
    parts = [word for case in only or () for word in ("--only", case)]
    parts += ["--profile", profile] if profile else []
    return ["seatrial", "run", suite, "--seed", str(seed), *parts]


def _plan(name: str, seed: int | None, only: list[str] | None, profile: str | None) -> Plan:
    path = plans.find(name)
    suite = plans.load(path)
    chosen = time.time_ns() % 10**6 if seed is None else seed
    planned = plans.make(suite, name, chosen, registry.targets(), registry.scenarios())
    return only_of(of_profile(planned, profile), only or ())


def _size(planned: Plan) -> str:
    """How many trials there are, and for how long."""
    minutes = whole_s(planned, registry.targets(), registry.scenarios()) / 60
    return f"{len(planned.trials)} trials, about {max(1, round(minutes))} min"


def _sail(folder: Path, begin: Callable[[], None]) -> None:
    """Run what is to be run, and conclude from what came of it, however it ends."""
    try:
        begin()
    except Stopped:
        say("The load was stopped and what was made is removed; what was recorded is kept.")
        raise
    finally:
        if (folder / "run.json").exists():
            trials = _conclude(folder)
            if left(folder, read_run(folder).planned):
                say(f"Not all trials have run: `seatrial resume {folder}` goes on.")
    _check_validity(trials)


def _conclude(folder: Path) -> pd.DataFrame:
    """Derive, show, write the page; the trials, a row each with `valid`."""
    frame = derive_run(folder, registry.scenarios())
    typer.echo(registry.report("table")(folder, registry.scenarios()), nl=False)
    with writing(folder):
        page = registry.report("html")(folder, registry.scenarios())
    typer.echo(page)
    return frame.drop_duplicates("trial")


def _check_validity(trials: pd.DataFrame) -> None:
    """An orchestrator that cannot is a result; what failed or was not valid is none."""
    trials = trials[~trials["reason"].str.startswith(Status.UNSUPPORTED.value)]
    bad = int((~trials["valid"]).sum())
    if bad > MOST_INVALID * len(trials):
        raise MeasurementError(
            f"{bad} of {len(trials)} trials are not valid, which is too many to conclude from. "
            "The report gives the reason of each; often the machine was busy with something else."
        )
