"""Who reads what a command says while it works: somebody at a terminal, a log, or a program."""

import sys

import typer
from rich.console import Console

from seatrial.harness.jsonlines import JsonLines
from seatrial.harness.lines import Lines
from seatrial.harness.progress import Progress
from seatrial.harness.terminal import Terminal


def say(line: str) -> None:
    """Progress, to standard error."""
    typer.echo(line, err=True)


def audience(*, as_json: bool) -> Progress:
    """The one that is there."""
    if as_json:
        return JsonLines(typer.echo, say)
    console = Console(stderr=True)
    # with FORCE_COLOR, as in CI, rich would draw into a log too, and all of it would stay there
    drawable = sys.stderr.isatty() and not console.is_dumb_terminal
    return Terminal(console) if drawable else Lines(say)
