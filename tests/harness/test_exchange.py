"""Requests of the load process over real connections: what becomes of each of both."""

import errno
import socket
import struct
from threading import Event

import pytest
from support.wire import (
    HOST,
    KEPT,
    PAGE,
    PATIENCE_S,
    REPLY,
    Wire,
    answers,
    says,
    scripted,
    taken,
    wired,
)

from seatrial.harness.generator.connection import connect_failure, failure
from seatrial.harness.loopback import Fault, LoopbackServer
from seatrial.harness.record import Outcome, Sample, Stream

BOTH = list(Stream)


def told(sample: Sample) -> tuple[int, str, Outcome]:
    return sample.status, sample.error, sample.outcome


@pytest.mark.parametrize("stream", BOTH)
def test_a_page_is_read_with_who_served_it(wire: Wire, stream: Stream) -> None:
    sample = wire.ask(stream)
    assert told(sample) == (200, "", Outcome.OK)
    assert (sample.stream, sample.replica, sample.version, sample.count) == (stream, "a", "v1", 1)
    assert sample.intended_ns <= sample.sent_ns < sample.done_ns


@pytest.mark.parametrize("stream", BOTH)
def test_failures_are_told_by_their_class(
    server: LoopbackServer, wire: Wire, stream: Stream
) -> None:
    server.fail("a", Fault.ERROR)
    assert told(wire.ask(stream)) == (500, "", Outcome.FAIL)
    server.fail("a", Fault.RESET)
    assert told(wire.ask(stream)) == (0, "reset", Outcome.UNKNOWN)
    server.fail("a", Fault.NONE)
    assert told(wire.ask(stream)) == (200, "", Outcome.OK)


def port_of_nobody() -> int:
    with socket.create_server((HOST, 0)) as gone:
        port: int = gone.getsockname()[1]
    return port


@pytest.mark.parametrize("stream", BOTH)
def test_a_refused_connection_is_told_as_such_and_waited_for_no_more(stream: Stream) -> None:
    with wired(port_of_nobody()) as wire:
        assert told(wire.ask(stream)) == (0, "refused", Outcome.FAIL)
        assert wire.poller.watched == 0


@pytest.mark.parametrize("stream", BOTH)
def test_what_hangs_is_given_up_and_its_connection_closed(stream: Stream) -> None:
    asked, closed = Event(), Event()

    def hang(client: socket.socket) -> None:
        taken(client)
        asked.set()
        assert not client.recv(1)
        closed.set()

    with scripted(hang, says(REPLY)) as port, wired(port) as wire:
        exchange = wire.begin(stream)
        wire.until(asked.is_set)
        exchange.give_up()
        assert told(wire.samples[-1]) == (0, "timeout", Outcome.UNKNOWN)
        wire.until(closed.is_set)
        assert told(wire.ask(stream)) == (200, "", Outcome.OK)


def test_a_connection_that_never_opens_is_told_apart() -> None:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with wired(port) as wire:
            # the system takes a connection or two for a server that accepts none, and no more
            exchanges = [wire.begin(Stream.FRESH) for _ in range(6)]
            wire.poller.wait(0.2)
            for exchange in exchanges:
                exchange.give_up()
            errors = [sample.error for sample in wire.samples]
            assert errors[-1] == "connect_timeout"
            assert set(errors) == {"timeout", "connect_timeout"}


