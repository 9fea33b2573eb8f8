"""Two targets in one kind of trial: from rows of metrics.csv to verdicts. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from seatrial.harness.bounded import Bounded, Pair, bounded
from seatrial.harness.effects import Ratio, delta, ratio
from seatrial.harness.errors import MeasurementError
from seatrial.harness.permutation import p_value
from seatrial.harness.scenario import Better
from seatrial.harness.verdicts import ENOUGH, Judgement, Verdict, few_blocks, holm, judge

CASE = ("profile", "scenario", "variant", "swept", "point")
"""What must not vary: only what was done alike is compared. Older runs lack the last two."""

Record = Mapping[str, object]
"""A row of metrics.csv: its cells by column."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric of one valid trial; `value` None where it could not be measured."""

    block: int
    trial: int
    target: str
    metric: str
    unit: str
    value: Bounded | None
    reason: str


@dataclass(frozen=True, slots=True)
class Match:
    """What is compared in one metric: a pair a block, or why nothing can be."""

    metric: str
    unit: str
    better: str  # "lower" or "higher"
    pairs: tuple[Pair, ...]
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The figures of a match; `p` is corrected for all matches of the contest."""

    ratio: Ratio
    delta: float
    p: float


@dataclass(frozen=True, slots=True)
class Contest:
    """What is said of the first target against the second, and on which grounds."""

    match: Match
    judgement: Judgement
    finding: Finding | None  # None where there is no verdict


def contests(rows: pd.DataFrame, better: Better, first: str, second: str) -> tuple[Contest, ...]:
    """Compare two targets in every headline metric that was measured.

    Args:
        rows: rows of metrics.csv, of one profile, scenario, variant and point of a sweep.
        better: the scenario's headline metrics, and which of their values are better.
        first: the target that a verdict is about.
        second: the one that it is compared with.

    Raises:
        MeasurementError: the rows are of several of these.
    """
    if len(rows[[column for column in CASE if column in rows]].drop_duplicates()) > 1:
        raise MeasurementError("Trials of different profiles or variants cannot be compared.")
    return decided(tuple(matches(tuple(_readings(rows)), better, first, second)))


def decided(found: Sequence[Match]) -> tuple[Contest, ...]:
    """The verdicts of matches that are judged, and their p-values corrected, together."""
    fit = [match for match in found if not match.hindrance]
    corrected = dict(
        zip(
            (match.metric for match in fit),
            holm([p_value(match.pairs) for match in fit]),
            strict=True,
        )
    )
    return tuple(_contest(match, corrected) for match in found)


def _contest(match: Match, corrected: Mapping[str, float]) -> Contest:
    if match.hindrance:
        return Contest(match, Judgement(Verdict.NONE, match.hindrance), None)
    first, second = zip(*match.pairs, strict=True)
    made = Finding(ratio(match.pairs), delta(first, second), corrected[match.metric])
    few = few_blocks(len(match.pairs), len(corrected))
    return Contest(match, judge(made.ratio, made.p, match.better, few), made)


def matches(
    readings: Sequence[Reading], better: Better, first: str, second: str
) -> Iterator[Match]:
    """A match a headline metric that one of the two has."""
    fields = _fields(readings, first, second)
    for metric, direction in better.items():
        mine = {r.trial: r for r in readings if r.metric == metric and r.target in {first, second}}
        if mine:
            unit = next(iter(mine.values())).unit
            met = [(mine.get(one), mine.get(two)) for one, two in fields]
            pairs = tuple((a.value, b.value) for a, b in met if a and b and a.value and b.value)
            yield Match(metric, unit, direction, pairs, _hindrance(met, pairs))


def _fields(readings: Sequence[Reading], first: str, second: str) -> list[tuple[int, int]]:
    """The two trials of every block that has exactly one valid trial of each target."""
    held: dict[tuple[int, str], set[int]] = defaultdict(set)
    for reading in readings:
        held[reading.block, reading.target].add(reading.trial)
    sides = [
        (held.get((block, first), set()), held.get((block, second), set()))
        for block in sorted({block for block, _ in held})
    ]
    return [(min(one), min(two)) for one, two in sides if len(one) == len(two) == 1]


def _hindrance(met: Sequence[tuple[Reading | None, Reading | None]], pairs: Sequence[Pair]) -> str:
    """Why there can be no verdict, "" when there can."""
    if len(met) < ENOUGH:
        return f"Blocks with one valid trial of each: {len(met)}; {ENOUGH} are needed."
    if len(pairs) < len(met):
        lacking = (each for both in met for each in both if each and not each.value)
        said = dict.fromkeys(f"{r.target}: {r.reason}" for r in lacking if r.reason)
        why = f" ({'; '.join(said)})" if said else ""
        return f"Not measured in {len(met) - len(pairs)} of {len(met)} blocks{why}."
    if any(each.low < 0 for pair in pairs for each in pair):
        return "Values below 0 have no ratio."
    return ""


def _readings(rows: pd.DataFrame) -> Iterator[Reading]:
    return (reading(record) for record in records(rows) if valid(record))


def records(rows: pd.DataFrame) -> Iterator[Record]:
    """The rows of metrics.csv, one by one."""
    for found in rows.to_dict("records"):
        yield {str(key): cell for key, cell in found.items()}


def valid(record: Record) -> bool:
    """Whether a row is of a valid trial, however its cells were read."""
    return _true(record["valid"])


def reading(record: Record) -> Reading:
    """What a row of a valid trial tells."""
    return Reading(
        block=int(str(record["block"])),
        trial=int(str(record["trial"])),
        target=str(record["target"]),
        metric=str(record["metric"]),
        unit=str(record["unit"]),
        value=_value(record),
        reason=str(record["reason"]),
    )


def _value(record: Record) -> Bounded | None:
    value = _float(record["value"])
    if value is None:
        return None
    low, high = _float(record["low"]), _float(record["high"])
    return bounded(value, low, high, censored=_true(record["censored"]))


def _float(cell: object) -> float | None:
    number = float(str(cell)) if cell not in {None, ""} else math.nan
    return number if math.isfinite(number) else None


def _true(cell: object) -> bool:
    return str(cell).lower() == "true"
