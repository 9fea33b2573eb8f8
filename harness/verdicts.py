"""What may be said of two targets or runs, and why. Pure; docs/statistics.md has rules and proof.

The trial is the unit; a block of a run has one of each target. A verdict needs the size of a
difference (the ratio's interval) and that it is no chance (the permutation test) to agree.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.harness.effects import Ratio
from seatrial.harness.permutation import independent_least_p, least_p

ENOUGH = 5
"""Fewer blocks of a run, or valid trials of each of two runs, give no verdict at all."""

MARGIN = 0.10
"""Practical equivalence: medians of which neither is more than this part over the other."""

ALPHA = 0.05


class Verdict(StrEnum):
    """What is said of the first target or run against the second."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    INCONCLUSIVE = "inconclusive"
    NONE = "no verdict"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and its reason in a sentence."""

    verdict: Verdict
    reason: str


def judge(ratio: Ratio, p: float, better: str, few: str) -> Judgement:
    """Weigh one metric.

    Args:
        ratio: the first's median in terms of the second's, with its interval.
        p: of the permutation test, corrected for all measures of the comparison.
        better: which values are: "lower" or "higher".
        few: what `few_blocks` or `few_trials` says of how many were compared.
    """
    if ratio.low >= 1 / (1 + MARGIN) and ratio.high <= 1 + MARGIN:
        return Judgement(Verdict.SAME, f"The whole interval lies within {MARGIN:.0%} of equal.")
    doubt = _doubt(ratio, p, few)
    if doubt:
        return Judgement(Verdict.INCONCLUSIVE, doubt)
    won = (ratio.value < 1) == (better == "lower")
    return Judgement(
        Verdict.BETTER if won else Verdict.WORSE,
        f"{better.capitalize()} is better; the medians differ by more than {MARGIN:.0%}, and "
        f"neither the interval nor the test (p {p:.2g}) leaves it to chance.",
    )


def _doubt(ratio: Ratio, p: float, few: str) -> str:
    """Why no difference may be told, "" when it may."""
    if p > ALPHA:
        return few or f"Chance may give such a difference (p {p:.2g})."
    if ratio.low <= 1 <= ratio.high:
        return "The interval includes no difference, and ones beyond the margin."
    if 1 / (1 + MARGIN) <= ratio.value <= 1 + MARGIN:
        return f"They differ, but perhaps by less than the {MARGIN:.0%} that count."
    return ""


def few_blocks(blocks: int, measures: int) -> str:
    """That so many blocks can tell no difference in one of so many measures, "" when they can."""
    needed = blocks_needed(measures)
    return "" if blocks >= needed else _few(f"{blocks} blocks", f"{needed} can", measures)


def few_trials(first: int, second: int, measures: int) -> str:
    """The same of so many trials of each of two runs."""
    if independent_least_p(first, second) * measures <= ALPHA:
        return ""
    needed = trials_needed(measures)
    return _few(f"{first} and {second} trials", f"{needed} of each run can", measures)


def _few(had: str, can: str, measures: int) -> str:
    return (
        f"{had} cannot tell a difference, however large; {can} "
        f"(headline metrics tested together: {measures})."
    )


def blocks_needed(measures: int) -> int:
    """The fewest blocks in which one of so many measures can be told apart at all."""
    return _needed(measures, least_p)


def trials_needed(measures: int) -> int:
    """The fewest trials of each of two runs that can."""
    return _needed(measures, lambda trials: independent_least_p(trials, trials))


def _needed(measures: int, least: Callable[[int], float]) -> int:
    count = ENOUGH
    while least(count) * measures > ALPHA:
        count += 1
    return count


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values corrected for their number (Holm, Scandinavian Journal of Statistics, 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, worst = [math.nan] * len(p_values), 0.0
    for done, place in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - done) * p_values[place]))
        corrected[place] = worst
    return tuple(corrected)
