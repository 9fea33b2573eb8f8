"""Reads what a report shows of each trial from a run directory."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Run, Status
from seatrial.harness.recorder import read_trial, trial_folders
from seatrial.reports.parts import Record
from seatrial.reports.problems import Ending
from seatrial.reports.traces import trace


def records(folder: Path, run: Run) -> Iterator[Record]:
    """What the folder holds of the run's trials, also of those whose record is damaged."""
    planned = {spec.slug: spec for spec in run.planned}
    for place in trial_folders(folder):
        if place.name not in planned:
            continue
        evidence = tuple(_evidence(folder, place))
        try:
            trial = read_trial(place)
        except (MeasurementError, ValueError, OSError):
            ending = Ending(Status.INTERRUPTED, "its record cannot be read")
            yield Record(planned[place.name], ending, None, evidence)
        else:
            ending = Ending(trial.status, trial.cause)
            yield Record(trial.spec, ending, trace(trial), evidence)


def _evidence(folder: Path, trial: Path) -> Iterator[str]:
    for path in sorted((trial / "evidence").glob("*")):
        yield quote(path.relative_to(folder).as_posix())
