"""The account of increments: known answers, and a property over made-up backends."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harness.epochs import epochs, exact, unknown
from seatrial.harness.metrics import Counting

Request = tuple[int, int, str, int]
"""Sent, done, error, count."""


def requests(rows: list[Request]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["sent_ns", "done_ns", "error", "count"])
    good = frame["error"] == ""
    return frame.assign(outcome=good.map({True: "ok", False: "fail"}), status=good * 200)


def in_turn(*counts: int, start: int = 0) -> list[Request]:
    return [(start + 10 * i, start + 10 * i + 5, "", count) for i, count in enumerate(counts)]


def test_a_count_that_goes_on_is_one_epoch() -> None:
    found = requests(in_turn(1, 2, 3, 4))
    assert epochs(found) == (Counting(4, 0, 0, 4),)
    assert exact(found)


def test_a_record_may_begin_in_the_middle_of_a_life() -> None:
    assert epochs(requests(in_turn(501, 502, 503))) == (Counting(3, 0, 0, 3),)


def test_requests_that_overtook_each_other_are_no_new_epoch() -> None:
    assert len(epochs(requests([(0, 9, "", 2), (1, 3, "", 3), (2, 12, "", 1)]))) == 1


def test_a_count_below_one_that_was_there_before_begins_an_epoch() -> None:
    found = requests([*in_turn(1, 2, 3), *in_turn(1, 2, start=100)])
    assert epochs(found) == (Counting(3, 0, 0, 3), Counting(2, 0, 0, 2))
    assert exact(found)


def test_a_late_reply_is_of_the_epoch_that_it_was_sent_in() -> None:
    late = [(25, 118, "", 3)]
    found = requests([*in_turn(1, 2), (40, 45, "", 4), *late, *in_turn(1, 2, 3, start=100)])
    assert epochs(found) == (Counting(4, 0, 0, 4), Counting(3, 0, 0, 3))


def test_an_increment_without_a_lost_reply_is_not_exact() -> None:
    assert not exact(requests(in_turn(1, 2, 4)))


def test_an_increment_whose_reply_was_lost_is_exact() -> None:
    found = requests([*in_turn(1, 2), (21, 29, "timeout", -1), *in_turn(4, start=30)])
    assert epochs(found) == (Counting(3, 1, 0, 4),)
    assert exact(found)


def test_a_request_that_nobody_had_explains_nothing() -> None:
    found = requests([*in_turn(1, 2), (21, 29, "refused", -1), *in_turn(4, start=30)])
    assert unknown(found) == 0
    assert not exact(found)


def test_a_count_given_twice_is_not_exact() -> None:
    together = requests([(0, 9, "", 1), (1, 9, "", 1)])
    assert epochs(together) == (Counting(2, 0, 1, 1),)
    apart = requests(in_turn(1, 2, 2, 3))
    assert not exact(together)
    assert not exact(apart)


def test_a_record_without_replies_has_no_epoch() -> None:
    assert epochs(requests([])) == ()
    assert exact(requests([(0, 1, "refused", -1)]))


LATENCY = 35
TOGETHER = [True] * 5
"""More than are ever under way at once: so many at least are answered in each life."""
fates_of_one = st.lists(st.booleans(), max_size=35).map(TOGETHER.__add__)
lives = st.lists(fates_of_one, min_size=1, max_size=4)


@given(lives, st.lists(st.integers(min_value=1, max_value=LATENCY), min_size=160, max_size=160))
def test_a_right_backend_is_exact_however_it_dies_and_replies_are_lost(
    fates: list[list[bool]], delays: list[int]
) -> None:
    rows: list[Request] = []
    for life in fates:
        begun = rows[-1][0] + 10 + LATENCY if rows else 0
        for count, answered in enumerate(life, 1):
            sent = begun + 10 * count
            done = sent + delays[len(rows)]
            rows.append((sent, done, "", count) if answered else (sent, done, "timeout", -1))
    found = requests(rows)
    accounts = epochs(found)
    assert exact(found)
    assert sum(account.ok for account in accounts) == sum(map(sum, fates))
    assert len(accounts) == len(fates)
