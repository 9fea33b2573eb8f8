"""One connection without waiting: it is opened, and carries one request at a time."""

import _socket  # the system's own: the sockets of `socket` may be patched to wait for each other
import errno
import os
from dataclasses import dataclass
from typing import Protocol

from seatrial.harness.generator.exchange import Exchange
from seatrial.harness.generator.poller import READABLE, WRITABLE, Poller
from seatrial.harness.generator.reply import Reply, ReplyError, read_reply

BLOCK = 16384
KIND = _socket.SOCK_STREAM | _socket.SOCK_NONBLOCK | _socket.SOCK_CLOEXEC
UNDER_WAY = frozenset({0, errno.EINPROGRESS})


@dataclass(frozen=True, slots=True)
class Address:
    """Where connections go: the family of addresses, and what its sockets take for one."""

    family: int
    where: tuple[object, ...]


class Owner(Protocol):
    """Who has connections opened, and takes them back."""

    def release(self, connection: "Connection", *, keep: bool) -> None:
        """Nothing is under way on it any more; one that is not to be kept is no good any more."""


class Connection:
    """A TCP connection that is being opened for an exchange, and may carry others after it.

    ReplyError when the system refuses at once. A request is sent in one write, so nothing of it is
    ever held back, and one that a socket without anything to send does not take is an error.
    """

    __slots__ = (
        *("_descriptor", "_exchange", "_got", "_open", "_owner"),
        *("_poller", "_request", "_socket"),
    )

    def __init__(self, address: Address, request: bytes, poller: Poller, owner: Owner) -> None:
        self._exchange: Exchange | None = None
        self._request, self._poller, self._owner = request, poller, owner
        self._got, self._open = b"", False
        self._socket = _opening(address)
        self._descriptor = self._socket.fileno()
        poller.watch(self._descriptor, WRITABLE, self._opened)

    def carry(self, exchange: Exchange) -> None:
        """Send the request, as soon as the connection is open."""
        self._exchange, exchange.carrier = exchange, self
        if self._open:
            self._send()

    def give_up(self) -> None:
        """End what is under way: what would still come must not be taken for a later reply."""
        self._fail("timeout" if self._open else "connect_timeout")

    def close(self) -> None:
        """Close it and wait for it no more."""
        self._poller.forget(self._descriptor)
        self._socket.close()

    def _opened(self) -> None:
        # an error stays reported for good unless it is asked for and the socket closed
        number = self._socket.getsockopt(_socket.SOL_SOCKET, _socket.SO_ERROR)
        if number:
            self._fail(connect_failure(number))
            return
        self._open = True
        self._poller.turn(self._descriptor, READABLE, self._readable)
        self._send()

    def _send(self) -> None:
        try:
            sent = self._socket.send(self._request)
        except OSError as error:
            self._fail(failure(error, "other"))
            return
        if sent < len(self._request):
            self._fail("other")

    def _readable(self) -> None:
        try:
            reply = self._receive()
        except TimeoutError:
            self._fail("timeout")
        except OSError as error:
            self._fail(failure(error, "other"))
        except ReplyError as error:
            self._fail(str(error))
        else:
            if reply:
                self._answer(reply)

    def _receive(self) -> Reply | None:
        block = self._socket.recv(BLOCK)
        if not block or self._exchange is None:  # its end, or bytes nobody asked for
            raise ReplyError("reset")
        got = self._got + block
        reply = read_reply(got)
        self._got = b"" if reply else got
        return reply

    def _answer(self, reply: Reply) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange:
            exchange.answered(reply)
        self._owner.release(self, keep=reply.keep)

    def _fail(self, error: str) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange:
            exchange.failed(error)
        self._owner.release(self, keep=False)


def _opening(address: Address) -> _socket.socket:
    try:
        opening = _socket.socket(address.family, KIND)
    except OSError as error:
        raise ReplyError("unreachable") from error
    number = opening.connect_ex(address.where)
    if number not in UNDER_WAY:
        opening.close()
        raise ReplyError(connect_failure(number))
    return opening


def connect_failure(number: int) -> str:
    """The class of the system's error for a connection that did not come to be."""
    error = OSError(number, os.strerror(number))  # of the subclass that fits the number
    return "connect_timeout" if isinstance(error, TimeoutError) else failure(error, "unreachable")


def failure(error: OSError, otherwise: str) -> str:
    """The class of a socket's error."""
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return "reset"
    return otherwise
