"""The walk over page counts gives what a plain one, reply by reply, gives."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from seatrial.harness.lives import FIRST_BLOCK, Walk

Reply = tuple[int, int, int]
"""Sent, done, count."""


def array(values: list[int]) -> npt.NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def walked(replies: list[Reply]) -> list[list[int]]:
    sent, done, count = (array([reply[i] for reply in replies]) for i in range(3))
    return [counts.tolist() for counts in Walk(sent, done, count).counts()]


class Life:
    """What one life has given, in the order of its replies."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    def takes(self, sent: int, count: int) -> bool:
        return count > max((c for _, done, c in self.replies if done < sent), default=0)

    def far(self, count: int) -> int:
        return abs(max(c for _, _, c in self.replies) - count)


def plain(replies: list[Reply]) -> list[list[int]]:
    """The definition, one reply after the other."""
    lives: list[Life] = []
    for reply in replies:
        sent, _, count = reply
        late = len(lives) > 1 and sent < lives[-1].replies[0][1]
        fit = [life for life in lives[-2 if late else -1 :] if life.takes(sent, count)]
        life = min(fit, key=lambda each: each.far(count), default=None)
        if life is None:
            life = Life()
            lives.append(life)
        life.replies.append(reply)
    return [[count for _, _, count in life.replies] for life in lives]


def in_turn(first: int, last: int, start: int = 0) -> list[Reply]:
    return [(start + 10 * i, start + 10 * i + 5, i) for i in range(first, last + 1)]


def test_a_long_life_ends_where_its_memory_did() -> None:
    long = 5 * FIRST_BLOCK + 7
    replies = [*in_turn(1, long), *in_turn(1, 3, 10 * long), *in_turn(1, 2, 10 * long + 40)]
    assert walked(replies) == [list(range(1, long + 1)), [1, 2, 3], [1, 2]]


def test_no_reply_is_no_life() -> None:
    assert walked([]) == []


requests = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 25), st.integers(1, 12)), min_size=1, max_size=40
)


@given(requests)
def test_the_walk_is_the_definition_whatever_is_recorded(made: list[Reply]) -> None:
    replies = sorted(((sent, sent + wait, count) for sent, wait, count in made), key=lambda r: r[1])
    assert walked(replies) == plain(replies)
