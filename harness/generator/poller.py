"""Waits for sockets, to the microsecond: epoll, whose own wait counts in milliseconds, in select.

epoll and select are handed in: where they are taken from is the business of whoever patches them.
"""

import select
from collections.abc import Callable, Sequence

READABLE, WRITABLE = select.EPOLLIN, select.EPOLLOUT

Handler = Callable[[], None]
Select = Callable[[Sequence[int], Sequence[int], Sequence[int], float | None], object]


class Poller:
    """Which descriptors are waited for, and who is told.

    A handler must see to it that its descriptor is read, or forgotten: it is told again until then,
    also of errors and hang-ups, which epoll reports whether asked for or not.
    """

    def __init__(self, epoll: "select.epoll", select: Select) -> None:
        self._handlers: dict[int, Handler] = {}
        self._epoll, self._select = epoll, select
        self._itself = [epoll.fileno()]

    def watch(self, descriptor: int, what: int, handler: Handler) -> None:
        """Call the handler when the descriptor is ready for `what`."""
        self._handlers[descriptor] = handler
        self._epoll.register(descriptor, what)

    def turn(self, descriptor: int, what: int, handler: Handler) -> None:
        """From now on wait for something else on a watched descriptor."""
        self._handlers[descriptor] = handler
        self._epoll.modify(descriptor, what)

    def forget(self, descriptor: int) -> None:
        """Wait for it no more; before it is closed."""
        del self._handlers[descriptor]
        self._epoll.unregister(descriptor)

    def look(self) -> None:
        """Tell whoever is ready now."""
        for descriptor, _ in self._epoll.poll(0):
            self._handlers[descriptor]()

    def wait(self, timeout_s: float | None) -> None:
        """Sleep until something is ready, for at most so long, and tell."""
        self._select(self._itself, (), (), timeout_s)
        self.look()

    def close(self) -> None:
        """Give epoll back."""
        self._epoll.close()
