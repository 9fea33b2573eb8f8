"""Runs inside locust: sends requests at their intended times and spools every one.

Open loop: one absolute schedule, never skipped, never waiting for a reply. Each request is a
greenlet of its own. Orders come on standard input, a line of JSON each: where to send, from when;
its end means stop, so that the load ends with whoever ordered it. What is done is told on
standard output. Locust's own `request` event carries the sample to the spool.
"""

import gc
import heapq
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

import gevent
from gevent import socket
from gevent.pool import Pool
from geventhttpclient.response import HTTPParseError, HTTPResponse
from locust import User, constant, events, task
from locust.env import Environment

from seatrial.harness.clock import now_ns
from seatrial.harness.model import LoadPlan, Sample, Stream
from seatrial.harness.spool import SpoolWriter

FLUSH_S = 0.25
STDIN, STDOUT = 0, 1
START_NS = 100_000_000
"""Between the order and the first request: the first greenlets take longer than others."""
LEAST_TIMEOUT_S = 0.05  # also a request that is late already is sent
BLOCK = 16384
OK = 200

settings = json.loads(os.environ["SEATRIAL_LOAD"])
plan = LoadPlan(
    rate_per_s=settings["rate_per_s"],
    streams=tuple(Stream(name) for name in settings["streams"]),
    deadline_s=settings["deadline_s"],
    kept_connections=settings["kept_connections"],
)
spool = SpoolWriter(Path(settings["spool"]))


class ReplyError(Exception):
    """A request that got no correct reply; its message is the class of failure."""


def tell(word: str, **detail: object) -> None:
    """Say something to whoever ordered the load, if they are still there."""
    with suppress(BrokenPipeError):
        os.write(STDOUT, json.dumps({"word": word, **detail}).encode() + b"\n")


def orders() -> Iterator[dict[str, object]]:
    """The lines of standard input as they come."""
    waiting = b""
    while True:
        socket.wait_read(STDIN)
        got = os.read(STDIN, BLOCK)
        if not got:
            return
        *lines, waiting = (waiting + got).split(b"\n")
        yield from (json.loads(line) for line in lines)


def schedule(start_ns: int) -> Iterator[tuple[Stream, int, int]]:
    """Stream, number and intended time of every request in the order of time, without end."""

    def ticks(stream: Stream) -> Iterator[tuple[Stream, int, int]]:
        interval_ns = plan.interval_ns(stream)
        return ((stream, seq, start_ns + seq * interval_ns) for seq in itertools.count())

    return heapq.merge(*map(ticks, plan.streams), key=itemgetter(2))


def goes_first() -> bool:
    """Whether this process is scheduled before others (harness/load.py)."""
    return os.sched_getscheduler(0) != os.SCHED_OTHER


class Connections:
    """Connections to one address: a new one each time, or kept ones in turn."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self._kept: list[socket.socket] = []

    def request(self, stream: Stream) -> bytes:
        """The bytes of one request, sent in one write."""
        keep = "keep-alive" if stream is Stream.KEPT else "close"
        host, port = self.address
        return (
            f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\n"
            f"User-Agent: seatrial\r\nConnection: {keep}\r\n\r\n"
        ).encode()

    def take(self, stream: Stream, timeout_s: float) -> socket.socket:
        """A connection for this request; ReplyError when there is none to be had."""
        while stream is Stream.KEPT and self._kept:
            kept = self._kept.pop(0)
            if not ended(kept):
                return kept
            kept.close()
        return self._connect(timeout_s)

    def _connect(self, timeout_s: float) -> socket.socket:
        try:
            connection = socket.create_connection(self.address, timeout=timeout_s)
        except TimeoutError as error:
            raise ReplyError("connect_timeout") from error
        except OSError as error:
            raise ReplyError(failure(error, "unreachable")) from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def give_back(self, connection: socket.socket, *, keep: bool) -> None:
        """Keep the connection for a later turn, or close it."""
        if keep and len(self._kept) < plan.kept_connections:
            self._kept.append(connection)
        else:
            connection.close()


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

    def __init__(self, stream: Stream, seq: int, intended_ns: int) -> None:
        self.stream, self.seq, self.intended_ns = stream, seq, intended_ns
        self.status, self.error = 0, ""
        self.replica, self.version, self.count = "", "", -1
        self.sent_ns = now_ns()

    def remaining_s(self) -> float:
        """Time to the deadline, which counts from the intended time."""
        return max(LEAST_TIMEOUT_S, plan.deadline_s - (now_ns() - self.intended_ns) / 1e9)

    def run(self, connections: Connections) -> Sample:
        """Send, receive, and say what it was."""
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
            connections.give_back(connection, keep=keep)

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


class Sender(User):
    """The one locust user: a dispatcher, not a closed loop."""

    wait_time = constant(0)

    @task
    def trial(self) -> None:
        """The whole load, once: locust would run a task that ends or fails again and again."""
        try:
            self.obey(orders())
        finally:
            self.environment.runner.quit()

    def obey(self, listening: Iterator[dict[str, object]]) -> None:
        """Wait for the order, dispatch until told to stop, wait for what is under way."""
        tell("ready")
        order = next(listening, None)
        if order is not None:
            stopped = gevent.spawn(lambda: next(listening, None))
            sent = self.dispatch(str(order["host"]), int(str(order["port"])), stopped)
            tell("stopped", sent=sent, cpu_s=time.process_time())

    def dispatch(self, host: str, port: int, stopped: gevent.Greenlet) -> int:
        """Start every request at its intended time until stopped; how many there were."""
        connections, under_way = Connections(host, port), Pool()
        flushing = gevent.spawn(flush_regularly)
        start_ns = now_ns() + START_NS
        tell("started", at_ns=start_ns, cpu_s=time.process_time(), first=goes_first())
        sent = 0
        for stream, seq, intended_ns in schedule(start_ns):
            wait_s = (intended_ns - now_ns()) / 1e9
            if wait_s > 0:
                gevent.sleep(wait_s)
            if stopped.ready():
                break
            under_way.spawn(self.view, connections, Exchange(stream, seq, intended_ns))
            sent += 1
        under_way.join()
        flushing.kill()
        return sent

    def view(self, connections: Connections, exchange: Exchange) -> None:
        """One page view, told to locust."""
        sample = exchange.run(connections)
        self.environment.events.request.fire(
            request_type="GET",
            name=sample.stream,
            response_time=(sample.done_ns - sample.intended_ns) / 1e6,
            response_length=0,
            exception=ReplyError(sample.error) if sample.error else None,
            context={"sample": sample},
        )


def flush_regularly() -> None:
    """Hand samples to the kernel every now and then."""
    while True:
        gevent.sleep(FLUSH_S)
        spool.flush()


@events.init.add_listener
def prepare(environment: Environment, **_: object) -> None:
    """Keep every sample, and keep the collector away from what lives as long as the process."""
    environment.events.request.add_listener(lambda context, **_: spool.add(context["sample"]))
    gc.collect()
    gc.freeze()


@events.quitting.add_listener
def finish(**_: object) -> None:
    """End the spool well."""
    spool.close()
