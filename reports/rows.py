"""The rows of metrics.csv as values, and how several of them become one cell. Pure."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from statistics import median

import pandas as pd

from seatrial.reports import numbers

TEXTS = ("target", "profile", "scenario", "variant", "metric", "unit", "reason")
FAILED_CLASS = "failed_"
"""A trial has one such metric for each class of failure that occurred: none means zero."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of metrics.csv; `metric` is empty where a trial came to no metrics."""

    trial: int
    target: str
    profile: str
    scenario: str
    variant: str
    metric: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    censored: bool
    valid: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says of one metric of one target: a value, or why there is none."""

    target: str
    value: str = ""
    spread: str = ""
    count: str = ""
    missing: str = ""
    floor: str = ""


def measured(metrics: pd.DataFrame) -> tuple[Measured, ...]:
    """The rows of metrics.csv, in the order of their trials, however empty cells were read."""
    records = metrics.sort_values("trial", kind="stable").to_dict("records")
    return tuple(_row({str(key): value for key, value in r.items()}) for r in records)


def _row(record: dict[str, object]) -> Measured:
    texts = {key: _text(record[key]) for key in TEXTS}
    return Measured(
        trial=int(str(record["trial"])),
        value=_float(record["value"]),
        low=_float(record["low"]),
        high=_float(record["high"]),
        censored=_true(record["censored"]),
        valid=_true(record["valid"]),
        **texts,
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def _float(cell: object) -> float | None:
    number = float(str(cell)) if cell not in {None, ""} else math.nan
    return number if math.isfinite(number) else None


def _true(cell: object) -> bool:
    return str(cell).lower() == "true"


def cell(target: str, rows: Sequence[Measured], trials: Collection[int]) -> Cell:
    """Fold the rows of one metric, of all targets, over the valid trials of one target."""
    used = of_trials(rows, trials)
    values = [row for row in used if row.value is not None]
    lack = "; ".join(dict.fromkeys(row.reason for row in used if row.value is None and row.reason))
    if not values:
        return Cell(target, missing=lack or ("not measured" if trials else "no valid trial"))
    said = _single(target, values[0]) if len(trials) == 1 else _several(target, values, len(trials))
    return replace(said, missing=lack)


def of_trials(rows: Sequence[Measured], trials: Collection[int]) -> list[Measured]:
    """The rows of one metric in these trials, of one target."""
    return [row for row in rows if row.trial in trials] + _zeros(rows, trials)


def _zeros(rows: Sequence[Measured], trials: Collection[int]) -> list[Measured]:
    """Rows of a failure class for the trials in which it did not occur."""
    like = rows[0]
    if not like.metric.startswith(FAILED_CLASS) or like.unit != "req":
        return []
    absent = sorted(set(trials) - {row.trial for row in rows})
    return [replace(like, trial=trial, value=0.0, low=None, high=None) for trial in absent]


def _single(target: str, row: Measured) -> Cell:
    value = numbers.quantity(row.value or 0.0, row.unit, censored=row.censored)
    count = numbers.held("n = 1")
    if row.low is None or row.high is None or row.censored or row.low == row.high:
        return Cell(target, value, count=count)
    low, high = (numbers.number(bound, row.unit) for bound in (row.low, row.high))
    return Cell(target, value, numbers.span(low, high, row.unit), count)


def _several(target: str, rows: Sequence[Measured], trials: int) -> Cell:
    unit = rows[0].unit
    middle, censored = bound(median, rows)
    low, high = (_limit(fold, rows) for fold in (min, max))
    count = f"n = {len(rows)}" if len(rows) == trials else f"n = {len(rows)} of {trials}"
    return Cell(
        target,
        numbers.quantity(middle, unit, censored=censored),
        numbers.span(low, high, unit),
        numbers.held(count),
    )


def _limit(fold: Callable[[list[float]], float], rows: Sequence[Measured]) -> str:
    value, censored = bound(fold, rows)
    return f"{'> ' if censored else ''}{numbers.number(value, rows[0].unit)}"


def bound(fold: Callable[[list[float]], float], rows: Sequence[Measured]) -> tuple[float, bool]:
    """Fold the values; censored when a longer look at a censored one could have changed it."""
    values = [(row.value or 0.0, row.censored) for row in rows]
    found = fold([value for value, _ in values])
    return found, fold([math.inf if censored else value for value, censored in values]) != found
