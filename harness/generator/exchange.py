"""One request and what came of it."""

from collections.abc import Callable
from typing import Protocol

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.reply import Page, Reply, ReplyError, read_page
from seatrial.harness.generator.schedule import Tick
from seatrial.harness.record import Sample

LEAST_NS = 50_000_000
"""Also a request that is late already is given so long."""

OK = 200
NO_PAGE: Page = ("", "", -1)

Record = Callable[[Sample], None]


class Carrier(Protocol):
    """What has a request under way."""

    def give_up(self) -> None:
        """The deadline is there: end the exchange."""


class Exchange:
    """A request under way; it ends once, with a reply or a class of failure, and is recorded then.

    It is given up at `deadline_ns`, `patience_ns` after its intended time. `over`: it has ended.
    """

    __slots__ = ("_record", "carrier", "deadline_ns", "over", "sent_ns", "tick")

    def __init__(self, tick: Tick, patience_ns: int, record: Record) -> None:
        self.tick, self._record = tick, record
        self.sent_ns = now_ns()
        self.deadline_ns = max(tick.intended_ns + patience_ns, self.sent_ns + LEAST_NS)
        self.carrier: Carrier | None = None
        self.over = False

    def give_up(self) -> None:
        """The deadline is there."""
        if self.carrier:
            self.carrier.give_up()

    def answered(self, reply: Reply) -> None:
        """A whole reply came."""
        page, error = NO_PAGE, ""
        if reply.status == OK:
            try:
                page = read_page(reply.body)
            except ReplyError as bad:
                error = str(bad)
        self._end(reply.status, error, page)

    def failed(self, error: str) -> None:
        """No whole reply came."""
        self._end(0, error, NO_PAGE)

    def _end(self, status: int, error: str, page: Page) -> None:
        self.over, self.carrier = True, None
        times = self.tick.intended_ns, self.sent_ns, now_ns()
        self._record(Sample(self.tick.stream, self.tick.seq, *times, status, error, *page))
