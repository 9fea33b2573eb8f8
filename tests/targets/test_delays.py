"""What settings alone cost: the floors that both orchestrators' documented defaults make."""

import pytest

from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.targets.k8s import delays as k8s
from seatrial.targets.swarm import delays as swarm

UNSEEN = Preflight("x", {}, (), {}, "")


def by_name(delays: tuple[Delay, ...]) -> dict[str, float]:
    return {delay.name: delay.seconds for delay in delays}


def test_a_killed_node_by_the_defaults_of_both() -> None:
    theirs = by_name(k8s.delays(UNSEEN, Settings()))
    assert (theirs["node_noticed"], theirs["node_replaced"]) == (40, 300)
    theirs = by_name(swarm.delays(UNSEEN, Settings()))
    assert (theirs["node_noticed"], theirs["node_replaced"]) == (10, 5)


def test_settings_that_were_read_count_before_defaults() -> None:
    seen = Preflight("x", {}, (), {"node-monitor-grace-period": "1m20s"}, "")
    assert by_name(k8s.delays(seen, Settings()))["node_noticed"] == 70
    seen = Preflight("x", {}, (), {"Dispatcher.HeartbeatPeriod": "2s"}, "")
    assert by_name(swarm.delays(seen, Settings()))["node_noticed"] == 4


def test_what_a_profile_sets_counts_before_what_the_cluster_has() -> None:
    at_once = Settings(replacement_delay_s=0.0, stop_grace_s=10.0)
    theirs = by_name(k8s.delays(UNSEEN, at_once))
    assert (theirs["node_replaced"], theirs["hang_ended"]) == (0, 10)
    theirs = by_name(swarm.delays(UNSEEN, at_once))
    assert (theirs["node_replaced"], theirs["crash_replaced"], theirs["hang_ended"]) == (0, 0, 10)


@pytest.mark.parametrize("adapter", [k8s, swarm])
def test_every_delay_says_which_setting_makes_it(adapter: object) -> None:
    found: tuple[Delay, ...] = adapter.delays(UNSEEN, Settings())  # type: ignore[attr-defined]
    assert len(by_name(found)) == len(found)
    assert all(delay.because and delay.seconds >= 0 for delay in found)


def test_a_cluster_that_was_not_looked_at_is_taken_for_tuned_as_asked() -> None:
    sooner = Settings(notice_s=21.0)
    assert by_name(k8s.delays(UNSEEN, sooner))["node_noticed"] == 11
    assert by_name(swarm.delays(UNSEEN, sooner))["node_noticed"] == 14
