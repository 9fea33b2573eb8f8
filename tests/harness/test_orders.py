"""Orders to the load process, and what it tells."""

import json
import os
import select
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from seatrial.harness.generator.orders import Aim, Orders, Pace, tell
from seatrial.harness.generator.poller import Poller

AIM = b'{"host": "127.0.0.1", "port": 80}\n'
PACE = b'{"rate_per_s": 50}\n'


@dataclass(frozen=True)
class Post:
    """Both ends of a pipe, one as orders."""

    orders: Orders
    poller: Poller
    descriptor: int


@pytest.fixture
def post() -> Iterator[Post]:
    inner, outer = os.pipe()
    with closing(Poller(select.epoll(), select.select)) as poller:
        yield Post(Orders(inner, poller), poller, outer)
    os.close(inner)


def test_orders_are_taken_as_they_come_however_they_are_cut(post: Post) -> None:
    for at in range(len(AIM)):
        assert post.orders.take() is None
        os.write(post.descriptor, AIM[at : at + 1])
        post.poller.wait(1.0)
    os.write(post.descriptor, PACE + PACE)
    os.close(post.descriptor)
    assert post.orders.wait() == Aim("127.0.0.1", 80)
    assert [post.orders.wait() for _ in range(3)] == [Pace(50.0), Pace(50.0), None]
    assert post.orders.ended


def test_their_end_is_told_once(post: Post) -> None:
    os.close(post.descriptor)
    assert post.orders.wait() is None
    assert post.orders.ended
    post.poller.look()


def test_what_is_told_is_a_line_and_nobody_need_listen() -> None:
    inner, outer = os.pipe()
    tell(outer, "paced", at_ns=5)
    assert json.loads(os.read(inner, 100)) == {"word": "paced", "at_ns": 5}
    os.close(inner)
    tell(outer, "stopped", sent=1)
    os.close(outer)
