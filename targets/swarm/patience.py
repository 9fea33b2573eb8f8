"""Waits for the swarm, with a bound: only around trials, in them the harness waits."""

import time
from collections.abc import Callable

from seatrial.harness.errors import TargetError

POLL_S = 0.1


def wait(what: str, condition: Callable[[], bool], patience_s: float) -> None:
    """Wait until the condition holds; TargetError after the time."""
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise TargetError(
                f"Docker Swarm took more than {patience_s:.0f} s for {what}. "
                "See `docker node ls` for a node that is down."
            )
        time.sleep(POLL_S)
