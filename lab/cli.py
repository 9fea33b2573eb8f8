"""`seatrial lab up|down|status`."""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from seatrial.harness.errors import EnvironmentUnfitError, UnknownNameError
from seatrial.harness.usage import Commands, examples
from seatrial.lab import layout, life
from seatrial.lab.doctor import Check, examine
from seatrial.lab.sources import Source

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Three-node labs of Swarm and Kubernetes, here.",
    epilog=examples("seatrial lab up", "seatrial lab status", "seatrial lab down"),
)

Kind = Annotated[
    str | None,
    typer.Argument(
        help="swarm or k8s, both without it; mesh is for tests.",
        show_default=False,
        autocompletion=lambda: list(life.KINDS),
    ),
]


def _kinds(kind: str | None) -> tuple[str, ...]:
    if kind is None:
        return layout.KINDS
    if kind not in life.KINDS:
        raise UnknownNameError(f"There is no lab {kind}: it is {' or '.join(life.KINDS)}.")
    return (kind,)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - progress goes to stderr


@app.command(
    epilog=examples(
        "seatrial lab up",
        "seatrial lab up k8s --nodes 5",
        "seatrial lab up --source packages",
    )
)
def up(
    kind: Kind = None,
    nodes: Annotated[
        int | None, typer.Option(min=1, max=layout.MOST_NODES, help="Nodes of each lab.")
    ] = None,
    source: Annotated[
        Source, typer.Option(help="Where the base and Kubernetes come from.")
    ] = Source.AUTO,
) -> None:
    """Bring a lab up; what is there already stays, what is broken is made anew.

    The first time takes minutes: images are made. Exit code 3 when this machine
    lacks something that `seatrial doctor` tells of.
    """
    kinds = _kinds(kind)
    _require_fit()
    for name in kinds:
        began = time.monotonic()
        life.up(name, nodes or layout.SIZES[name], source, _say)
        _say(f"  in {time.monotonic() - began:.1f} s")


def _require_fit() -> None:
    """Before anything is made: what is there already takes memory of its own."""
    if any(lab.nodes for lab in life.status()):
        return
    for check in examine():
        if check.needed and not check.ok:
            raise EnvironmentUnfitError(f"{check.name}: {check.detail}. {check.mend}")


@app.command(epilog=examples("seatrial lab down", "seatrial lab down k8s"))
def down(kind: Kind = None) -> None:
    """Remove a lab and everything in it.

    Run directories and the images that labs are made of stay.
    """
    for name in _kinds(kind) if kind else life.KINDS:
        life.down(name, _say)


@app.command(epilog=examples("seatrial lab status", "seatrial lab status --json"))
def status(
    *, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Say which labs are there, and how each of their nodes is.

    A lab that is frozen is there: the other one is the active target.
    """
    labs = life.status()
    if as_json:
        typer.echo(json.dumps([asdict(lab) | {"status": lab.word} for lab in labs]))
        return
    for lab in labs:
        detail = ", ".join(f"{name} {state}" for name, state in lab.nodes.items())
        typer.echo(f"{lab.kind}: {lab.word}" + (f" ({detail})" if detail else ""))


def doctor(*, as_json: bool) -> int:
    """Print what the machine has and lacks; exit code 0, or 3 when something needed is missing."""
    checks = examine()
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks]))
    else:
        typer.echo("\n".join(_lines(checks)))
    return (
        0 if all(check.ok for check in checks if check.needed) else EnvironmentUnfitError.exit_code
    )


def _lines(checks: list[Check]) -> Iterator[str]:
    for check in checks:
        mark = "ok  " if check.ok else ("LACK" if check.needed else "note")
        yield f"{mark} {check.name}: {check.detail}"
        if not check.ok:
            yield f"     {check.mend}"
