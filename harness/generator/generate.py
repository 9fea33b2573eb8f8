"""One load from its first order to its end."""

import _socket  # as in connection.py
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.connection import Address, Connection
from seatrial.harness.generator.dispatch import Dispatcher
from seatrial.harness.generator.orders import Aim, Orders, Pace
from seatrial.harness.generator.poller import Poller
from seatrial.harness.generator.pool import Fresh, Kept, Pool
from seatrial.harness.generator.schedule import Schedule
from seatrial.harness.generator.upkeep import Upkeep
from seatrial.harness.record import LoadPlan, Stream
from seatrial.harness.spool import SpoolWriter

START_NS = 100_000_000
"""Between an order and the first request by it."""

log = logging.getLogger(__name__)

Tell = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Generator:
    """Obeys orders by a plan; a load ends by itself after `longest_s`, in s."""

    plan: LoadPlan
    longest_s: float
    spool: SpoolWriter
    poller: Poller
    tell: Tell

    def obey(self, orders: Orders) -> None:
        """Wait for the order, send until told to stop, wait for what is under way."""
        self.tell("ready")
        order = orders.wait()
        if isinstance(order, Aim):
            sent, until_ns = self._send(order, orders)
            self.tell("stopped", sent=sent, until_ns=until_ns, cpu_s=time.process_time())

    def _send(self, aim: Aim, orders: Orders) -> tuple[int, int]:
        """How many requests were sent, and when the schedule ended."""
        pools = self._pools(aim)
        patience_ns = round(self.plan.deadline_s * 1e9)
        dispatcher = Dispatcher(pools, patience_ns, self.spool.add, self.poller, Upkeep(self.spool))
        start_ns = now_ns() + START_NS
        self.tell("started", at_ns=start_ns, cpu_s=time.process_time(), first=goes_first())
        self._go_on(dispatcher, Schedule(self.plan, start_ns), orders)
        until_ns = now_ns()
        if not orders.ended:
            log.warning("It had sent for %g s, the longest that a load may last.", self.longest_s)
        dispatcher.drain()
        for pool in pools.values():
            pool.close()
        return dispatcher.sent, until_ns

    def _go_on(self, dispatcher: Dispatcher, schedule: Schedule, orders: Orders) -> None:
        end_ns = now_ns() + round(self.longest_s * 1e9)
        while not orders.ended and schedule.due_ns < end_ns:
            order = orders.take()
            if isinstance(order, Pace):
                self._pace(schedule, order.rate_per_s)
            dispatcher.turn(schedule)

    def _pace(self, schedule: Schedule, rate_per_s: float) -> None:
        until_ns = now_ns()
        start_ns = until_ns + START_NS
        schedule.begin(replace(self.plan, rate_per_s=rate_per_s), start_ns)
        self.tell("paced", at_ns=start_ns, until_ns=until_ns, rate_per_s=rate_per_s)

    def _pools(self, aim: Aim) -> Mapping[Stream, Pool]:
        address = locate(aim)

        def connect(stream: Stream) -> Callable[..., Connection]:
            return partial(Connection, address, request(aim, stream), self.poller)

        kept = Kept(connect(Stream.KEPT), self.plan.kept_connections)
        return {Stream.FRESH: Fresh(connect(Stream.FRESH)), Stream.KEPT: kept}


def request(aim: Aim, stream: Stream) -> bytes:
    """The bytes of one request of the stream."""
    keep = "keep-alive" if stream is Stream.KEPT else "close"
    return (
        f"GET / HTTP/1.1\r\nHost: {aim.host}:{aim.port}\r\nAccept: application/json\r\n"
        f"User-Agent: seatrial\r\nConnection: {keep}\r\n\r\n"
    ).encode()


def locate(aim: Aim) -> Address:
    """Where the host is, asked once; by IPv4 where it has both, as published ports do."""
    found = _socket.getaddrinfo(aim.host, aim.port, 0, _socket.SOCK_STREAM)
    family, _, _, _, where = min(found, key=lambda each: each[0] != _socket.AF_INET)
    return Address(family, where)


def goes_first() -> bool:
    """Whether this process is scheduled before others (harness/load.py)."""
    return os.sched_getscheduler(0) != os.SCHED_OTHER
