"""Node failure's measures of hand-written trials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.trials import act, measured, moved, noted, ready, samples, serve, told, trial, values

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.node_failure import NodeFailure

NEVER = "not within 420 s"


def lost() -> list[Event]:
    """Replica c on node n3 is lost at 1 s, noticed at 2, replaced by d on n2 at 3.5."""
    return [
        *ready(0, "a@n1", "b@n2", "c@n3"),
        act(1000, "partition", "n3"),
        told(2000, "unready", "c", node="n3", uncertainty_ms=100),
        told(2600, "appeared", "d", node="n2"),
        told(3500, "ready", "d", node="n2"),
    ]


def back() -> list[Event]:
    return [
        act(5000, "restore", "n3"),
        noted(5800, "converged", "node ready again"),
        told(6000, "gone", "c", node="n3"),
    ]


def cut_off(events: list[Event]) -> Trial:
    requests = [
        *serve("a", "b", "c", n=100),
        *[None, "a", "b"] * 34,  # until it is noticed
        *serve("a", "b", n=328),
        None,
        *serve("a", "b", "d", n=150),
    ]
    return trial(events, samples(requests), "partition")


def test_loss_and_return_are_measured_apart() -> None:
    found = measured(NodeFailure("partition"), cut_off([*lost(), *back()]))
    assert (found["noticed"].low, found["noticed"].high) == pytest.approx((0.9, 1.0))
    assert values(found, "redundancy_restored", "return_ready") == pytest.approx([2.5, 0.8])
    assert values(found, "failed", "return_failed", "rebalanced") == [33, 1, 0]
    assert found["outage"].value == pytest.approx(0.97, abs=0.03)
    assert not found["outage"].censored
    assert "duplicates" not in found


def test_what_the_cut_off_node_still_runs_is_duplicated() -> None:
    numbers = {"there": 1, "elsewhere": 3, "wanted": 3}
    events = [*lost(), noted(4000, "duplicates", "n3", **numbers)]
    assert measured(NodeFailure("partition"), cut_off(events))["duplicates"].value == 1


def test_a_replica_that_moves_to_the_returned_node_is_rebalanced() -> None:
    events = [*lost(), *back(), *ready(6500, "e@n3"), told(6600, "unready", "d", node="n2")]
    assert measured(NodeFailure("partition"), cut_off(events))["rebalanced"].value == 1


def test_one_that_is_ready_again_on_the_lost_node_restores_no_redundancy() -> None:
    events = [*lost()[:-1], told(4000, "ready", "c", node="n3")]
    found = measured(NodeFailure("partition"), cut_off(events))
    assert (found["redundancy_restored"].value, found["redundancy_restored"].reason) == (
        None,
        NEVER,
    )
    assert "return_ready" not in found


def test_a_node_that_does_not_get_ready_is_no_number() -> None:
    found = measured(NodeFailure("partition"), cut_off([*lost(), act(5000, "restore", "n3")]))
    assert (found["return_ready"].value, found["return_ready"].reason) == (None, "not within 120 s")


@pytest.mark.parametrize("variant", NodeFailure.variants)
def test_a_record_that_ends_before_the_fault_gives_no_metrics(variant: str) -> None:
    assert NodeFailure(variant).measure(trial([], samples([]), variant)) == []


@given(st.integers(min_value=0, max_value=10**15))
def test_the_time_origin_does_not_matter(origin_ns: int) -> None:
    here = cut_off([*lost(), *back()])
    scenario = NodeFailure("partition")
    assert scenario.measure(here) == scenario.measure(moved(here, origin_ns))
