"""Runs inside locust: one user, whose only task is the whole load (harness/generator).

Locust is the frame: the process, the user, and the events at which the record begins and ends. A
greenlet for each request and a turn of gevent's hub for each wait would cost more than the requests
(docs/adr/0009), so the task neither starts greenlets nor leaves its turn to others. What gevent
took from the system's `select` is taken back here.
"""

import gc
import json
import os
from functools import partial
from pathlib import Path

from gevent.monkey import get_original
from locust import User, constant, events, task

from seatrial.harness.generator.generate import Generator
from seatrial.harness.generator.orders import Orders, tell
from seatrial.harness.generator.poller import Poller
from seatrial.harness.record import LoadPlan, Stream
from seatrial.harness.spool import SpoolWriter

STDIN, STDOUT = 0, 1

settings = json.loads(os.environ["SEATRIAL_LOAD"])
plan = LoadPlan(
    rate_per_s=settings["rate_per_s"],
    streams=tuple(Stream(name) for name in settings["streams"]),
    deadline_s=settings["deadline_s"],
    kept_connections=settings["kept_connections"],
)
spool = SpoolWriter(Path(settings["spool"]))


class Sender(User):
    """The one locust user: a dispatcher, not a closed loop."""

    wait_time = constant(0)

    @task
    def trial(self) -> None:
        """The whole load, once: locust would run a task that ends or fails again and again."""
        epoll, select = get_original("select", ["epoll", "select"])
        poller = Poller(epoll(), select)
        generator = Generator(plan, settings["longest_s"], spool, poller, partial(tell, STDOUT))
        try:
            generator.obey(Orders(STDIN, poller))
        finally:
            poller.close()
            self.environment.runner.quit()


@events.init.add_listener
def prepare(**_: object) -> None:
    """Keep the collector away from what lives as long as the process."""
    gc.collect()
    gc.freeze()


@events.quitting.add_listener
def finish(**_: object) -> None:
    """End the spool well."""
    spool.close()
