"""Thresholds against two runs: which are kept, which are missed, and what cannot be told. Pure.

A threshold is no test: it takes medians as they are, of however few trials. It is kept only where
the numbers show it: what should have been measured and was not, or had not ended, is a miss.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.harness.bounded import Bounded
from seatrial.harness.effects import quotient
from seatrial.harness.errors import UsageError
from seatrial.harness.record import CANNOT, Threshold
from seatrial.harness.scenario import Better
from seatrial.harness.versus import Case, Held, Side, Trials


class Standing(StrEnum):
    """What became of a threshold."""

    MISSED = "missed"
    KEPT = "kept"
    OPEN = "not judged"


@dataclass(frozen=True, slots=True)
class Asked:
    """One limit of a threshold."""

    metric: str
    kind: str  # worse_by, at_most or at_least
    limit: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A limit in one case, of which only scenario and variant are known where NEW lacks it."""

    asked: Asked
    case: Case
    base: Side
    new: Side
    standing: Standing
    reason: str


Found = tuple[Standing, str]


def checks(
    thresholds: Sequence[Threshold], base: Trials, new: Trials, better: Mapping[str, Better]
) -> Iterator[Check]:
    """Every limit in every case of NEW that it is for.

    Args:
        thresholds: as a suite or a file has them.
        base: the trials of the run that `worse_by` compares with.
        new: those of the run that is judged.
        better: which values of a scenario's headline metrics are better.

    Raises:
        UsageError: a threshold is in another unit than its metric.
    """
    for threshold in thresholds:
        cases = [case for case in new if _covers(threshold, case)]
        for asked in _asked(threshold):
            for case in cases:
                yield _check(asked, case, (base.get(case, Held()), new[case]), better)
            if not cases:
                nowhere = Case("", "", threshold.scenario, threshold.variant)
                why = "NEW has no such trial."
                yield Check(asked, nowhere, Side(), Side(), Standing.OPEN, why)


def _covers(threshold: Threshold, case: Case) -> bool:
    return threshold.scenario == case.scenario and threshold.variant in ("", case.variant)


def _asked(threshold: Threshold) -> Iterator[Asked]:
    for kind in ("worse_by", "at_most", "at_least"):
        limit: float | None = getattr(threshold, kind)
        if limit is not None:
            yield Asked(threshold.metric, kind, limit, threshold.unit)


def _check(
    asked: Asked, case: Case, trials: tuple[Held, Held], better: Mapping[str, Better]
) -> Check:
    base, new = (run.side(asked.metric) for run in trials)
    _fits(asked, case, new)
    headlines = better.get(case.scenario)
    lower = headlines is not None and headlines.get(asked.metric) == "lower"
    cannot = _cannot(trials[1])
    found = (Standing.OPEN, cannot) if cannot else _found(asked, base, new, lower=lower)
    return Check(asked, case, base, new, *found)


def _fits(asked: Asked, case: Case, new: Side) -> None:
    if asked.unit and new.unit and asked.unit != new.unit:
        raise UsageError(
            f"The threshold of {case.scenario}.{asked.metric} is in {asked.unit!r}, its values are "
            f"in {new.unit!r}: write it in that unit."
        )


def _cannot(new: Held) -> str:
    """That a target cannot do the trial at all, which is no miss; "" where it can."""
    if new.trials or not new.lost or not all(said.startswith(tuple(CANNOT)) for said in new.lost):
        return ""
    return f"NEW has no such trial: {'; '.join(new.lost)}."


def _found(asked: Asked, base: Side, new: Side, *, lower: bool) -> Found:
    middle = new.middle
    if middle is None or new.missing:
        return Standing.MISSED, f"NEW does not show it: {_lack(new)}."
    if asked.kind == "worse_by":
        return _against(asked, base, new, lower=lower)
    return LIMITS[asked.kind](asked, new, middle)


def _lack(side: Side) -> str:
    """Why a side has no median that counts."""
    if not side.trials:
        return f"no trial is valid ({side.lack})" if side.lack else "no trial is valid"
    return f"not measured {side.missing}"


def _at_most(asked: Asked, new: Side, middle: Bounded) -> Found:
    kept = not middle.censored and middle.value <= asked.limit
    return _standing(kept=kept), f"{_median(new, middle)}; at most {asked.limit:g} is allowed."


def _at_least(asked: Asked, new: Side, middle: Bounded) -> Found:
    kept = middle.value >= asked.limit
    return _standing(kept=kept), f"{_median(new, middle)}; at least {asked.limit:g} is asked for."


LIMITS: Mapping[str, Callable[[Asked, Side, Bounded], Found]] = {
    "at_most": _at_most,
    "at_least": _at_least,
}


def _against(asked: Asked, base: Side, new: Side, *, lower: bool) -> Found:
    """NEW's median in terms of BASE's; without an end in NEW alone, any number of times that."""
    mine, others = new.middle, base.middle
    if mine is None or others is None or base.missing:
        return Standing.OPEN, f"BASE has nothing to compare with: {_lack(base)}."
    if base.unit != new.unit or min(mine.value, others.value) < 0:
        return Standing.OPEN, "Other units, or values below 0, have no ratio."
    endless = lower and mine.censored and not others.censored
    times = math.inf if endless else quotient(mine.value, others.value)
    most = 1 + asked.limit
    kept = times <= most if lower else times * most >= 1
    bound = f"at most {most:.3g}" if lower else f"at least {1 / most:.3g}"
    ends = "had not ended" if endless else f"is {times:.3g} times BASE's"
    said = (
        f"NEW's median {ends}; {bound} times is allowed. These are plain medians of "
        f"{len(new.measured)} and {len(base.measured)} trials, without a test."
    )
    return _standing(kept=kept), said


def _standing(*, kept: bool) -> Standing:
    return Standing.KEPT if kept else Standing.MISSED


def _median(side: Side, middle: Bounded) -> str:
    value = f"{'> ' if middle.censored else ''}{middle.value:g}"
    unit = "" if side.unit == "1" else f" {side.unit}"
    trials = len(side.measured)
    return f"NEW's median is {value}{unit} (of {trials} trial{'' if trials == 1 else 's'})"
