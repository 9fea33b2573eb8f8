"""Self-healing, measured on hand-written trials."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.releases import ready, samples, serve, told, trial
from support.trials import act, measured

from seatrial.harness.record import Event, Trial
from seatrial.scenarios.self_heal import SelfHeal


def heal_events() -> list[Event]:
    return [
        *ready(0, "a", "b", "c"),
        act(1000, "kill", "a"),
        told(1200, "unready", "a", 100),
        told(1300, "appeared", "d", 100),
        told(2000, "ready", "d", 100),
    ]


def test_self_heal_keeps_users_and_redundancy_apart() -> None:
    calm, after = serve("a", "b", "c", n=100), serve("b", "c", "d", n=120)
    of = trial(heal_events(), [*calm, *[None] * 40, *serve("b", "c", n=60), *after], "kill")
    found = measured(SelfHeal("kill"), of)
    assert (found["reaction"].low, found["reaction"].value) == pytest.approx((0.1, 0.15))
    assert found["redundancy_restored"].value == pytest.approx(0.95)
    assert found["repair"].value == pytest.approx(0.75)
    assert (found["outage"].low, found["outage"].high) == pytest.approx((0.38, 0.39), abs=0.011)
    assert found["recovery"].value == pytest.approx(0.2)
    assert found["replacement_served"].value == pytest.approx(1.025)
    assert found["failed"].value == 39
    assert found["failed_refused"].value == 39


def test_self_heal_in_place_is_told_by_its_restart() -> None:
    events = [*ready(0, "a", "b", "c"), act(1000, "kill", "a"), told(1500, "restarted", "a")]
    of = trial(events, serve("a", "b", "c", n=300), "kill")
    found = measured(SelfHeal("kill"), of)
    assert found["redundancy_restored"].value == pytest.approx(0.5)
    assert found["failed"].value == 0


def test_self_heal_that_did_not_happen_is_no_number() -> None:
    events = heal_events()[:-1]
    found = measured(SelfHeal("kill"), trial(events, serve("b", "c", n=300), "kill"))
    assert found["redundancy_restored"].value is None
    assert found["redundancy_restored"].reason == "not within 150 s"


@settings(deadline=None)  # a busy machine is no error
@given(st.integers(min_value=0, max_value=10**15))
def test_the_time_origin_does_not_matter(origin_ns: int) -> None:
    calm, after = serve("a", "b", "c", n=100), serve("b", "c", "d", n=120)
    replies = [*calm, *[None] * 40, *serve("b", "c", n=60), *after]
    here = trial(heal_events(), replies, "kill")
    moved = tuple(
        Event(e.at_ns + origin_ns, e.source, e.kind, e.subject, e.detail, e.uncertainty_ns)
        for e in here.events
    )
    there = Trial(here.spec, here.workload, here.status, "", moved, samples(replies, origin_ns))
    assert SelfHeal("kill").measure(here) == SelfHeal("kill").measure(there)


def test_self_heal_of_a_hang_counts_from_what_users_saw_and_from_what_was_seen() -> None:
    """The orchestrator learns of it long after the users, and restarts it in place."""
    events = [
        *ready(0, "a", "b", "c"),
        act(1000, "hang", "a"),
        told(4000, "unready", "a"),
        told(6000, "restarted", "a"),
        told(7000, "ready", "a"),
    ]
    third = [None, ("b", "v1"), ("c", "v1")]
    replies = [*serve("a", "b", "c", n=102), *third * 100, *serve("b", "c", n=300)]
    replies += serve("a", "b", "c", n=60)
    found = measured(SelfHeal("hang"), trial(events, replies, "hang"))
    assert found["reaction"].value == pytest.approx(3)
    assert found["repair"].value == pytest.approx(3)
    assert found["redundancy_restored"].value == pytest.approx(6)
    assert found["replacement_served"].value == pytest.approx(6.025)
    assert found["error_seconds"].value == pytest.approx(1)


def test_only_replicas_that_fail_from_within_can_be_told_to() -> None:
    hooked = [variant for variant in SelfHeal.variants if SelfHeal(variant).setup().hook]
    assert hooked == ["crash", "hang"]
