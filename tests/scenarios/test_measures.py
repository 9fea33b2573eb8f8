"""Measures of hand-written trials: known events and replies, known answers."""

import pytest
from support.trials import act, measured, ready, serve, told, trial

from seatrial.harness import registry
from seatrial.harness.record import Event
from seatrial.harness.scenario import Scenario
from seatrial.scenarios.load_balance import LoadBalance
from seatrial.scenarios.scale import Scale


def test_shares_count_idle_replicas_and_doubled_views() -> None:
    events = [Event(0, "harness", "steady", "before")]
    of = trial(events, serve("a", "a", "a", "b", n=401))
    of.samples.loc[7, "count"] = 7
    found = measured(LoadBalance(), of)
    assert found["share_min_fresh"].value == 0
    assert found["share_max_fresh"].value == pytest.approx(0.75)
    assert found["jain_index_fresh"].value == pytest.approx(1 / (3 * (0.75**2 + 0.25**2)))
    assert found["miscounted"].value == 1


def test_scale_takes_both_ways_apart() -> None:
    names, new = ("a", "b", "c"), ("d", "e", "f")
    events = [
        *ready(0, *names),
        act(1000, "scale_up"),
        *ready(1500, "d"),
        *ready(1700, "e", "f"),
        act(9000, "scale_down"),
        *[told(9200, "unready", name) for name in new],
    ]
    replies = [
        *serve(*names, n=160),
        *serve(*names, *new, n=740),
        *serve(*names, *new, n=20),
        None,
        *serve(*names, n=200),
    ]
    found = measured(Scale(), trial(events, replies))
    assert found["up_first_ready"].value == pytest.approx(0.5)
    assert found["up_all_ready"].value == pytest.approx(0.7)
    assert found["up_first_served"].value == pytest.approx(0.635, abs=0.06)
    assert found["up_all_served"].value == pytest.approx(0.655, abs=0.06)
    assert found["up_fair_share"].value == pytest.approx(0.25, abs=0.26)
    assert (found["up_failed"].value, found["down_failed"].value) == (0, 1)
    assert found["down_last_served"].value == pytest.approx(0.195, abs=0.06)
    assert found["down_all_ready"].value == pytest.approx(0.2)


EVERY = [
    pytest.param(scenario, variant, id=f"{name} {variant}".strip())
    for name, scenario in registry.scenarios().items()
    for variant in scenario.variants
]


@pytest.mark.parametrize(("scenario", "variant"), EVERY)
def test_a_record_that_ends_before_the_act_gives_no_metrics(
    scenario: type[Scenario], variant: str
) -> None:
    assert scenario(variant).measure(trial([], [], variant)) == []
