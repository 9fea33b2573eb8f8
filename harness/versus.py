"""Two runs in the same trials: from rows of metrics.csv to verdicts on NEW against BASE. Pure.

A target is compared with itself only, in one profile, scenario, variant and point of a sweep. The
runs are independent: no block of one has met what a block of the other did, so nothing is paired.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import pandas as pd

from seatrial.harness.bounded import Bounded
from seatrial.harness.contest import Finding, Reading, Record, reading, records, valid
from seatrial.harness.effects import delta, independent_ratio
from seatrial.harness.intervals import median
from seatrial.harness.permutation import independent_p
from seatrial.harness.point import written
from seatrial.harness.scenario import Better
from seatrial.harness.verdicts import ENOUGH, Judgement, Verdict, few_trials, holm, judge

BASE, NEW = "BASE", "NEW"
"""What the two runs are called: the one that is compared with, and the one that is judged."""


@dataclass(frozen=True, slots=True)
class Case:
    """What trials of both runs must share to be compared."""

    target: str
    profile: str
    scenario: str
    variant: str
    swept: str = ""
    point: str = ""  # as metrics.csv has it


@dataclass(frozen=True, slots=True)
class Side:
    """What one run has of one metric in a case."""

    trials: int = 0  # valid ones of the case
    unit: str = ""
    measured: tuple[Bounded, ...] = ()  # of the trials that could measure it
    lack: str = ""  # why others could not, or why no trial is valid

    @property
    def middle(self) -> Bounded | None:
        """The median, None without any value."""
        return median(self.measured) if self.measured else None

    @property
    def missing(self) -> str:
        """In how many trials it was not measured and why, "" when in none."""
        if len(self.measured) == self.trials:
            return ""
        why = f" ({self.lack})" if self.lack else ""
        return f"in {self.trials - len(self.measured)} of {self.trials} trials{why}"


@dataclass(frozen=True, slots=True)
class Held:
    """A run's trials of one case."""

    readings: tuple[Reading, ...] = ()  # of the valid ones
    lost: tuple[str, ...] = ()  # why others are not valid

    @property
    def trials(self) -> int:
        """How many are valid."""
        return len({each.trial for each in self.readings})

    def has(self, metric: str) -> bool:
        """Whether any valid trial tells of that metric."""
        return any(each.metric == metric for each in self.readings)

    def side(self, metric: str) -> Side:
        """All of one metric."""
        mine = [each for each in self.readings if each.metric == metric]
        lack = [each.reason for each in mine if each.value is None] if mine else self.lost
        return Side(
            trials=self.trials,
            unit=mine[0].unit if mine else "",
            measured=tuple(each.value for each in mine if each.value is not None),
            lack="; ".join(dict.fromkeys(filter(None, lack))),
        )


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is compared in one headline metric of a case."""

    case: Case
    metric: str
    better: str  # "lower" or "higher"
    base: Side
    new: Side

    @property
    def hindrance(self) -> str:
        """Why there can be no verdict, "" when there can."""
        sides = {BASE: self.base, NEW: self.new}
        if min(side.trials for side in sides.values()) < ENOUGH:
            had = " and ".join(f"{side.trials} of {name}" for name, side in sides.items())
            return f"Valid trials: {had}; {ENOUGH} of each are needed."
        for name, side in sides.items():
            if side.missing:
                return f"{name} lacks it {side.missing}."
        if self.base.unit != self.new.unit:
            return f"Measured in {self.base.unit} in BASE and in {self.new.unit} in NEW."
        if any(each.low < 0 for side in sides.values() for each in side.measured):
            return "Values below 0 have no ratio."
        return ""


@dataclass(frozen=True, slots=True)
class Shift:
    """What is said of NEW against BASE in one metric, and on which grounds."""

    meeting: Meeting
    judgement: Judgement
    finding: Finding | None  # None where there is no verdict

    @property
    def verdict(self) -> Verdict:
        """Better or worse is NEW."""
        return self.judgement.verdict


@dataclass(frozen=True, slots=True)
class Unmet:
    """What is not compared, and why; `metric` is empty where it is a whole case."""

    case: Case
    metric: str
    reason: str


Trials = Mapping[Case, Held]
"""All that a run has."""


def held(rows: pd.DataFrame) -> Trials:
    """The trials of metrics.csv by their case, in the order of its rows."""
    found: dict[Case, list[Record]] = defaultdict(list)
    for record in records(rows):
        found[_case(record)].append(record)
    return {case: _held(mine) for case, mine in found.items()}


def shifts(base: Trials, new: Trials, better: Mapping[str, Better]) -> Iterator[Shift]:
    """The verdicts on every headline metric that both runs have in valid trials of a case.

    Args:
        base: the trials of the run that is compared with.
        new: those of the run that a verdict is about.
        better: the headline metrics of each scenario, and which of their values are better.
    """
    for case, mine in new.items():
        others, headlines = base.get(case, Held()), better.get(case.scenario)
        if headlines and mine.trials and others.trials:
            yield from decided(tuple(meetings(case, others, mine, headlines)))


def meetings(case: Case, base: Held, new: Held, better: Better) -> Iterator[Meeting]:
    """A meeting a headline metric that both have."""
    for metric, direction in better.items():
        if base.has(metric) and new.has(metric):
            yield Meeting(case, metric, direction, base.side(metric), new.side(metric))


def decided(met: Sequence[Meeting]) -> tuple[Shift, ...]:
    """The verdicts on the metrics of one case, their p-values corrected together."""
    fit = [each for each in met if not each.hindrance]
    p_values = holm([independent_p(each.new.measured, each.base.measured) for each in fit])
    corrected = dict(zip((each.metric for each in fit), p_values, strict=True))
    return tuple(_shift(each, corrected) for each in met)


def _shift(met: Meeting, corrected: Mapping[str, float]) -> Shift:
    if met.metric not in corrected:
        return Shift(met, Judgement(Verdict.NONE, met.hindrance), None)
    new, base = met.new.measured, met.base.measured
    made = Finding(independent_ratio(new, base), delta(new, base), corrected[met.metric])
    few = few_trials(len(new), len(base), len(corrected))
    return Shift(met, judge(made.ratio, made.p, met.better, few), made)


def unmet(base: Trials, new: Trials, better: Mapping[str, Better]) -> Iterator[Unmet]:
    """The cases and headline metrics that only one of the runs has, or none in a valid trial."""
    for case in dict.fromkeys([*base, *new]):
        reason = _apart(base.get(case), new.get(case), known=case.scenario in better)
        if reason:
            yield Unmet(case, "", reason)
            continue
        for metric in better[case.scenario]:
            who = [name for name, run in ((BASE, base), (NEW, new)) if run[case].has(metric)]
            if len(who) == 1:
                yield Unmet(case, metric, f"Only {who[0]} has it.")


def _apart(base: Held | None, new: Held | None, *, known: bool) -> str:
    """Why a case cannot be compared at all, "" when it can."""
    if base is None or new is None:
        return f"Only {BASE if new is None else NEW} has it."
    void = [name for name, run in ((BASE, base), (NEW, new)) if not run.trials]
    if void:
        lost = "; ".join(dict.fromkeys((*base.lost, *new.lost)))
        why = f" ({lost})" if lost else ""
        return f"No trial of {' or '.join(void)} is valid{why}."
    return "" if known else "This version of Seatrial does not know the scenario."


def _case(record: Record) -> Case:
    return Case(*(_word(record.get(field.name)) for field in fields(Case)))


def _held(mine: Sequence[Record]) -> Held:
    lost = (str(record["reason"]) for record in mine if not valid(record))
    good = (reading(record) for record in mine if valid(record))
    return Held(tuple(good), tuple(dict.fromkeys(filter(None, lost))))


def _word(cell: object) -> str:
    """A cell as text, also where it was read as a number; "" where the run lacks the column."""
    if isinstance(cell, str):
        return cell
    number = isinstance(cell, int | float) and math.isfinite(cell)
    return written(float(str(cell))) if number else ""
