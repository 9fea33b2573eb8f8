"""The median of a metric over the valid trials of a target, with its interval, in words. Pure."""

import math
from collections.abc import Sequence

from seatrial.harness.bounded import Bounded, bounded
from seatrial.harness.intervals import CONFIDENCE, Interval, interval, median
from seatrial.reports import numbers
from seatrial.reports.rows import Measured


def middle(rows: Sequence[Measured]) -> str:
    """`1.20 s (1.10 to 1.40), n = 8`; with the interval's coverage where it is under 95%."""
    values = [
        bounded(row.value, row.low, row.high, censored=row.censored)
        for row in rows
        if row.value is not None
    ]
    return of(values, rows[0].unit) if values else ""


def of(values: Sequence[Bounded], unit: str) -> str:
    """The same of values; there has to be one."""
    found = median(values)
    said = numbers.quantity(found.value, unit, censored=found.censored)
    return f"{said}{_between(values, unit)}, {numbers.held(f'n = {len(values)}')}"


def _between(values: Sequence[Bounded], unit: str) -> str:
    """The interval where it has a width; of a single trial it is the instrument's bounds."""
    found = interval(values)
    alone = len(values) == 1
    if found.low == found.high or (alone and values[0].censored):
        return ""
    short = "" if alone or found.coverage >= CONFIDENCE else f", {found.coverage:.0%}"
    return f" ({_ends(found, unit)}{short})"


def _ends(found: Interval, unit: str) -> str:
    low = numbers.number(found.low, unit)
    if math.isinf(found.high):
        return numbers.held(f"{low} or more")
    return numbers.held(f"{low} to {numbers.number(found.high, unit)}")
