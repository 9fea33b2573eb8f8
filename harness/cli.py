"""The command line: words in, exit codes out; an error of ours becomes one sentence."""

import sys
from typing import Annotated

import typer

from seatrial.harness.errors import SeatrialError
from seatrial.lab import cli as lab

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Docker Swarm and Kubernetes through the same sea trials.",
)
app.add_typer(lab.app, name="lab")


@app.command()
def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Look this machine over: what is missing, what will fall back, how to mend each."""
    raise typer.Exit(lab.doctor(as_json=as_json))


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SeatrialError as error:
        print(f"seatrial: {error}", file=sys.stderr)  # noqa: T201 - the user's one sentence
        sys.exit(error.exit_code)
