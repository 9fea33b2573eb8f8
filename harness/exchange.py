"""One page view over a socket: sent in one write, read to its end or its deadline, and classed.

A leaner client than locust's own: it keeps the time to each socket call short of the deadline, and
says what an increment's fate is. Runs under gevent, in the load process.
"""

import json
from collections.abc import Callable

from gevent import socket
from geventhttpclient.response import HTTPParseError, HTTPResponse

from seatrial.harness.clock import now_ns
from seatrial.harness.record import LoadPlan, Sample, Stream

LEAST_TIMEOUT_S = 0.05  # also a request that is late already is sent
BLOCK = 16384
OK = 200


class ReplyError(Exception):
    """A request that got no correct reply; its message is the class of failure."""


class Connections:
    """Connections to one address: a new one each time, or kept ones in turn."""

    def __init__(self, host: str, port: int, plan: LoadPlan) -> None:
        self.address = (host, port)
        self.plan = plan
        self._kept: list[socket.socket] = []
        self._all_kept = 0  # those under way too

    def request(self, stream: Stream) -> bytes:
        """The bytes of one request, sent in one write."""
        keep = "keep-alive" if stream is Stream.KEPT else "close"
        host, port = self.address
        return (
            f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n"
            f"User-Agent: seatrial\r\nConnection: {keep}\r\n\r\n"
        ).encode()

    def take(self, stream: Stream, timeout_s: float) -> socket.socket:
        """A connection for this request; ReplyError when there is none to be had.

        As many kept ones are opened as the plan says and then taken in turn: a client that opened
        one more only when none is idle would stay with one, and so with one replica.
        """
        if stream is not Stream.KEPT:
            return self._connect(timeout_s)
        while self._kept and self._all_kept >= self.plan.kept_connections:
            kept = self._kept.pop(0)
            if not ended(kept):
                return kept
            self._close_kept(kept)
        self._all_kept += 1
        try:
            return self._connect(timeout_s)
        except ReplyError:
            self._all_kept -= 1
            raise

    def close(self) -> None:
        """Close those that are kept and idle."""
        while self._kept:
            self._close_kept(self._kept.pop())

    def _close_kept(self, connection: socket.socket) -> None:
        connection.close()
        self._all_kept -= 1

    def _connect(self, timeout_s: float) -> socket.socket:
        try:
            connection = socket.create_connection(self.address, timeout=timeout_s)
        except TimeoutError as error:
            raise ReplyError("connect_timeout") from error
        except OSError as error:
            raise ReplyError(failure(error, "unreachable")) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def give_back(self, stream: Stream, connection: socket.socket, *, keep: bool) -> None:
        """Keep the connection for a later turn, or close it."""
        if stream is not Stream.KEPT:
            connection.close()
        elif keep and self._all_kept <= self.plan.kept_connections:
            self._kept.append(connection)
        else:
            self._close_kept(connection)


def ended(connection: socket.socket) -> bool:
    """Whether the other side closed an idle connection, as any client would see before it sends."""
    connection.settimeout(0)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True  # its end, or bytes nobody asked for


def failure(error: OSError, otherwise: str) -> str:
    """The class of a socket's error."""
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "reset"
    return otherwise


def receive(connection: socket.socket, remaining_s: Callable[[], float]) -> HTTPResponse:
    """Read one whole response."""
    response = HTTPResponse()
    try:
        while not response.message_complete:
            connection.settimeout(remaining_s())
            block = connection.recv(BLOCK)
            if not block:
                raise ReplyError("reset")
            response.feed(block)
    except TimeoutError as error:
        raise ReplyError("timeout") from error
    except HTTPParseError as error:
        raise ReplyError("protocol") from error
    except OSError as error:
        raise ReplyError(failure(error, "other")) from error
    return response


class Exchange:
    """One request and what came of it."""

    def __init__(self, stream: Stream, seq: int, intended_ns: int, deadline_s: float) -> None:
        self.deadline_s = deadline_s
        self.stream, self.seq, self.intended_ns = stream, seq, intended_ns
        self.status, self.error = 0, ""
        self.replica, self.version, self.count = "", "", -1
        self.sent_ns = 0

    def remaining_s(self) -> float:
        """Time to the deadline, which counts from the intended time."""
        return max(LEAST_TIMEOUT_S, self.deadline_s - (now_ns() - self.intended_ns) / 1e9)

    def run(self, connections: Connections) -> Sample:
        """Send, receive, and say what it was."""
        self.sent_ns = now_ns()
        try:
            self._exchange(connections)
        except ReplyError as error:
            self.error = str(error)
        return Sample(
            stream=self.stream.value,
            seq=self.seq,
            intended_ns=self.intended_ns,
            sent_ns=self.sent_ns,
            done_ns=now_ns(),
            status=self.status,
            error=self.error,
            replica=self.replica,
            version=self.version,
            count=self.count,
        )

    def _exchange(self, connections: Connections) -> None:
        connection = connections.take(self.stream, self.remaining_s())
        keep = False
        try:
            try:
                connection.settimeout(self.remaining_s())
                connection.sendall(connections.request(self.stream))
            except OSError as error:
                raise ReplyError(failure(error, "other")) from error
            response = receive(connection, self.remaining_s)
            keep = self.stream is Stream.KEPT and not response.should_close()
            self._read(response)
        finally:
            connections.give_back(self.stream, connection, keep=keep)

    def _read(self, response: HTTPResponse) -> None:
        self.status = response.get_code()
        if self.status != OK:
            return
        try:
            body = json.loads(bytes(response._body_buffer))  # noqa: SLF001 - the parser's own buffer
            self.replica, self.version = str(body["replica"]), str(body["version"])
            self.count = int(body["count"])
        except (ValueError, KeyError, TypeError) as error:
            raise ReplyError("bad_body") from error
