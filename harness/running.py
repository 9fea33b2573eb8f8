"""The commands that run trials: planning them, running them, going on with them."""

import json
import shlex
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from seatrial.harness import plan as plans
from seatrial.harness import registry
from seatrial.harness.audience import audience, say
from seatrial.harness.complete import RESULTS
from seatrial.harness.conclude import sail
from seatrial.harness.estimate import forecast, whole_s
from seatrial.harness.guard import held
from seatrial.harness.options import Events, Folder, Json, Only, Profile, Seed, SuiteName
from seatrial.harness.plan import Plan
from seatrial.harness.recorder import read_run
from seatrial.harness.resume import check, left, plan_of
from seatrial.harness.runner import Runner
from seatrial.harness.selection import of_profile
from seatrial.harness.selection import only as only_of
from seatrial.harness.usage import examples

app = typer.Typer()


@app.command(
    "plan",
    epilog=examples(
        "seatrial plan quick",
        "seatrial plan full --only node_failure --profile matched",
        "seatrial plan mine.toml --seed 7 --json",
    ),
)
def plan_(
    suite: SuiteName,
    seed: Seed = None,
    only: Only = None,
    profile: Profile = None,
    *,
    as_json: Json = False,
) -> None:
    """Show the trials of a suite in the order in which they would run.

    Nothing is touched. The same seed gives the same order, here and in `run`.
    """
    planned = _plan(suite, seed, only, profile)
    if as_json:
        typer.echo(json.dumps(asdict(planned)))
        return
    for trial in planned.trials:
        typer.echo(f"{trial.slug}  block {trial.block}, {trial.profile}")
    typer.echo(_size(planned))


@app.command(
    epilog=examples(
        "seatrial run quick",
        "seatrial run full --seed 7 --only node_failure:stop --only scale",
        "seatrial run mine.toml --out /data/runs",
        "seatrial run standard --json > events.jsonl",
    )
)
def run(  # noqa: PLR0913 - what a user may want otherwise
    suite: SuiteName,
    seed: Seed = None,
    only: Only = None,
    profile: Profile = None,
    out: Annotated[Path, typer.Option(help="Where run directories go.")] = RESULTS,
    *,
    as_json: Events = False,
) -> None:
    """Run a suite; then derive its metrics and write its report.

    All is recorded as it happens: Ctrl-C ends a run in order, `seatrial resume`
    goes on with it. The table and the page's path are on standard output,
    progress is on standard error.

    Exit codes: 0 done, 2 no such suite, 3 an engine or this machine could not,
    4 too many trials are not valid to conclude from, 130 stopped.
    """
    planned = _plan(suite, seed, only, profile)
    name = f"{planned.suite}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    command = shlex.join(_command(suite, planned.seed, only, profile))
    runner = _runner(planned, planned, out / name, command, as_json=as_json)
    say(f"{_size(planned)}, seed {planned.seed}, recorded in {runner.folder}")
    with held(runner.folder):
        sail(runner.folder, runner.run, runner.progress, quiet=as_json)


@app.command(
    epilog=examples(
        "seatrial resume results/quick-20261128-120000",
        "seatrial resume results/quick-20261128-120000 --json",
    )
)
def resume(folder: Folder, *, as_json: Events = False) -> None:
    """Go on with a run that was killed: finished trials stay, the others run in their order.

    A trial that was under way begins anew. Exit codes are those of `run`.
    """
    begun = read_run(folder)
    with held(folder):
        remaining = left(folder, begun.planned)
        check(remaining, registry.targets(), registry.scenarios())
        plan = plan_of(begun)
        coming = replace(plan, trials=remaining)
        runner = _runner(plan, coming, folder, begun.command, named=begun.name, as_json=as_json)
        say(f"{len(remaining)} of {len(begun.planned)} trials are left of {folder}")
        sail(folder, runner.resume, runner.progress, quiet=as_json)


def _runner(  # noqa: PLR0913 - a run that begins, or one that goes on
    plan: Plan, coming: Plan, folder: Path, command: str, *, as_json: bool, named: str = ""
) -> Runner:
    """What runs the part of the plan that is coming."""
    targets, scenarios = registry.targets(), registry.scenarios()
    return Runner(
        plan=plan,
        folder=folder,
        command=command,
        targets=targets,
        scenarios=scenarios,
        provider=registry.provider(plan.provider),
        progress=audience(as_json=as_json),
        named=named,
        forecast=forecast(coming, targets, scenarios),
    )


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
