"""Votes, weights and what would turn the outcome: known answers, and what holds for all of them."""

import math
from dataclasses import replace

import pytest
from contested import planned as contested
from hypothesis import given
from hypothesis import strategies as st
from weighed import KEYS, planned, told

from seatrial.harness.verdicts import Verdict
from seatrial.reports.decision import (
    TIE,
    Flip,
    Outcome,
    Vote,
    decide,
    figure,
    flip,
    signed,
    total,
    vote,
)
from seatrial.reports.sayings import Saying

THIRD = 1 / 3
CASTS = st.builds(
    lambda won, lost, neither: Vote(won, lost, won + lost + neither),
    *[st.integers(0, 3)] * 3,
)
BALLOTS = st.lists(st.tuples(CASTS, st.integers(0, 40).map(lambda n: n / 4)), min_size=1)


def outcome(profile: str = "stock", **weights: float) -> Outcome:
    found = decide(told(planned(profiles=("stock", "matched"))).asked, weights)
    return next(each for each in found.outcomes if each.profile == profile)


def saying(verdict: Verdict) -> Saying:
    return Saying("outage", "", verdict, few=False, said="", figures="")


def test_a_vote_is_the_mean_of_the_verdicts_that_there_are() -> None:
    B, W, S, I, N = (  # noqa: N806, E741 - as short as in a table
        *(Verdict.BETTER, Verdict.WORSE, Verdict.SAME),
        *(Verdict.INCONCLUSIVE, Verdict.NONE),
    )
    for verdicts, value in (
        ((B, B), 1.0),
        ((W,), -1.0),
        ((B, W), 0.0),
        ((B, S, I, I), 0.25),
        ((W, N, N, N), -1.0),
        ((W, S, N), -0.5),
        ((S, I), 0.0),
        ((N, N), 0.0),
        ((), 0.0),
    ):
        assert vote(map(saying, verdicts)).value == value
    assert vote(map(saying, (N, N))).judged == 0


def test_equal_weights_are_what_nobody_set() -> None:
    found = outcome()
    assert tuple(step.question.key for step in found.steps) == KEYS
    assert [step.vote.value for step in found.steps] == pytest.approx([-THIRD, 1, THIRD, 0])
    assert found.said == "Docker Swarm is ahead: the weighted sum is +1.00, of 4.00 at most."
    assert found.firm == "A single weight would change that: replica failure more than 4.00."


def test_profiles_come_to_their_own_outcomes() -> None:
    found = outcome("matched")
    assert [step.vote.value for step in found.steps] == pytest.approx([-THIRD, -1, THIRD, 0])
    assert found.said == "Kubernetes is ahead: the weighted sum is -1.00, of 4.00 at most."
    assert found.firm == "A single weight would change that: releases more than 4.00."


def test_weights_turn_an_outcome() -> None:
    found = outcome(replica_failure=6, balance=0)
    assert found.total == pytest.approx(-2 + 1 + THIRD)
    assert found.said == "Kubernetes is ahead: the weighted sum is -0.67, of 8.00 at most."
    assert found.firm == (
        "A single weight would change that: replica failure less than 4.00; "
        "speed more than 1.67; releases more than 3.00."
    )


def test_weights_of_nothing_put_nobody_ahead() -> None:
    found = outcome(**dict.fromkeys(KEYS, 0.0))
    assert found.said == "Neither is ahead: the weighted sum is 0, of 0.00 at most."
    assert found.steps[1].flip == Flip(0.0, above=True)


def test_what_has_no_verdict_is_not_weighed() -> None:
    assert decide(told(contested(blocks=1)).asked, {}).outcomes == ()
    few = planned(blocks=3, profiles=("matched",))
    specs = [*planned(), *(replace(each, number=1000 + each.number) for each in few)]
    found = decide(told(specs).asked, {})
    assert [each.profile for each in found.outcomes] == ["stock"]
    assert found.unweighed == ("matched settings, Docker Swarm and Kubernetes",)


@pytest.mark.parametrize(
    ("votes", "weights", "place", "found"),
    [
        ((1, -0.5), (1, 1), 0, (0.5, False)),
        ((1, -0.5), (1, 1), 1, (2.0, True)),
        ((1, 1), (1, 1), 0, None),
        ((1, 0), (1, 1), 1, None),
        ((1,), (3,), 0, None),
        ((1, -1), (1, 1), 0, (1.0, True)),
        ((-1, 0.25), (1, 1), 1, (4.0, True)),
        ((THIRD, THIRD, -2 * THIRD), (1, 1, 1), 2, (1.0, True)),
    ],
)
def test_beyond_which_weight_another_outcome_begins(
    votes: tuple[float, ...],
    weights: tuple[float, ...],
    place: int,
    found: tuple[float, bool] | None,
) -> None:
    assert flip(votes, weights, place) == (found and Flip(found[0], above=found[1]))


@given(BALLOTS)
def test_beyond_a_flip_the_outcome_is_another_and_without_one_it_never_is(
    ballots: list[tuple[Vote, float]],
) -> None:
    votes, weights = [found.value for found, _ in ballots], [weight for _, weight in ballots]
    before = _sign(total(votes, weights))
    for place, weight in enumerate(weights):

        def after(other: float, place: int = place) -> int:
            return _sign(total(votes, [*weights[:place], other, *weights[place + 1 :]]))

        found = flip(votes, weights, place)
        if found is None:
            assert not before or all(after(w) != -before for w in (0.0, weight / 2, 90.0, 1e6))
            continue
        near = min(0.01, found.weight / 2 or 0.01)
        assert after(found.weight + (near if found.above else -near)) != before
        assert (found.weight >= weight) if found.above else (found.weight <= weight)


@given(BALLOTS)
def test_exchanging_the_targets_exchanges_the_outcome(ballots: list[tuple[Vote, float]]) -> None:
    weights = [weight for _, weight in ballots]
    there = total([found.value for found, _ in ballots], weights)
    back = total([Vote(v.lost, v.won, v.judged).value for v, _ in ballots], weights)
    assert back == -there


@given(CASTS)
def test_a_vote_lies_between_minus_1_and_1(found: Vote) -> None:
    assert -1 <= found.value <= 1


def _sign(value: float) -> int:
    return 0 if abs(value) < TIE else round(math.copysign(1, value))


@pytest.mark.parametrize(
    ("value", "size", "with_sign"),
    [
        (0.125, "0.13", "+0.13"),
        (-0.125, "0.13", "-0.13"),
        (0.0, "0.00", "+0.00"),
        (-0.0, "0.00", "+0.00"),
        (2 / 3, "0.67", "+0.67"),
        (100.0, "100.00", "+100.00"),
    ],
)
def test_numbers_are_rounded_as_the_pages_script_does(
    value: float, size: str, with_sign: str
) -> None:
    assert (figure(value), signed(value)) == (size, with_sign)
