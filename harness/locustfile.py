"""Runs inside locust: sends requests at their intended times and spools every one.

Open loop: one absolute schedule, never skipped, never waiting for a reply. Each request is a
greenlet of its own. Orders come on standard input, a line of JSON each: first where to send, then
at which other rate; its end means stop, so that the load ends with whoever ordered it. What is
done is told on standard output. Locust's own `request` event carries the sample to the spool.
"""

import gc
import heapq
import itertools
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from operator import itemgetter
from pathlib import Path

import gevent
from gevent import socket
from gevent.pool import Pool
from locust import User, constant, events, task
from locust.env import Environment

from seatrial.harness.clock import now_ns
from seatrial.harness.exchange import Connections, Exchange, ReplyError
from seatrial.harness.record import LoadPlan, Stream
from seatrial.harness.spool import SpoolWriter

FLUSH_S = 0.25
STDIN, STDOUT = 0, 1
START_NS = 100_000_000
"""Between the order and the first request: the first greenlets take longer than others."""
BLOCK = 16384

settings = json.loads(os.environ["SEATRIAL_LOAD"])
plan = LoadPlan(
    rate_per_s=settings["rate_per_s"],
    streams=tuple(Stream(name) for name in settings["streams"]),
    deadline_s=settings["deadline_s"],
    kept_connections=settings["kept_connections"],
)
spool = SpoolWriter(Path(settings["spool"]))


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


class Schedule:
    """When to send what, without end. Another rate is another schedule, from then on."""

    def __init__(self, start_ns: int) -> None:
        self.numbers = {stream: itertools.count() for stream in plan.streams}
        self.changed = False
        self._ticks = self._all(plan, start_ns)

    def pace(self, rate_per_s: float) -> None:
        """Plan anew from now on."""
        until_ns = now_ns()
        start_ns = until_ns + START_NS
        self._ticks = self._all(replace(plan, rate_per_s=rate_per_s), start_ns)
        self.changed = True
        tell("paced", at_ns=start_ns, until_ns=until_ns, rate_per_s=rate_per_s)

    def next(self) -> tuple[Stream, int]:
        """Stream and intended time of the next request, in the order of time."""
        self.changed = False
        intended_ns, stream = next(self._ticks)
        return stream, intended_ns

    def _all(self, of: LoadPlan, start_ns: int) -> Iterator[tuple[int, Stream]]:
        def ticks(stream: Stream) -> Iterator[tuple[int, Stream]]:
            interval_ns = of.interval_ns(stream)
            return ((start_ns + turn * interval_ns, stream) for turn in itertools.count())

        return heapq.merge(*map(ticks, of.streams), key=itemgetter(0))


def follow(listening: Iterator[dict[str, object]], schedule: Schedule) -> None:
    """Take orders until they end."""
    for order in listening:
        schedule.pace(float(str(order["rate_per_s"])))


def goes_first() -> bool:
    """Whether this process is scheduled before others (harness/load.py)."""
    return os.sched_getscheduler(0) != os.SCHED_OTHER


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
            sent, until_ns = self.dispatch(str(order["host"]), int(str(order["port"])), listening)
            tell("stopped", sent=sent, until_ns=until_ns, cpu_s=time.process_time())

    def dispatch(
        self, host: str, port: int, listening: Iterator[dict[str, object]]
    ) -> tuple[int, int]:
        """Start every request at its intended time until stopped; how many, and until when."""
        connections, under_way = Connections(host, port, plan), Pool()
        flushing = gevent.spawn(flush_regularly)
        start_ns = now_ns() + START_NS
        tell("started", at_ns=start_ns, cpu_s=time.process_time(), first=goes_first())
        sent, schedule = 0, Schedule(start_ns)
        stopped = gevent.spawn(follow, listening, schedule)
        while True:
            stream, intended_ns = schedule.next()
            wait_s = (intended_ns - now_ns()) / 1e9
            if wait_s > 0:
                gevent.sleep(wait_s)
            if stopped.ready():
                break
            if schedule.changed:
                continue
            seq = next(schedule.numbers[stream])
            under_way.spawn(
                self.view, connections, Exchange(stream, seq, intended_ns, plan.deadline_s)
            )
            sent += 1
        until_ns = now_ns()
        under_way.join()
        connections.close()
        flushing.kill()
        return sent, until_ns

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
