"""Measures of hand-written trials: known events and replies, known answers."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.timelines import LOAD

from seatrial.harness.record import Event, Metric, Status, Trial, TrialSpec
from seatrial.harness.scenario import Scenario
from seatrial.harness.workload import counter
from seatrial.scenarios.deploy import Deploy
from seatrial.scenarios.load_balance import LoadBalance
from seatrial.scenarios.rollout import Rollout
from seatrial.scenarios.scale import Scale
from seatrial.scenarios.self_heal import SelfHeal

MS = 1_000_000
Reply = tuple[str, str]


def act(at_ms: int, what: str, subject: str = "") -> Event:
    detail = {"what": what, "accepted_ns": (at_ms + 20) * MS}
    return Event(at_ms * MS, "harness", "act", subject, detail)


def told(at_ms: int, kind: str, name: str, uncertainty_ms: int = 0) -> Event:
    detail = {"host": name, "service": "frontend"}
    return Event(at_ms * MS, "orchestrator", kind, name, detail, uncertainty_ms * MS)


def ready(at_ms: int, *names: str) -> list[Event]:
    return [told(at_ms, kind, name) for name in names for kind in ("appeared", "ready")]


def samples(replies: list[Reply | None], origin_ns: int = 0) -> pd.DataFrame:
    """One request every 10 ms, answered after 5 ms by (host, version), or refused."""
    rows = [
        {
            "stream": "fresh",
            "seq": i,
            "intended_ns": origin_ns + i * 10 * MS,
            "sent_ns": origin_ns + i * 10 * MS,
            "done_ns": origin_ns + (i * 10 + 5) * MS,
            "status": 200 if reply else 0,
            "error": "" if reply else "refused",
            "replica": reply[0] if reply else "",
            "version": reply[1] if reply else "",
            "count": i + 1 if reply else -1,
            "outcome": "ok" if reply else "fail",
        }
        for i, reply in enumerate(replies)
    ]
    return pd.DataFrame(rows)


def trial(events: list[Event], replies: list[Reply | None], variant: str = "") -> Trial:
    spec = TrialSpec(1, 1, "fake", "stock", "x", variant, load=LOAD)
    ordered = tuple(sorted(events, key=lambda event: event.at_ns))
    return Trial(spec, counter("r", "x"), Status.FINISHED, "", ordered, samples(replies))


def measured(scenario: Scenario, of: Trial) -> dict[str, Metric]:
    metrics = {metric.name: metric for metric in scenario.measure(of)}
    classes = {name for name in metrics if name.startswith("failed_")}
    assert set(metrics) - classes <= set(scenario.meanings), "every metric has a meaning"
    return metrics


def serve(*hosts: str, n: int, version: str = "v1") -> list[Reply | None]:
    return [(hosts[i % len(hosts)], version) for i in range(n)]


def test_deploy_counts_from_the_request_to_each_moment() -> None:
    events = [act(0, "deploy"), *ready(400, "a"), *ready(600, "b", "c")]
    found = measured(Deploy(), trial(events, [None] * 50 + serve("a", "b", "c", n=50)))
    values = {name: metric.value for name, metric in found.items()}
    assert values == pytest.approx(
        {
            "accepted": 0.02,
            "first_ready": 0.4,
            "all_ready": 0.6,
            "first_served": 0.505,
            "all_served": 0.525,
        }
    )


def test_replicas_that_get_ready_in_one_look_are_first_and_all_at_once() -> None:
    events = [act(0, "deploy"), *ready(400, "a", "b", "c")]
    found = measured(Deploy(), trial(events, serve("a", "b", "c", n=100)))
    assert found["first_ready"].value == found["all_ready"].value == pytest.approx(0.4)


def test_deploy_that_never_served_all_says_how_many_did() -> None:
    events = [act(0, "deploy"), *ready(400, "a")]
    found = measured(Deploy(), trial(events, serve("a", n=50)))
    assert found["all_served"].value is None
    assert found["all_served"].reason == "only 1 of 3 served a request"
    assert found["all_ready"].value is None


def test_shares_count_idle_replicas_and_doubled_views() -> None:
    events = [Event(0, "harness", "steady", "before")]
    of = trial(events, serve("a", "a", "a", "b", n=401))
    of.samples.loc[7, "count"] = 7
    found = measured(LoadBalance(), of)
    assert found["share_min_fresh"].value == 0
    assert found["share_max_fresh"].value == pytest.approx(0.75)
    assert found["jain_index_fresh"].value == pytest.approx(1 / (3 * (0.75**2 + 0.25**2)))
    assert found["miscounted"].value == 1


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
    assert found["redundancy_restored"].reason == "not within 90 s"


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


def test_rollout_reads_versions_off_the_replies() -> None:
    events = [
        *ready(0, "a", "b", "c"),
        act(1000, "update"),
        told(1200, "unready", "a"),
        *ready(1800, "d"),
        told(2400, "unready", "b"),  # in one look with its replacement's readiness
        *ready(2400, "e"),
    ]
    replies = [*serve("a", n=150), *serve("a", "d", n=2), ("d", "v2"), None, ("a", "v1")]
    replies += serve("d", n=200, version="v2")
    found = measured(Rollout(), trial(events, replies))
    assert found["first_new"].value == pytest.approx(0.525)
    assert found["all_new"].value == pytest.approx(0.545)
    assert found["mixed"].value == pytest.approx(0.02)
    assert found["least_ready"].value == 2
    assert found["failed"].value == 1
    assert not found["all_new"].censored


def test_rollout_that_still_serves_the_old_version_is_censored() -> None:
    events = [*ready(0, "a"), act(1000, "update")]
    replies = [*serve("a", n=120), ("d", "v2"), ("a", "v1")]
    assert measured(Rollout(), trial(events, replies))["all_new"].censored


@pytest.mark.parametrize("scenario", [Deploy(), LoadBalance(), SelfHeal(), Scale(), Rollout()])
def test_a_record_that_ends_before_the_act_gives_no_metrics(scenario: Scenario) -> None:
    assert scenario.measure(trial([], [])) == []


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
