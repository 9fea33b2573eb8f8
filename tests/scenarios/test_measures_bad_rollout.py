"""Versions that do not work, measured on hand-written trials."""

import pytest
from support.releases import Reply, ready, said, serve, told, trial
from support.trials import act, measured

from seatrial.scenarios.bad_rollout import BadRollout

BEGIN = [*ready(0, "a", "b", "c"), act(1000, "update")]
CALM = serve("a", "b", "c", n=110)


def test_a_rollout_that_stops_at_its_first_failure_keeps_the_others() -> None:
    """It is noticed, not returned; the order to roll back ends the watch."""
    events = [
        *BEGIN,
        said(1100, "going", 1050),
        told(1200, "unready", "a"),
        said(4100, "stuck", 4000),
        act(6000, "rollback"),
        *ready(7000, "d"),
        told(7500, "unready", "b"),
        said(8000, "returned", 7900),
    ]
    found = measured(BadRollout(), trial(events, [*CALM, *serve("b", "c", "d", n=800)]))
    assert (found["noticed"].low, found["noticed"].high) == pytest.approx((3.0, 3.1))
    assert found["returned"].value == 0
    assert found["old_kept"].value == 2
    assert found["bad_replies"].value == 0
    assert found["undone"].value == 0


def test_a_version_that_is_ready_and_broken_is_not_noticed() -> None:
    events = [
        *BEGIN,
        *ready(1500, "d", "e", "f", version="error"),
        *[told(1600, "unready", name) for name in ("a", "b", "c")],
        said(2000, "done", 1900),
        act(3000, "rollback"),
        *ready(3200, "g", "h", "i"),
        *[told(3300, "unready", name, version="error") for name in ("d", "e", "f")],
    ]
    replies: list[Reply] = [*CALM, *[500] * 200, None, *serve("g", "h", "i", n=100)]
    found = measured(BadRollout("error", watch_s=2.0), trial(events, replies, "error"))
    assert (found["noticed"].value, found["noticed"].censored) == (2.0, True)
    assert found["noticed"].reason == "after 2 s it was still done"
    assert found["bad_replies"].value == found["failed_500"].value == 200
    assert found["old_kept"].value == 0
    assert found["undone"].value == pytest.approx(0.105)
    assert not found["undone"].censored


def test_one_that_goes_back_by_itself_needs_no_order() -> None:
    events = [*BEGIN, said(3000, "returning", 2900), said(5000, "returned", 4900)]
    found = measured(BadRollout("unready"), trial(events, [*CALM, *serve("a", n=500)]))
    assert found["noticed"].high == pytest.approx(2)
    assert found["returned"].value == 1
    assert found["undone"].reason == "it went back by itself"


@pytest.mark.parametrize(("good", "censored"), [(9, True), (10, False)])
def test_undone_means_ten_good_pages_of_the_old_version(good: int, censored: bool) -> None:  # noqa: FBT001
    events = [*BEGIN, act(2000, "rollback")]
    replies = [*CALM, *[500] * 150, *serve("a", n=good)]
    found = measured(BadRollout("error"), trial(events, replies))["undone"]
    assert found.value == pytest.approx(0.595)
    assert found.censored is censored
