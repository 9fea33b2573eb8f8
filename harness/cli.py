"""The command line: words in, exit codes out; an error of ours becomes one sentence."""

import json
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer

from seatrial.harness import commands, comparing, registry
from seatrial.harness import plan as plans
from seatrial.harness.commands import Json, say
from seatrial.harness.errors import SeatrialError, Stopped
from seatrial.harness.scenario import Scenario
from seatrial.lab import cli as lab

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Docker Swarm and Kubernetes through the same sea trials.",
)


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """Look this machine over: what is missing, what will fall back, how to mend each."""
    raise typer.Exit(lab.doctor(as_json=as_json))


@app.command("list")
def list_(*, as_json: Json = False) -> None:
    """List targets, scenarios with their variants, and suites."""
    found = {
        "targets": {name: target.title for name, target in registry.targets().items()},
        "scenarios": {name: _told(s) for name, s in registry.scenarios().items()},
        "suites": {path.stem: str(path) for path in sorted(plans.SUITES.glob("*.toml"))},
    }
    if as_json:
        typer.echo(json.dumps(found))
        return
    for kind, names in found.items():
        typer.echo(kind)
        for name, title in sorted(names.items()):
            typer.echo(f"  {name:16} {title}")


app.add_typer(commands.app)
app.command()(comparing.compare)
app.add_typer(lab.app, name="lab")


def _told(scenario: type[Scenario]) -> str:
    variants = ", ".join(filter(None, scenario.variants))
    return f"{scenario.title} ({variants})" if variants else scenario.title


def _stop(*_: object) -> None:
    """End what runs, once: a second Ctrl-C would end the removal of what was made."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: say("Removing what was made; a moment, please."))
    raise Stopped


def guarded(command: Callable[[], object]) -> int:
    """Run it; an error of ours is one sentence and its exit code, Ctrl-C and SIGTERM are 130."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        command()
    except SeatrialError as error:
        say(f"seatrial: {error}")
        return error.exit_code
    except Stopped:
        say("seatrial: stopped.")
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        say(f"seatrial: an error of its own, please report it with {_kept_trace()}: {error!r}")
        return SeatrialError.exit_code
    return 0


def _kept_trace() -> Path:
    """The file that now holds where the error came from."""
    with NamedTemporaryFile("w", prefix="seatrial-", suffix=".log", delete=False) as log:
        log.write(traceback.format_exc())
    return Path(log.name)


def main() -> None:
    """Run the command line."""
    sys.exit(guarded(app))
