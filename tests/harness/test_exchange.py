"""Connections as the load process takes and gives them back."""

from collections.abc import Iterator

import pytest

from seatrial.harness.exchange import Connections, ReplyError
from seatrial.harness.loopback import HOST, LoopbackServer
from seatrial.harness.record import LoadPlan, Stream

KEPT = 3


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(lambda: ("a", "v1")) as server:
        yield server


@pytest.fixture
def connections(server: LoopbackServer) -> Iterator[Connections]:
    made = Connections(HOST, server.port, LoadPlan(kept_connections=KEPT))
    yield made
    made.close()


def one_turn(connections: Connections) -> int:
    """Take one, use it, give it back; its own port tells which it was."""
    taken = connections.take(Stream.KEPT, 1.0)
    port: int = taken.getsockname()[1]
    connections.give_back(Stream.KEPT, taken, keep=True)
    return port


def test_kept_connections_are_all_opened_and_then_used_in_turn(connections: Connections) -> None:
    ports = [one_turn(connections) for _ in range(3 * KEPT)]
    assert len(set(ports)) == KEPT
    assert ports[KEPT:] == [*ports[:KEPT], *ports[:KEPT]]


def test_what_is_needed_beyond_the_plan_is_not_kept(connections: Connections) -> None:
    taken = [connections.take(Stream.KEPT, 1.0) for _ in range(KEPT + 2)]
    for connection in taken:
        connections.give_back(Stream.KEPT, connection, keep=True)
    assert len({one_turn(connections) for _ in range(2 * KEPT)}) == KEPT


def test_a_connection_that_failed_is_replaced(
    server: LoopbackServer, connections: Connections
) -> None:
    first = {one_turn(connections) for _ in range(KEPT)}
    server.refuse()
    with pytest.raises(ReplyError, match="refused"):
        one_turn(connections)
    server.accept()
    second = {one_turn(connections) for _ in range(2 * KEPT)}
    assert len(second) == KEPT
    assert not first & second
