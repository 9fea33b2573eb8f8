"""Reads what a report is made of from a run directory."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from seatrial.harness import certificate
from seatrial.harness.certificate import Certificate
from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Run, Status
from seatrial.harness.recorder import read_trial, trial_folders
from seatrial.harness.state import CERTIFICATE
from seatrial.reports.parts import Record
from seatrial.reports.problems import Ending
from seatrial.reports.rows import TEXTS
from seatrial.reports.traces import trace

WORDS = dict.fromkeys(TEXTS, "str")
NUMBERS = {column: [""] for column in ("value", "low", "high")}


def read_metrics(folder: Path) -> pd.DataFrame:
    """The run's metrics.csv; MeasurementError when there is none."""
    path = folder / "metrics.csv"
    try:
        # a variant may be called 6
        return pd.read_csv(path, dtype=WORDS, keep_default_na=False, na_values=NUMBERS)
    except (OSError, ValueError) as error:
        raise MeasurementError(
            f"{path} cannot be read: run `seatrial derive {folder}` first."
        ) from error


def read_certificate(folder: Path) -> Certificate | None:
    """The calibration that the run took along, None without one that this version reads."""
    with suppress(OSError, MeasurementError):
        return certificate.read((folder / CERTIFICATE).read_bytes())
    return None


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
