"""Canaries, measured on hand-written trials."""

import pytest
from support.releases import BOTH, Reply, ready, serve, trial
from support.trials import act, measured, noted

from seatrial.scenarios.canary import CanaryRelease

STABLE = ("a", "b", "c")
BEGIN = [*ready(0, *STABLE), act(1000, "canary")]
CALM = serve(*STABLE, n=150)


def quarter(canary: Reply, rounds: int) -> list[Reply]:
    """Every fourth reply is the canary's."""
    return [canary, *[(name, "v1") for name in STABLE]] * rounds


def test_a_good_canary_has_its_share_with_its_interval() -> None:
    events = [
        *BEGIN,
        *ready(1400, "d", version="v2"),
        noted(1500, "converged", "canary ready"),
        act(7500, "promote"),
        *ready(8000, "e", "f", version="v2"),
    ]
    replies = [*CALM, *quarter(("d", "v2"), 150), *serve("a", "d", n=9)]
    replies += serve("d", "e", "f", n=200, version="v2")
    found = measured(CanaryRelease("good"), trial(events, replies, "good"))
    assert found["canary_ready"].value == pytest.approx(0.4)
    assert found["canary_served"].value == pytest.approx(0.505)
    share = found["share_fresh"]  # 4 s of it, from 2 s after its readiness on
    assert share.value == pytest.approx(0.25, abs=0.003)
    assert (share.low, share.high) == pytest.approx((0.210, 0.295), abs=0.003)
    assert found["promoted"].value == pytest.approx(0.095)
    assert found["failed"].value == 0


def test_a_stream_whose_connections_never_reach_the_canary_has_a_share_of_none() -> None:
    events = [
        *BEGIN,
        *ready(1400, "d", version="v2"),
        noted(1500, "converged", "canary ready"),
        act(7500, "promote"),
    ]
    in_turn: list[Reply] = [("d", "v2"), ("a", "v1")]  # fresh, kept
    of = trial(events, [*CALM, *in_turn * 300], "good", BOTH)
    found = measured(CanaryRelease("good"), of)
    assert found["share_fresh"].value == 1
    assert found["share_kept"].value == 0
    assert found["share_kept"].low == 0
    assert found["share_kept"].high == pytest.approx(0.019, abs=0.002)


def test_a_bad_canary_is_known_by_its_errors_up_to_the_last_one() -> None:
    events = [
        *BEGIN,
        *ready(1400, "d", version="error"),
        noted(1500, "converged", "canary ready"),
        act(7500, "abort"),
    ]
    replies = [*CALM, *quarter(500, 153), *serve(*STABLE, n=200)]
    found = measured(CanaryRelease("bad"), trial(events, replies, "bad"))
    assert found["share_fresh"].value == pytest.approx(0.25, abs=0.003)
    assert found["bad_replies"].value == found["failed"].value == 153
    assert found["abort_last_bad"].value == pytest.approx(0.085)


def test_a_canary_that_was_withdrawn_unseen_did_no_harm_and_has_no_share() -> None:
    found = measured(CanaryRelease("bad"), trial([*BEGIN, act(2000, "abort")], serve("a", n=300)))
    assert found["share_fresh"].value is None
    assert found["canary_served"].reason == "it answered no request"
    assert (found["bad_replies"].value, found["abort_last_bad"].value) == (0, 0)