@pytest.mark.parametrize(
    ("pieces", "status", "error"),
    [
        ((b"SSH-2.0-OpenSSH_9.2\r\n",), 0, "protocol"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",), 0, "protocol"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnone",), 200, "bad_body"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",), 200, "bad_body"),
        ((b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy",), 503, ""),
        ((REPLY[:-1],), 0, "reset"),
        ((b"HTTP/1.1 200 OK\r\n\r\n" + PAGE,), 0, "reset"),
        ((), 0, "reset"),
        ((b"HTTP/1.1 100 Continue\r\n\r\n", REPLY), 200, ""),
        (tuple(REPLY[at : at + 9] for at in range(0, len(REPLY), 9)), 200, ""),
    ],
)
def test_odd_servers(pieces: tuple[bytes, ...], status: int, error: str) -> None:
    with scripted(says(*pieces, pause_s=0.001)) as port, wired(port) as wire:
        sample = wire.ask(Stream.FRESH)
    assert (sample.status, sample.error) == (status, error)


def test_a_cut_connection_is_a_reset() -> None:
    def cut(client: socket.socket) -> None:
        taken(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with scripted(cut) as port, wired(port) as wire:
        assert told(wire.ask(Stream.FRESH)) == (0, "reset", Outcome.UNKNOWN)


def test_kept_connections_are_all_opened_and_then_used_in_turn(wire: Wire) -> None:
    for number in range(1, 3 * KEPT + 1):
        wire.ask(Stream.KEPT)
        assert wire.poller.watched == min(number, KEPT)
    assert len(wire.samples) == 3 * KEPT


def named(name: str) -> bytes:
    return REPLY.replace(b'"a"', b'"%s"' % name.encode())


def test_kept_connections_take_turns() -> None:
    with scripted(*(answers(named(name)) for name in "xyz")) as port, wired(port) as wire:
        assert "".join(wire.ask(Stream.KEPT).replica for _ in range(9)) == "xyzxyzxyz"


def test_what_is_needed_beyond_the_plan_is_not_kept(wire: Wire) -> None:
    exchanges = [wire.begin(Stream.KEPT) for _ in range(KEPT + 2)]
    assert wire.poller.watched == KEPT + 2
    wire.until(lambda: all(exchange.over for exchange in exchanges))
    assert {sample.status for sample in wire.samples} == {200}
    assert wire.poller.watched == KEPT


def test_a_fresh_connection_is_closed_after_its_reply(wire: Wire) -> None:
    wire.ask(Stream.FRESH)
    assert wire.poller.watched == 0


def test_kept_connections_that_the_server_closed_are_replaced(
    server: LoopbackServer, wire: Wire
) -> None:
    for _ in range(KEPT):
        wire.ask(Stream.KEPT)
    server.refuse()
    wire.until(lambda: wire.poller.watched == 0)
    assert wire.ask(Stream.KEPT).error == "refused"
    server.accept()
    assert {wire.ask(Stream.KEPT).error for _ in range(2 * KEPT)} == {""}
    assert wire.poller.watched == KEPT


@pytest.mark.parametrize(
    "reply",
    [
        REPLY.replace(b"OK", b"OK\r\nConnection: close"),
        REPLY + b"HTTP/1.1 200 OK\r\n",
    ],
)
def test_a_kept_connection_is_closed_where_the_reply_does_not_end_well(reply: bytes) -> None:
    with scripted(answers(reply)) as port, wired(port) as wire:
        assert wire.ask(Stream.KEPT).error == ""
        assert wire.poller.watched == 0


def test_a_late_reply_is_not_taken_for_the_next_one() -> None:
    go_on = Event()

    def late(client: socket.socket) -> None:
        taken(client)
        assert go_on.wait(PATIENCE_S)
        client.sendall(named("late"))

    with scripted(late, *[answers(named("b"))] * KEPT) as port, wired(port) as wire:
        exchange = wire.begin(Stream.KEPT)
        wire.poller.wait(0.2)
        exchange.give_up()
        go_on.set()
        assert {wire.ask(Stream.KEPT).replica for _ in range(2 * KEPT)} == {"b"}


def test_classes_of_the_systems_errors() -> None:
    assert connect_failure(errno.ECONNREFUSED) == "refused"
    assert connect_failure(errno.ETIMEDOUT) == "connect_timeout"
    assert connect_failure(errno.EHOSTUNREACH) == "unreachable"
    assert connect_failure(errno.EMFILE) == "unreachable"
    assert failure(BrokenPipeError(), "other") == "reset"
    assert failure(OSError(errno.EIO, ""), "other") == "other"
