"""Scale's measures of hand-written trials."""

import numpy as np
import pytest
from support.trials import act, measured, ready, samples, serve, told, trial

from seatrial.harness.record import Trial
from seatrial.scenarios.scale import FAIR_S, FAIR_WITHIN, Scale

OLD = ("a", "b", "c")
ADDED = tuple("defghijkl")


def twelve() -> Trial:
    events = [
        *ready(0, *OLD),
        act(1000, "scale_up"),
        *ready(2000, *ADDED),
        act(16_000, "scale_down"),
        *[told(16_200, "unready", name) for name in ADDED],
    ]
    requests = [
        *serve(*OLD, n=250),
        *serve(*OLD, *ADDED, n=1380),
        *serve(*OLD, n=200),
    ]
    return trial(events, samples(requests), "12")


def test_twelve_are_measured_as_six_are() -> None:
    found = measured(Scale("12"), twelve())
    assert found["up_all_ready"].value == pytest.approx(1.0)
    assert found["up_all_served"].value == pytest.approx(1.6, abs=0.03)
    assert found["up_fair_share"].value == pytest.approx(0.0, abs=1.6)
    assert found["down_all_ready"].value == pytest.approx(0.2)
    assert (found["up_failed"].value, found["down_failed"].value) == (0, 0)


def test_six_of_twelve_that_serve_nothing_are_no_fair_share() -> None:
    of = twelve()
    of.samples["replica"] = of.samples["replica"].replace(dict.fromkeys(ADDED[3:], "a"))
    assert measured(Scale("12"), of)["up_fair_share"].value is None


def test_a_suite_may_ask_for_another_number() -> None:
    assert (Scale("6").many, Scale("12").many, Scale("6", replicas=24).many) == (6, 12, 24)


@pytest.mark.parametrize(("replicas", "least"), [(6, 0.93), (12, 0.80)])
def test_random_choice_is_fair_in_most_windows(replicas: int, least: float) -> None:
    dice = np.random.default_rng(1)
    expected = 105 * FAIR_S
    counts = dice.multinomial(round(expected * replicas), [1 / replicas] * replicas, size=20_000)
    fair = np.abs(counts / expected - 1).max(axis=1) <= FAIR_WITHIN
    assert fair.mean() > least
