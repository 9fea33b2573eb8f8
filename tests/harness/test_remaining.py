"""How long a run will still take: what the estimate says, and what trials that ended say of it."""

import pytest

from seatrial.harness import plan, registry
from seatrial.harness.estimate import forecast, whole_s
from seatrial.harness.remaining import TRUST_S, Cost, Forecast, Remaining

TWO = Forecast(25.0, {1: Cost(10.0, 60.0), 2: Cost(0.0, 30.0)})


def test_nothing_is_said_without_an_estimate() -> None:
    remaining = Remaining(Forecast())
    remaining.begun(1)
    remaining.ended(1, 10.0, finished=True)
    assert remaining.whole_s() is None
    assert remaining.trial_s(2) is None
    assert remaining.left_s(2, 1.0) is None


def test_before_the_first_trial_all_of_it_is_to_come() -> None:
    assert Remaining(TWO).whole_s() == 125


def test_a_trial_that_runs_takes_its_time_from_what_is_left_but_never_more() -> None:
    remaining = Remaining(TWO)
    remaining.begun(1)
    assert remaining.left_s(1, 0.0) == 90
    assert remaining.left_s(1, 20.0) == 70
    assert remaining.left_s(1, 500.0) == 30


def test_trials_that_took_longer_than_estimated_say_so_of_those_to_come() -> None:
    remaining = Remaining(TWO)
    remaining.begun(1)
    remaining.ended(1, 120.0, finished=True)
    pace = (TRUST_S + 120) / (TRUST_S + 60)
    assert remaining.trial_s(2) == pytest.approx(30 * pace)
    assert remaining.whole_s() == pytest.approx(30 * pace)


def test_a_trial_that_failed_says_nothing_of_the_others() -> None:
    remaining = Remaining(TWO)
    remaining.begun(1)
    remaining.ended(1, 0.1, finished=False)
    assert remaining.whole_s() == 30


def test_nothing_is_left_when_all_trials_have_ended() -> None:
    remaining = Remaining(TWO)
    for number in (1, 2):
        remaining.begun(number)
        remaining.ended(number, 40.0, finished=True)
    assert remaining.whole_s() == 0


@pytest.mark.parametrize("name", ["quick", "sweep", "full"])
def test_the_parts_of_an_estimate_are_the_whole(name: str) -> None:
    targets, scenarios = registry.targets(), registry.scenarios()
    made = plan.make(plan.load(plan.find(name)), name, 3, targets, scenarios)
    whole = Remaining(forecast(made, targets, scenarios)).whole_s()
    assert whole == pytest.approx(whole_s(made, targets, scenarios))
