"""The command line: words in, exit codes out; an error of ours becomes one sentence."""

import json
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer

from seatrial.harness import commands, comparing, registry, running, usage
from seatrial.harness import plan as plans
from seatrial.harness.audience import say
from seatrial.harness.errors import SeatrialError, Stopped, UsageError
from seatrial.harness.options import Json
from seatrial.harness.scenario import Scenario
from seatrial.harness.usage import examples
from seatrial.lab import cli as lab

HELP = """Docker Swarm and Kubernetes through the same sea trials.

What is asked for is on standard output, progress on standard error.

Exit codes: 0 done, 1 an error over its limit (calibrate), 2 usage,
3 environment or engine, 4 measurement, 130 stopped.
"""

app = typer.Typer(
    cls=usage.Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help=HELP,
    epilog=examples(
        "seatrial doctor",
        "seatrial lab up",
        "seatrial run quick",
        "seatrial run --help",
        "seatrial --install-completion",
    ),
)


@app.command(epilog=examples("seatrial doctor", "seatrial doctor --json"))
def doctor(*, as_json: Json = False) -> None:
    """Look this machine over: what is missing, what will fall back, how to mend each.

    Nothing is changed. Exit code 3 when something that is needed is missing.
    """
    raise typer.Exit(lab.doctor(as_json=as_json))


@app.command("list", epilog=examples("seatrial list", "seatrial list --json"))
def list_(*, as_json: Json = False) -> None:
    """List targets, scenarios with their variants, and suites, each with what it is.

    With `--json` a suite has its path too, to start one of your own from.
    """
    paths = {path.stem: path for path in sorted(plans.SUITES.glob("*.toml"))}
    targets = {name: target.title for name, target in registry.targets().items()}
    scenarios = {name: _told(scenario) for name, scenario in registry.scenarios().items()}
    suites = {name: plans.load(path).title for name, path in paths.items()}
    if as_json:
        told = {name: {"title": suites[name], "path": str(path)} for name, path in paths.items()}
        typer.echo(json.dumps({"targets": targets, "scenarios": scenarios, "suites": told}))
        return
    for kind, names in (("targets", targets), ("scenarios", scenarios), ("suites", suites)):
        typer.echo(kind)
        for name, title in sorted(names.items()):
            typer.echo(f"  {name:16} {title}")


app.add_typer(running.app)
app.add_typer(commands.app)
app.command(
    epilog=examples(
        "seatrial compare results/good results/new",
        "seatrial compare results/good results/new --format junit --out compared.xml",
    )
)(comparing.compare)
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
        ended = command()
    except SeatrialError as error:
        say(f"seatrial: {error}")
        return error.exit_code
    except usage.WRONG as error:
        if told := usage.sentence(error):
            say(f"seatrial: {told}")
        return UsageError.exit_code
    except Stopped as stopped:
        say("seatrial: stopped.")
        return stopped.exit_code
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets a sentence
        say(f"seatrial: an error of its own, please report it with {_kept_trace()}: {error!r}")
        return SeatrialError.exit_code
    return ended if isinstance(ended, int) else 0


def _kept_trace() -> Path:
    """The file that now holds where the error came from."""
    with NamedTemporaryFile("w", prefix="seatrial-", suffix=".log", delete=False) as log:
        log.write(traceback.format_exc())
    return Path(log.name)


def main() -> None:
    """Run the command line; what is wrong with it is told here, not by typer."""
    sys.exit(guarded(partial(app, prog_name="seatrial", standalone_mode=False)))
