"""The simulation's worlds have the truth that they claim."""

import numpy as np
import pytest

from benchmarks.verdicts import MEASURES, Contest, contest, contest_of_runs
from benchmarks.worlds import NOISES, World
from seatrial.harness.verdicts import Verdict


@pytest.mark.parametrize("noise", NOISES)
def test_the_median_is_about_one_and_the_second_is_that_much_longer(noise: str) -> None:
    world = World(noise, 20_000, apart=0.5)
    first, second = np.median(world.trials(np.random.default_rng(1)), axis=0)
    assert first == pytest.approx(world.middle(np.random.default_rng(2)), rel=0.02)
    assert second == pytest.approx(1.5 * first, rel=0.02)
    assert first == pytest.approx(1.0, rel=0.05)


def test_a_world_drifts() -> None:
    early, *_, late = World("heavy-tailed", 1000).trials(np.random.default_rng(3)).reshape(10, 200)
    assert 1.1 < np.median(late) / np.median(early) < 1.3


@pytest.mark.parametrize("kind", [contest, contest_of_runs])
def test_contests_are_alike_for_the_same_seed_and_only_the_first_metric_differs(
    kind: Contest,
) -> None:
    worlds = World("skewed", 15, apart=5.0)
    one, other = (kind(worlds, np.random.default_rng(4)) for _ in range(2))
    assert one == other
    assert len(one) == MEASURES
    assert one[0] is Verdict.BETTER
    assert Verdict.BETTER not in one[1:]
