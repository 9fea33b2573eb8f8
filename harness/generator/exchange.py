"""One request and what came of it."""

from collections.abc import Callable
from typing import Protocol

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.reply import Page, Reply, ReplyError, read_page
from seatrial.harness.record import Sample, Stream

OK = 200
NO_PAGE = Page("", "", -1)

Record = Callable[[Sample], None]


class Carrier(Protocol):
    """What has a request under way."""

    def give_up(self) -> None:
        """The deadline is there: end the exchange."""


class Exchange:
    """A request under way; it ends once, with a reply or a class of failure, and is recorded then.

    `deadline_ns` is when it is given up, `over` whether it has ended.
    """

    __slots__ = (
        *("_record", "carrier", "deadline_ns", "intended_ns"),
        *("over", "sent_ns", "seq", "stream"),
    )

    def __init__(  # noqa: PLR0913 - there is one for each request, so no more than what it needs
        self, record: Record, stream: Stream, seq: int, intended_ns: int, sent_ns: int, deadline_ns: int
    ) -> None:
        self.stream, self.seq = stream, seq
        self.intended_ns, self.sent_ns, self.deadline_ns = intended_ns, sent_ns, deadline_ns
        self.carrier: Carrier | None = None
        self.over = False
        self._record = record

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
        times = self.intended_ns, self.sent_ns, now_ns()
        self._record(Sample(self.stream, self.seq, *times, status, error, *page))
