"""Reads what lies beside a run's raw record: metrics.csv, and the calibration it took along."""

from contextlib import suppress
from pathlib import Path

import pandas as pd

from seatrial.harness import certificate
from seatrial.harness.certificate import Certificate
from seatrial.harness.errors import MeasurementError
from seatrial.harness.state import CERTIFICATE

TEXTS = (
    *("target", "profile", "scenario", "variant", "swept", "point"),
    *("metric", "unit", "reason"),
)
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
