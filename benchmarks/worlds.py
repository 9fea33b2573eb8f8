"""Made-up worlds in which the truth is known: trials with the noise and drift of real runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seatrial.harness.bounded import Pair, bounded

Floats = npt.NDArray[np.float64]
Dice = np.random.Generator

DRIFT = 0.2
"""From the first block to the last one everything takes longer by about this part."""

MANY = 400_000


def skewed(dice: Dice, shape: tuple[int, int]) -> Floats:
    """A fixed time and a wait without memory, as of a recovery: median 1, long to the right."""
    return np.asarray(0.8 + 0.2 * dice.exponential(1 / np.log(2), shape), dtype=np.float64)


def heavy(dice: Dice, shape: tuple[int, int]) -> Floats:
    """Mostly within a tenth of 1, now and then far off to either side: Student's t of 3."""
    return np.asarray(np.exp(0.1 * dice.standard_t(3, shape)), dtype=np.float64)


NOISES: Mapping[str, Callable[[Dice, tuple[int, int]], Floats]] = {
    "skewed": skewed,
    "heavy-tailed": heavy,
}


@dataclass(frozen=True, slots=True)
class World:
    """How trials vary, over how many blocks, and by which part the second target takes longer."""

    noise: str
    blocks: int
    apart: float = 0.0

    def trials(self, dice: Dice) -> Floats:
        """A row a block, a column a target."""
        values = NOISES[self.noise](dice, (self.blocks, 2)) * self._drift()[:, np.newaxis]
        return np.asarray(values * [1.0, 1.0 + self.apart], dtype=np.float64)

    def pairs(self, dice: Dice) -> tuple[Pair, ...]:
        """The same as values of metrics."""
        return tuple((bounded(float(a)), bounded(float(b))) for a, b in self.trials(dice))

    def middle(self, dice: Dice) -> float:
        """The true median of the first target over all blocks."""
        rounds = MANY // self.blocks
        noise = NOISES[self.noise](dice, (self.blocks, rounds))
        return float(np.median(noise * self._drift()[:, np.newaxis]))

    def _drift(self) -> Floats:
        return np.asarray(1 + np.linspace(-DRIFT / 2, DRIFT / 2, self.blocks), dtype=np.float64)
