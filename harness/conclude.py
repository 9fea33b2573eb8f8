"""What follows a run's trials, however they ended: metrics, a report, and a word on the whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import typer

from seatrial.harness import registry
from seatrial.harness.clock import now_ns
from seatrial.harness.derive import derive
from seatrial.harness.errors import MeasurementError, SeatrialError, Stopped
from seatrial.harness.guard import writing
from seatrial.harness.progress import Progress, RunEnded
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_run
from seatrial.harness.resume import left

MOST_INVALID = 0.2
"""Of a run's trials."""


def sail(folder: Path, begin: Callable[[], None], progress: Progress, *, quiet: bool) -> None:
    """Run what is to be run, and conclude from what came of it, however it ends.

    Raises:
        MeasurementError: so many trials are not valid that nothing can be concluded.
    """
    with _telling(folder, progress):
        try:
            begin()
        except Stopped:
            progress.say(
                "The load was stopped and what was made is removed; what was recorded is kept."
            )
            raise
        finally:
            if (folder / "run.json").exists():
                trials = conclude(folder, quiet=quiet)
                if left(folder, read_run(folder).planned):
                    progress.say(f"Not all trials have run: `seatrial resume {folder}` goes on.")
        _check_validity(trials)


def conclude(folder: Path, *, quiet: bool = False) -> pd.DataFrame:
    """Derive, write the page, show both unless quiet; the trials, a row each with `valid`."""
    frame = derive(folder, registry.scenarios())
    if not quiet:
        typer.echo(registry.report("table")(folder, registry.scenarios()), nl=False)
    with writing(folder):
        page = registry.report("html")(folder, registry.scenarios())
    if not quiet:
        typer.echo(page)
    return frame.drop_duplicates("trial")


@contextmanager
def _telling(folder: Path, progress: Progress) -> Iterator[None]:
    """Tell the run's end, whichever it is."""
    began_ns = now_ns()
    ending: BaseException | None = None
    try:
        yield
    except BaseException as error:
        ending = error
        raise
    finally:
        with suppress(Exception):  # as of all that is told (telling.py)
            progress.end(_ended(folder, (now_ns() - began_ns) / 1e9, ending))


def _ended(folder: Path, took_s: float, ending: BaseException | None) -> RunEnded:
    planned = read_run(folder).planned if (folder / "run.json").exists() else ()
    page = folder / "report.html"
    stopped = isinstance(ending, Stopped)
    return RunEnded(
        run=folder.name,
        folder=str(folder),
        status="stopped" if stopped else "failed" if ending else "finished",
        cause=str(ending) if ending and not stopped else "",
        exit_code=getattr(ending, "exit_code", SeatrialError.exit_code) if ending else 0,
        trials=len(planned),
        left=len(left(folder, planned)),
        took_s=took_s,
        report=str(page) if page.exists() else "",
    )


def _check_validity(trials: pd.DataFrame) -> None:
    """An orchestrator that cannot is a result; what failed or was not valid is none."""
    trials = trials[~trials["reason"].str.startswith(Status.UNSUPPORTED.value)]
    bad = int((~trials["valid"]).sum())
    if bad > MOST_INVALID * len(trials):
        raise MeasurementError(
            f"{bad} of {len(trials)} trials are not valid, which is too many to conclude from. "
            "The report gives the reason of each; often the machine was busy with something else."
        )
