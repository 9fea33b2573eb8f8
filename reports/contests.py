"""The verdicts of a run as a reader sees them: a bout for two targets in one case. Pure."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from seatrial.harness.contest import Contest, Finding, contests
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ALPHA, ENOUGH, MARGIN, Verdict
from seatrial.reports import numbers
from seatrial.reports.compare import Case, Section
from seatrial.reports.looks import Look, look
from seatrial.reports.questions import better

RULES = (
    "A verdict compares two targets in a headline measure: by the ratio of their medians with its "
    "interval, and by the probability p of such a difference by chance, corrected for all headline "
    "measures of the trial. Cliff's delta goes from -1, the first is always less, to 1. The same "
    f"means that the whole interval lies within {MARGIN:.0%} of equal; better, that the medians "
    f"differ by more, p is at most {ALPHA:.0%}, and the interval excludes equal."
)
NONE = f"There are none: no kind of trial has {ENOUGH} blocks with a valid trial of two targets."


@dataclass(frozen=True, slots=True)
class Line:
    """One headline metric: its figures as text, empty where there is no verdict, and as numbers."""

    metric: str
    better: str  # "lower" or "higher"
    ratio: str
    delta: str
    p: str
    verdict: Verdict
    said: str  # the verdict in words, with the winner's name
    reason: str
    finding: Finding | None  # None where there is no verdict


@dataclass(frozen=True, slots=True)
class Bout:
    """Two targets in one case, in the order of the ratio: the first's median by the second's."""

    case: Case
    title: str
    first: Look
    second: Look
    lines: tuple[Line, ...]

    @property
    def judged(self) -> bool:
        """Whether there were blocks enough for any verdict."""
        return any(line.verdict is not Verdict.NONE for line in self.lines)

    def won(self, verdict: Verdict) -> tuple[str, ...]:
        """The metrics with that verdict on the first."""
        return tuple(line.metric for line in self.lines if line.verdict is verdict)


def bouts(
    sections: Sequence[Section], metrics: pd.DataFrame, scenarios: Mapping[str, type[Scenario]]
) -> tuple[Bout, ...]:
    """Every two targets in every case, in the order of the sections.

    Args:
        sections: the cases of the run.
        metrics: metrics.csv.
        scenarios: scenario classes by name, which say what is better.
    """
    return tuple(bout for section in sections for bout in _of(section, metrics, scenarios))


def _of(
    section: Section, metrics: pd.DataFrame, scenarios: Mapping[str, type[Scenario]]
) -> Iterator[Bout]:
    named = better(scenarios.get(section.case.scenario))
    if not named:
        return
    valid = {number for trials in section.valid.values() for number in trials}
    rows = metrics[metrics["trial"].isin(valid)]
    for first, second in combinations(section.valid, 2):
        found = contests(rows, named, first, second)
        both = look(first), look(second)
        lines = tuple(_line(contest, *both) for contest in found)
        if lines:
            yield Bout(section.case, section.title, *both, lines)


def _line(contest: Contest, first: Look, second: Look) -> Line:
    verdict, reason = contest.judgement.verdict, contest.judgement.reason
    winner = {Verdict.BETTER: first, Verdict.WORSE: second}.get(verdict)
    return Line(
        contest.match.metric,
        contest.match.better,
        *figures(contest.finding),
        verdict=verdict,
        said=f"{winner.title} is better" if winner else verdict.value,
        reason=reason,
        finding=contest.finding,
    )


def figures(finding: Finding | None) -> tuple[str, str, str]:
    """The ratio with its interval, Cliff's delta and p as text; empty where there is none."""
    if finding is None:
        return "", "", ""
    low, high = _quotient(finding.ratio.low), _quotient(finding.ratio.high)
    ratio = f"{_quotient(finding.ratio.value)} ({numbers.span(low, high, '1')})"
    return ratio, f"{finding.delta:.2f}", f"{finding.p:.2g}"


def _quotient(value: float) -> str:
    """A ratio in digits; against a median of 0 there is no number for it."""
    return numbers.number(value) if math.isfinite(value) else "infinite"
