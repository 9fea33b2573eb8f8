"""Locust's own fast client as a closed loop, every sample kept in the same spool as ours.

Started by benchmarks/locusts.py, by the environment: SPOOL is the file to write, SECONDS how long
to go on once all users are there. Locust's own run time counts from before they are.
"""

import json
import os
import sys
import time
from pathlib import Path

import gevent
from locust import FastHttpUser, constant, events, task
from locust.env import Environment

from seatrial.harness.record import Sample
from seatrial.harness.spool import SpoolWriter

spool = SpoolWriter(Path(os.environ["SPOOL"]))
began = [0.0, 0.0]


class Viewer(FastHttpUser):
    """Asks for the page again and again."""

    wait_time = constant(0)

    @task
    def view(self) -> None:
        """Ask once."""
        self.client.get("/")


@events.init.add_listener
def prepare(environment: Environment, **_: object) -> None:
    """Count from when all users are there, and keep what is asked from then on."""

    def begin(**_: object) -> None:
        began[:] = time.monotonic(), time.process_time()
        environment.events.request.add_listener(keep)
        if environment.runner:
            gevent.spawn_later(float(os.environ["SECONDS"]), environment.runner.quit)

    environment.events.spawning_complete.add_listener(begin)


def keep(start_time: float, response_time: float, exception: object, **_: object) -> None:
    """Keep the sample."""
    start_ns = round(start_time * 1e9)
    done_ns = start_ns + round(response_time * 1e6)
    status, error = (0, "other") if exception else (200, "")
    spool.add(Sample("kept", 0, start_ns, start_ns, done_ns, status, error, "", "", -1))


@events.test_stop.add_listener
def stop(**_: object) -> None:
    """Hand all of them on, and tell what it took."""
    spool.close()
    took = {"wall_s": time.monotonic() - began[0], "cpu_s": time.process_time() - began[1]}
    sys.stdout.write(json.dumps(took) + "\n")
