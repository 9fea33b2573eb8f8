"""A counter app on loopback whose failures are scripted: for calibration and for FakeTarget."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from enum import StrEnum
from threading import Thread
from typing import Any, Self, TypeVar

from seatrial.harness.clock import now_ns

Answer = TypeVar("Answer")
HOST = "127.0.0.1"
REQUEST_END = b"\r\n\r\n"
PATIENCE_S = 10.0
SLOW_S = 4.0
"""Longer than any load waits for a reply."""


class Fault(StrEnum):
    """How a replica fails."""

    NONE = "none"
    HANG = "hang"  # takes the request and never answers it, not even afterwards
    SLOW = "slow"  # answers after SLOW_S, if anybody still waits
    ERROR = "error"  # answers 500
    RESET = "reset"  # cuts the connection without an answer


class LoopbackServer:
    """Answers like the counter app; `pick` names the replica that serves next, and its version.

    Use as a context manager. `refuse` closes the port and every connection, `accept` opens it.
    All of them return the moment from which they are in force, in ns of the one clock.
    """

    def __init__(self, pick: Callable[[], tuple[str, str] | None], port: int = 0) -> None:
        self.port = port
        self.count = 0
        self._pick = pick
        self._faults: dict[str, Fault] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._refusing = False
        self._loop: asyncio.AbstractEventLoop
        self._thread: Thread

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="loopback", daemon=True)
        self._thread.start()
        self.accept()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    @property
    def thread(self) -> int:
        """The id by which the system schedules this server."""
        return self._thread.native_id or 0

    def accept(self) -> int:
        """Listen, on the same port as before."""
        return self._do(self._accept())

    def refuse(self) -> int:
        """Stop listening and cut every connection, as a process that dies does."""
        return self._do(self._refuse())

    def fail(self, who: str, fault: Fault) -> int:
        """From now on this replica, or version, fails that way (or not, with Fault.NONE)."""
        return self._do(self._fail(who, fault))

    def _do(self, what: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(PATIENCE_S)

    async def _accept(self) -> int:
        self._server = await asyncio.start_server(self._serve, HOST, self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        self._refusing = False
        return now_ns()

    async def _refuse(self) -> int:
        at, self._refusing = now_ns(), True
        if self._server:
            for listener in self._server.sockets:
                self._loop.remove_reader(listener.fileno())
            # asyncio drops, unclosed, what it is just accepting when its server closes: let it end
            await asyncio.sleep(0)
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        return at

    async def _fail(self, who: str, fault: Fault) -> int:
        self._faults[who] = fault
        return now_ns()

    async def _end(self) -> None:
        await self._refuse()
        # a connection that was just being accepted becomes a task only now
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)
        await asyncio.sleep(0)  # for the last connection to be told that it is lost

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while not self._refusing and await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away, or we cut it off
        finally:
            self._writers.discard(writer)
            writer.transport.abort() if self._refusing else writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection goes on."""
        request = await reader.readuntil(REQUEST_END)
        picked = self._pick()
        if picked is None:
            writer.transport.abort()
            return False
        replica, version = picked
        fault = self._faults.get(replica, self._faults.get(version, Fault.NONE))
        if fault is Fault.HANG:
            await reader.read()  # until the client gives up
            return False
        if fault is Fault.SLOW and await _left(reader):
            return False
        if fault is Fault.RESET:
            writer.transport.abort()
            return False
        writer.write(self._reply(replica, version, fault))
        await writer.drain()
        return b"Connection: close" not in request

    def _reply(self, replica: str, version: str, fault: Fault) -> bytes:
        if fault is Fault.ERROR:
            return _http("500 Internal Server Error", "{}")
        self.count += 1
        body = {"replica": replica, "version": version, "count": self.count, "server_time": None}
        return _http("200 OK", json.dumps(body))


async def _left(reader: asyncio.StreamReader) -> bool:
    """Wait for long; whether the client gave up meanwhile."""
    try:
        await asyncio.wait_for(reader.read(), SLOW_S)
    except TimeoutError:
        return False
    return True


def _http(status: str, body: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return f"{head}\r\n\r\n{body}".encode()
