"""Waiting with an end, where the protocol wants a thing complete on return."""

import time
from collections.abc import Callable

POLL_S = 0.1


def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether the condition came to hold within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
    return True
