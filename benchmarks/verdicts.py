"""Do intervals and verdicts keep what they promise? Simulated where the truth is known.

`python -m benchmarks.verdicts` prints Markdown tables; the same ones each time, in a few minutes.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from benchmarks.worlds import NOISES, Dice, World
from seatrial.harness.bounded import Pair
from seatrial.harness.contest import Match, decided
from seatrial.harness.effects import ratio
from seatrial.harness.intervals import interval
from seatrial.harness.verdicts import Verdict
from seatrial.harness.versus import Case, Meeting, Side
from seatrial.harness.versus import decided as decided_of_runs

SEED = 20_261
ROUNDS = 2000
"""Of each interval."""

CONTESTS = 1500
"""Of each kind of contest: a rate near 5% is known to within about 1% either way."""

MEASURES = 3
"""Headline metrics of a contest, as most scenarios have; at most the first one differs."""

SIZES = (5, 10, 15, 30)
BLOCKS = (5, 6, 7, 8, 10, 15, 30)
APART = (0.0, 0.2, 0.5)
DECIDED = {Verdict.BETTER, Verdict.WORSE}

Contest = Callable[[World, Dice], list[Verdict]]


def coverage(world: World, dice: Dice) -> tuple[float, float, float]:
    """How often the median's interval holds it, what it promises, and the ratio's interval."""
    middle = world.middle(dice)
    true = 1 / (1 + world.apart)
    median_held = ratio_held = 0
    for _ in range(ROUNDS):
        pairs = world.pairs(dice)
        found, other = interval([one for one, _ in pairs]), ratio(pairs)
        median_held += found.low <= middle <= found.high
        ratio_held += other.low <= true <= other.high
    return median_held / ROUNDS, found.coverage, ratio_held / ROUNDS


def contest(world: World, dice: Dice) -> list[Verdict]:
    """The verdicts of one contest, of which only the first metric may differ."""
    matches = [Match(name, "s", "lower", pairs) for name, pairs in _measured(world, dice)]
    return [each.judgement.verdict for each in decided(matches)]


def contest_of_runs(world: World, dice: Dice) -> list[Verdict]:
    """The same of two runs, each with as many trials as there are blocks, which nothing pairs."""
    met = [_meeting(name, pairs) for name, pairs in _measured(world, dice)]
    return [each.verdict for each in decided_of_runs(met)]


def _measured(world: World, dice: Dice) -> Iterator[tuple[str, tuple[Pair, ...]]]:
    alike = replace(world, apart=0.0)
    for place, each in enumerate([world, *[alike] * (MEASURES - 1)]):
        yield str(place), each.pairs(dice)


def _meeting(name: str, pairs: Sequence[Pair]) -> Meeting:
    new, base = (Side(len(pairs), "s", each) for each in zip(*pairs, strict=True))
    return Meeting(Case("made up", "", "", ""), name, "lower", base, new)


def rates(world: World, dice: Dice, one: Contest) -> tuple[Counter[Verdict], int]:
    """The verdicts on the first metric, and how many contests had a false better or worse.

    Where the first metric differs, only the others can be falsely better or worse.
    """
    verdicts = [one(world, dice) for _ in range(CONTESTS)]
    unlike = 1 if world.apart else 0
    false = sum(any(each in DECIDED for each in found[unlike:]) for found in verdicts)
    return Counter(found[0] for found in verdicts), false


def intervals_table(dice: Dice) -> Iterator[str]:
    """A row a noise and number of trials."""
    yield "| noise | trials | median: held | median: promised | ratio: held |"
    yield "|---|---|---|---|---|"
    for noise in NOISES:
        for size in SIZES:
            held, promised, other = coverage(World(noise, size), dice)
            yield f"| {noise} | {size} | {held:.1%} | {promised:.1%} | {other:.1%} |"


def verdicts_table(dice: Dice, one: Contest, of: str) -> Iterator[str]:
    """A row a noise, difference and number of blocks, or of trials of each run."""
    yield f"| noise | difference | {of} | better | worse | same | inconclusive | any false |"
    yield "|---|---|---|---|---|---|---|---|"
    for noise in NOISES:
        for apart in APART:
            for blocks in BLOCKS:
                found, false = rates(World(noise, blocks, apart), dice, one)
                words = (Verdict.BETTER, Verdict.WORSE, Verdict.SAME, Verdict.INCONCLUSIVE)
                cells = _percent([found[word] for word in words] + [false])
                yield f"| {noise} | {apart:.0%} | {blocks} | {cells} |"


def _percent(counts: Sequence[int]) -> str:
    return " | ".join(f"{count / CONTESTS:.1%}" for count in counts)


def main() -> None:
    """Print the tables as they come about."""
    dice = np.random.default_rng(SEED)
    tables = (
        intervals_table(dice),
        verdicts_table(dice, contest, "blocks"),
        verdicts_table(dice, contest_of_runs, "trials of each run"),
    )
    for table in tables:
        for line in chain(table, [""]):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
