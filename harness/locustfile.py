"""Runs inside locust: sends requests at their intended times and spools every one.

Open loop: one absolute schedule, never skipped, never waiting for a reply. Each request is a
greenlet of its own. Orders come on standard input, a line of JSON each: where to send, from when;
its end means stop, so that the load ends with whoever ordered it. What is done is told on
standard output. Locust's own `request` event carries the sample to the spool.
"""

import gc
import heapq
import itertools
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

import gevent
from gevent import socket
from gevent.pool import Pool
from locust import User, constant, events, task
from locust.env import Environment

from seatrial.harness.clock import now_ns
from seatrial.harness.exchange import Connections, Exchange, ReplyError
from seatrial.harness.model import LoadPlan, Stream
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


def schedule(start_ns: int) -> Iterator[tuple[Stream, int, int]]:
    """Stream, number and intended time of every request in the order of time, without end."""

    def ticks(stream: Stream) -> Iterator[tuple[Stream, int, int]]:
        interval_ns = plan.interval_ns(stream)
        return ((stream, seq, start_ns + seq * interval_ns) for seq in itertools.count())

    return heapq.merge(*map(ticks, plan.streams), key=itemgetter(2))


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
            stopped = gevent.spawn(lambda: next(listening, None))
            sent = self.dispatch(str(order["host"]), int(str(order["port"])), stopped)
            tell("stopped", sent=sent, cpu_s=time.process_time())

    def dispatch(self, host: str, port: int, stopped: gevent.Greenlet) -> int:
        """Start every request at its intended time until stopped; how many there were."""
        connections, under_way = Connections(host, port, plan), Pool()
        flushing = gevent.spawn(flush_regularly)
        start_ns = now_ns() + START_NS
        tell("started", at_ns=start_ns, cpu_s=time.process_time(), first=goes_first())
        sent = 0
        for stream, seq, intended_ns in schedule(start_ns):
            wait_s = (intended_ns - now_ns()) / 1e9
            if wait_s > 0:
                gevent.sleep(wait_s)
            if stopped.ready():
                break
            exchange = Exchange(stream, seq, intended_ns, plan.deadline_s)
            under_way.spawn(self.view, connections, exchange)
            sent += 1
        under_way.join()
        flushing.kill()
        return sent

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
