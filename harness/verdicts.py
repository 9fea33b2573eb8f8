"""What may be said of two targets, and why. Pure; docs/statistics.md has the rules and their proof.

The trial is the unit, a block has one of each target. A verdict needs the size of a difference (the
ratio's interval) and that it is no chance (the permutation test) to agree.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.harness.effects import Ratio
from seatrial.harness.permutation import least_p

ENOUGH = 5
"""Fewer blocks give no verdict at all."""

MARGIN = 0.10
"""Practical equivalence: medians of which neither is more than this part over the other."""

ALPHA = 0.05


class Verdict(StrEnum):
    """What is said of the first target against the second."""

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


def judge(ratio: Ratio, p: float, better: str, blocks: int, measures: int) -> Judgement:
    """Weigh one metric.

    Args:
        ratio: the first target's median in terms of the second's, with its interval.
        p: of the permutation test, corrected for all measures of the comparison.
        better: which values are: "lower" or "higher".
        blocks: how many blocks have both.
        measures: how many p-values were corrected together.
    """
    if ratio.low >= 1 / (1 + MARGIN) and ratio.high <= 1 + MARGIN:
        return Judgement(Verdict.SAME, f"The whole interval lies within {MARGIN:.0%} of equal.")
    doubt = _doubt(ratio, p, blocks, measures)
    if doubt:
        return Judgement(Verdict.INCONCLUSIVE, doubt)
    won = (ratio.value < 1) == (better == "lower")
    return Judgement(
        Verdict.BETTER if won else Verdict.WORSE,
        f"{better.capitalize()} is better; the medians differ by more than {MARGIN:.0%}, and "
        f"neither the interval nor the test (p {p:.2g}) leaves it to chance.",
    )


def _doubt(ratio: Ratio, p: float, blocks: int, measures: int) -> str:
    """Why no difference may be told, "" when it may."""
    if p > ALPHA:
        needed = blocks_needed(measures)
        if blocks < needed:
            return (
                f"{blocks} blocks cannot tell a difference, however large; {needed} can "
                f"(headline metrics tested together: {measures})."
            )
        return f"Chance may give such a difference (p {p:.2g})."
    if ratio.low <= 1 <= ratio.high:
        return "The interval includes no difference, and ones beyond the margin."
    if 1 / (1 + MARGIN) <= ratio.value <= 1 + MARGIN:
        return f"They differ, but perhaps by less than the {MARGIN:.0%} that count."
    return ""


def blocks_needed(measures: int) -> int:
    """The fewest blocks in which one of so many measures can be told apart at all."""
    blocks = ENOUGH
    while least_p(blocks) * measures > ALPHA:
        blocks += 1
    return blocks


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values corrected for their number (Holm, Scandinavian Journal of Statistics, 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, worst = [math.nan] * len(p_values), 0.0
    for done, place in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - done) * p_values[place]))
        corrected[place] = worst
    return tuple(corrected)
