"""The loop: every request at its intended time, every reply as it comes, none late for another."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.exchange import Exchange, Record
from seatrial.harness.generator.poller import Poller
from seatrial.harness.generator.pool import Pool
from seatrial.harness.generator.schedule import Schedule
from seatrial.harness.generator.upkeep import Upkeep
from seatrial.harness.record import Stream

SPIN_NS = 60_000
"""Sleep ends so long before a request is due, and the loop looks for replies instead: a timer wakes
a process some 30 us late (docs/adr/0009). All of it is paid with the processor for each request."""

BURST = 16
"""So many late requests are begun before replies are looked for again."""

TURN_NS = 100_000_000
"""The longest sleep, so that upkeep has its turn."""


@dataclass(slots=True)
class Dispatcher:
    """Begins, ends and gives up exchanges. `sent` counts those begun."""

    pools: Mapping[Stream, Pool]
    patience_ns: int
    record: Record
    poller: Poller
    upkeep: Upkeep
    sent: int = 0
    _under_way: deque[Exchange] = field(default_factory=deque)  # in the order of their deadlines

    def turn(self, schedule: Schedule) -> None:
        """Begin what is due; else wait for it, and for replies in the meantime."""
        at_ns = now_ns()
        self._expire(at_ns)
        gap_ns = schedule.due_ns - at_ns
        if gap_ns > SPIN_NS:
            self._rest(at_ns, gap_ns)
            return
        if gap_ns <= 0:
            self._begin(schedule, at_ns)
            self.upkeep.turn(at_ns, gap_ns)
        self.poller.look()

    def drain(self) -> None:
        """Wait for what is under way, each to its deadline."""
        while self._under_way:
            self._rest(now_ns(), TURN_NS)
            self._expire(now_ns())

    def _begin(self, schedule: Schedule, until_ns: int) -> None:
        for _ in range(BURST):
            if schedule.due_ns > until_ns:
                return
            tick = schedule.take()
            exchange = Exchange(tick, self.patience_ns, self.record)
            self._under_way.append(exchange)
            self.pools[tick.stream].carry(exchange)
            self.sent += 1

    def _rest(self, at_ns: int, gap_ns: int) -> None:
        """Upkeep, and sleep until shortly before the end of the gap, a reply or a deadline."""
        self.upkeep.turn(at_ns, gap_ns)
        until_ns = at_ns + min(gap_ns - SPIN_NS, TURN_NS)
        if self._under_way:
            until_ns = min(until_ns, self._under_way[0].deadline_ns)
        self.poller.wait(max(0, until_ns - now_ns()) / 1e9)

    def _expire(self, at_ns: int) -> None:
        """Give up what is past its deadline, and forget what has ended."""
        while self._under_way:
            exchange = self._under_way[0]
            if not exchange.over:
                if exchange.deadline_ns > at_ns:
                    return
                exchange.give_up()
            self._under_way.popleft()
