"""Measures of hand-written trials: known events and replies, known answers."""

import pytest
from support.releases import serve, trial
from support.trials import measured

from seatrial.harness import registry
from seatrial.harness.record import Event
from seatrial.harness.scenario import Scenario
from seatrial.scenarios.load_balance import LoadBalance


def test_shares_count_idle_replicas_and_doubled_views() -> None:
    events = [Event(0, "harness", "steady", "before")]
    of = trial(events, serve("a", "a", "a", "b", n=401))
    of.samples.loc[7, "count"] = 7
    found = measured(LoadBalance(), of)
    assert found["share_min_fresh"].value == 0
    assert found["share_max_fresh"].value == pytest.approx(0.75)
    assert found["jain_index_fresh"].value == pytest.approx(1 / (3 * (0.75**2 + 0.25**2)))
    assert found["miscounted"].value == 1


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


@pytest.mark.parametrize("scenario", registry.scenarios().values(), ids=registry.scenarios())
def test_headline_metrics_have_a_meaning_and_are_few(scenario: type[Scenario]) -> None:
    assert scenario.better.keys() <= scenario.meanings.keys()
    assert set(scenario.better.values()) <= {"lower", "higher"}
    assert 1 <= len(scenario.better) <= 4
