"""Could the difference be chance? A permutation test that exchanges targets within blocks. Pure.

If the targets do not differ, which of a block's two trials was whose is a toss of a coin. Each
trial scores by how many trials it certainly exceeds less how many certainly exceed it (Gehan,
Biometrika 52, 1965), which needs no distribution and takes censored values as they are. p is the
part of all exchanges in which the scores lie at least as far apart as they do (Good, Permutation,
Parametric, and Bootstrap Tests of Hypotheses, 3).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from seatrial.harness.bounded import Bounded, Floats, Pair, highs, lows

EXACT = 13
"""So many blocks have 8192 exchanges, which are all looked at; of more blocks there is a sample."""

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


def scores(values: Sequence[Bounded]) -> Floats:
    """Of each value, how many it certainly exceeds less how many certainly exceed it."""
    exceeds = lows(values)[:, np.newaxis] > highs(values)[np.newaxis, :]
    return np.asarray(exceeds.sum(axis=1) - exceeds.sum(axis=0), dtype=np.float64)


@cache
def _exchanges(blocks: int) -> Floats:
    """A row an exchange: 1 where a block stays, -1 where its two trials change places."""
    if blocks <= EXACT:
        bits = np.arange(2**blocks)[:, np.newaxis] >> np.arange(blocks) & 1
    else:
        bits = np.random.default_rng(SEED).integers(0, 2, size=(SAMPLES, blocks))
    return np.asarray(1 - 2 * bits, dtype=np.float64)
