"""How a stream uses connections: a new one each time, or kept ones in turn."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from seatrial.harness.generator.connection import Connection, Owner
from seatrial.harness.generator.exchange import Exchange
from seatrial.harness.generator.reply import ReplyError

Open = Callable[[Owner], Connection]
"""Begin to open a connection; ReplyError when that fails at once."""


class Pool(Protocol):
    """Finds each exchange its connection."""

    def carry(self, exchange: Exchange) -> None:
        """Begin the exchange; it ends at once when there is no connection to be had."""

    def close(self) -> None:
        """Close what is kept and idle."""


class Fresh:
    """A new connection for every request."""

    def __init__(self, connect: Open) -> None:
        self._connect = connect

    def carry(self, exchange: Exchange) -> None:
        """Begin the exchange on a new connection."""
        try:
            self._connect(self).carry(exchange)
        except ReplyError as error:
            exchange.failed(str(error))

    def release(self, connection: Connection, *, keep: bool) -> None:  # noqa: ARG002 - none is
        """Close it."""
        connection.close()

    def close(self) -> None:
        """Nothing is kept."""


class Kept:
    """A few connections, taken in turn; each carries one request at a time.

    As many as `most` are opened before any is used again: a client that opened one more only when
    none is idle would stay with one, and so with one replica. Where all are under way another one
    is opened, and closed after its request.
    """

    def __init__(self, connect: Open, most: int) -> None:
        self._connect, self._most = connect, most
        self._idle: deque[Connection] = deque()
        self._all = 0  # those under way too

    def carry(self, exchange: Exchange) -> None:
        """Begin the exchange on the connection that has been idle for longest, or on a new one."""
        if self._idle and self._all >= self._most:
            self._idle.popleft().carry(exchange)
            return
        try:
            connection = self._connect(self)
        except ReplyError as error:
            exchange.failed(str(error))
        else:
            self._all += 1
            connection.carry(exchange)

    def release(self, connection: Connection, *, keep: bool) -> None:
        """Keep it for a later turn, or close it; also an idle one that the other side closed."""
        if keep and self._all <= self._most:
            self._idle.append(connection)
            return
        if connection in self._idle:
            self._idle.remove(connection)
        self._all -= 1
        connection.close()

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self.release(self._idle[0], keep=False)
