"""A generator's pools on one end of real sockets, a script on the other."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.connection import Address, Connection
from seatrial.harness.generator.exchange import Exchange
from seatrial.harness.generator.poller import Handler, Poller
from seatrial.harness.generator.pool import Fresh, Kept
from seatrial.harness.generator.schedule import Tick
from seatrial.harness.record import Sample, Stream

HOST = "127.0.0.1"
KEPT = 3
PATIENCE_S = 20.0
PAGE = b'{"replica": "a", "version": "v1", "count": 7}'
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
REQUEST = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"

Script = Callable[[socket.socket], None]
"""What the server does with a connection; it is closed after that."""


class WatchedPoller(Poller):
    """Tells how many descriptors are waited for."""

    watched = 0

    def watch(self, descriptor: int, what: int, handler: Handler) -> None:
        super().watch(descriptor, what, handler)
        self.watched += 1

    def forget(self, descriptor: int) -> None:
        super().forget(descriptor)
        self.watched -= 1


class Wire:
    """Pools for one port; what was recorded is in `samples`."""

    def __init__(self, port: int) -> None:
        self.poller = WatchedPoller(select.epoll(), select.select)
        self.samples: list[Sample] = []
        connect = partial(Connection, Address(socket.AF_INET, (HOST, port)), REQUEST, self.poller)
        self.pools = {Stream.FRESH: Fresh(connect), Stream.KEPT: Kept(connect, KEPT)}

    def begin(self, stream: Stream) -> Exchange:
        """One more request."""
        tick = Tick(stream, len(self.samples), now_ns())
        exchange = Exchange(tick, round(PATIENCE_S * 1e9), self.samples.append)
        self.pools[stream].carry(exchange)
        return exchange

    def until(self, condition: Callable[[], bool]) -> None:
        """Take turns until it holds."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, "it never came to be"
            self.poller.wait(0.05)

    def ask(self, stream: Stream) -> Sample:
        """One request to its end."""
        exchange = self.begin(stream)
        self.until(lambda: exchange.over)
        return self.samples[-1]

    def close(self) -> None:
        self.pools[Stream.KEPT].close()
        self.poller.close()


@contextmanager
def wired(port: int) -> Iterator[Wire]:
    with closing(Wire(port)) as wire:
        yield wire


@contextmanager
def scripted(*scripts: Script) -> Iterator[int]:
    """A server whose connections go by these scripts, the first by the first; its port."""
    with socket.create_server((HOST, 0)) as listener, ThreadPoolExecutor() as pool:
        serving = pool.submit(_serve, listener, scripts, pool)
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        serving.result(PATIENCE_S)


def _serve(listener: socket.socket, scripts: tuple[Script, ...], pool: Executor) -> None:
    with suppress(OSError):  # the test is over
        for script in scripts:
            client, _ = listener.accept()
            pool.submit(_follow, client, script)


def _follow(client: socket.socket, script: Script) -> None:
    with client, suppress(OSError):
        client.settimeout(PATIENCE_S)
        script(client)


def taken(client: socket.socket) -> None:
    """Read one request."""
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        block = client.recv(4096)
        if not block:
            raise ConnectionResetError
        got += block


def says(*pieces: bytes, pause_s: float = 0.0) -> Script:
    """Answer one request with these pieces."""

    def script(client: socket.socket) -> None:
        taken(client)
        for piece in pieces:
            client.sendall(piece)
            time.sleep(pause_s)

    return script


def answers(reply: bytes) -> Script:
    """Answer every request the same, until the client closes."""

    def script(client: socket.socket) -> None:
        while True:
            taken(client)
            client.sendall(reply)

    return script
