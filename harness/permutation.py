"""Could the difference be chance? Permutation tests of scores. Pure.

Each trial scores by how many trials it certainly exceeds less how many certainly exceed it (Gehan,
Biometrika 52, 1965), which needs no distribution and takes censored values as they are. p is the
part of all ways to deal the trials in which the scores lie at least as far apart as they do (Good,
Permutation, Parametric, and Bootstrap Tests of Hypotheses, 3). If nothing differs,

- which of a block's two trials was whose is a toss of a coin: targets change places in blocks;
- which trials are whose of two independent runs is a draw from all of them: they are dealt anew.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations

import numpy as np

from seatrial.harness.bounded import Bounded, Floats, Pair, highs, lows

EXACT = 13
"""So many blocks have 8192 exchanges, which are all looked at; of more blocks there is a sample."""

SPLITS = 12_870
"""So many ways there are to deal 8 and 8 trials, which are all looked at; of more only a sample."""

SAMPLES = 10_000
SEED = 20_178


def p_value(pairs: Sequence[Pair]) -> float:
    """Two-sided: the probability of a difference like this one where there is none."""
    blocks = len(pairs)
    ranks = scores([each for pair in pairs for each in pair]).reshape(blocks, 2)
    apart = ranks[:, 0] - ranks[:, 1]
    found = np.abs(_exchanges(blocks) @ apart) >= abs(apart.sum())
    if blocks <= EXACT:
        return float(found.mean())
    return float((found.sum() + 1) / (SAMPLES + 1))  # what was observed is one of them


def least_p(blocks: int) -> float:
    """The least p that so many blocks can give, when all of them agree."""
    return float(2.0 ** (1 - blocks))


def independent_p(first: Sequence[Bounded], second: Sequence[Bounded]) -> float:
    """The same of two runs that have no blocks in common: twice the smaller of both tails.

    The order of the trials and which run is the first change nothing, not even in a sample.
    """
    ranks = scores([*first, *second])
    sides = (ranks[: len(first)], ranks[len(first) :])
    few = min(sides, key=lambda side: (len(side), float(side.sum())))
    dealt = _splits(len(few), len(ranks)) @ np.sort(ranks)
    tails = (int((dealt <= few.sum()).sum()), int((dealt >= few.sum()).sum()))
    seen = 0 if _exact(len(few), len(ranks)) else 1  # of a sample, what was observed is one
    return min(1.0, 2 * (min(tails) + seen) / (len(dealt) + seen))


def independent_least_p(first: int, second: int) -> float:
    """The least p that so many trials of each run can give, when the runs do not overlap."""
    return 2 / math.comb(first + second, first)


def scores(values: Sequence[Bounded]) -> Floats:
    """Of each value, how many it certainly exceeds less how many certainly exceed it."""
    exceeds = lows(values)[:, np.newaxis] > highs(values)[np.newaxis, :]
    return np.asarray(exceeds.sum(axis=1) - exceeds.sum(axis=0), dtype=np.float64)


def _exact(few: int, trials: int) -> bool:
    return math.comb(trials, few) <= SPLITS


@cache
def _exchanges(blocks: int) -> Floats:
    """A row an exchange: 1 where a block stays, -1 where its two trials change places."""
    if blocks <= EXACT:
        bits = np.arange(2**blocks)[:, np.newaxis] >> np.arange(blocks) & 1
    else:
        bits = np.random.default_rng(SEED).integers(0, 2, size=(SAMPLES, blocks))
    return np.asarray(1 - 2 * bits, dtype=np.float64)


@cache
def _splits(few: int, trials: int) -> Floats:
    """A row a way to deal: 1 for each of the few trials that become those of the smaller run."""
    if not _exact(few, trials):
        mine = (np.arange(trials) < few).astype(np.float64)
        dealt = np.random.default_rng(SEED).permuted(np.tile(mine, (SAMPLES, 1)), axis=1)
        return np.asarray(dealt, dtype=np.float64)
    places = np.array(list(combinations(range(trials), few)))
    rows = np.zeros((len(places), trials))
    np.put_along_axis(rows, places, 1.0, axis=1)
    return rows
