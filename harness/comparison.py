"""NEW against BASE as a whole: what changed, which thresholds are kept, what else differs. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.harness.checks import Check, Standing, checks
from seatrial.harness.circumstances import Fact, Recorded, facts
from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Run, Threshold
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ENOUGH, Verdict
from seatrial.harness.versus import Case, Shift, Unmet, shifts, unmet

WORST_FIRST = (
    Verdict.WORSE,
    Verdict.BETTER,
    Verdict.INCONCLUSIVE,
    Verdict.SAME,
    Verdict.NONE,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is said of NEW against BASE, in the order of NEW's suite."""

    base: Run
    new: Run
    shifts: tuple[Shift, ...]
    checks: tuple[Check, ...]
    unmet: tuple[Unmet, ...]
    facts: tuple[Fact, ...]

    @property
    def worse(self) -> tuple[Shift, ...]:
        """The headline metrics in which NEW is worse."""
        return tuple(each for each in self.shifts if each.verdict is Verdict.WORSE)

    @property
    def missed(self) -> tuple[Check, ...]:
        """The thresholds that NEW misses."""
        return tuple(each for each in self.checks if each.standing is Standing.MISSED)

    @property
    def regressed(self) -> bool:
        """Whether there is anything that somebody should look at before NEW is taken."""
        return bool(self.worse or self.missed)

    @property
    def judged(self) -> bool:
        """Whether any metric has a verdict or any threshold could be checked."""
        return any(each.verdict is not Verdict.NONE for each in self.shifts) or any(
            each.standing is not Standing.OPEN for each in self.checks
        )

    @property
    def outcome(self) -> str:
        """It in a sentence."""
        return f"{self._head}: {'; '.join(self._counts())}."

    @property
    def _head(self) -> str:
        if self.regressed:
            return "Regression"
        if self.judged:
            return "No regression"
        return f"No regression could be told, for want of {ENOUGH} valid trials in each run"

    def _counts(self) -> Iterable[str]:
        verdicts = _counted((each.verdict for each in self.shifts), WORST_FIRST)
        yield f"headline metrics: {verdicts}"
        if self.checks:
            yield f"thresholds: {_counted((each.standing for each in self.checks), Standing)}"
        if self.unmet:
            yield f"not compared: {len(self.unmet)}"


def _counted(found: Iterable[StrEnum], order: Iterable[StrEnum]) -> str:
    counts = Counter(found)
    return ", ".join(f"{counts[kind]} {kind.value}" for kind in order if counts[kind])


def compare(
    base: Recorded,
    new: Recorded,
    scenarios: Mapping[str, type[Scenario]],
    thresholds: Sequence[Threshold] | None = None,
) -> Comparison:
    """Compare two runs in all that they have in common.

    Args:
        base: the run that is compared with.
        new: the one that is judged.
        scenarios: scenario classes by name, which say what is better.
        thresholds: what to ask of NEW, instead of what its own suite asked.

    Raises:
        MeasurementError: they have nothing in common.
        UsageError: a threshold is in another unit than its metric.
    """
    better = {name: kind.better for name, kind in scenarios.items()}
    place = _places(new.run)
    found = sorted(shifts(base.trials, new.trials, better), key=lambda s: place(s.meeting.case))
    if not found:
        raise MeasurementError(
            f"{new.run.name} cannot be compared with {base.run.name}: no headline metric was "
            "measured in valid trials of both with the same target, profile, scenario, variant and "
            "point."
        )
    asked = new.run.thresholds if thresholds is None else thresholds
    checked = checks(asked, base.trials, new.trials, better)
    apart = unmet(base.trials, new.trials, better)
    return Comparison(
        base=base.run,
        new=new.run,
        shifts=tuple(found),
        checks=tuple(sorted(checked, key=lambda c: place(c.case))),
        unmet=tuple(sorted(apart, key=lambda u: place(u.case))),
        facts=facts(base, new),
    )


Place = tuple[int, str, str, str, str, tuple[float, str], str]


def _places(run: Run) -> Callable[[Case], Place]:
    """Where a case goes: as the run's suite has it, by the points of a sweep, target by target."""
    known = {case: place for place, case in reversed([*enumerate(run.cases)])}

    def place(case: Case) -> Place:
        kind = (case.scenario, case.variant, case.profile)
        return known.get(kind, len(known)), *kind, case.swept, _rank(case.point), case.target

    return place


def _rank(point: str) -> tuple[float, str]:
    """Numbers by their size, before words."""
    try:
        return float(point), ""
    except ValueError:
        return math.inf, point
