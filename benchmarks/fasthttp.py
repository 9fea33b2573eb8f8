"""Locust's own fast client as a closed loop, every sample kept in the same spool as ours.

Started by benchmarks/locusts.py, by the environment: SPOOL is the file to write.
"""

import json
import os
import sys
import time
from pathlib import Path

from locust import FastHttpUser, constant, events, task

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


@events.test_start.add_listener
def start(**_: object) -> None:
    """Count from here: what came before is the start of the program."""
    began[:] = time.monotonic(), time.process_time()


@events.request.add_listener
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
