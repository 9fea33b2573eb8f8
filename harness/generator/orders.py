"""Orders as they come on a descriptor, a line of JSON each, and what is told back.

First where to send, then at which other rates; their end means stop, so that the load ends with
whoever ordered it.
"""

import json
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from seatrial.harness.generator.poller import READABLE, Poller

BLOCK = 16384


@dataclass(frozen=True, slots=True)
class Aim:
    """Send there from now on."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Go on at this rate."""

    rate_per_s: float


def read_order(line: bytes) -> Aim | Pace:
    """One order of its line."""
    words = json.loads(line)
    if "rate_per_s" in words:
        return Pace(float(words["rate_per_s"]))
    return Aim(str(words["host"]), int(words["port"]))


class Orders:
    """Orders that came and were not taken yet; `ended` when none will come any more."""

    def __init__(self, descriptor: int, poller: Poller) -> None:
        self.ended = False
        self._waiting: deque[Aim | Pace] = deque()
        self._torn = b""
        self._descriptor, self._poller = descriptor, poller
        poller.watch(descriptor, READABLE, self._read)

    def take(self) -> Aim | Pace | None:
        """The next order, if there is one."""
        return self._waiting.popleft() if self._waiting else None

    def wait(self) -> Aim | Pace | None:
        """The next order, None when they have ended."""
        while not self._waiting and not self.ended:
            self._poller.wait(None)
        return self.take()

    def _read(self) -> None:
        got = os.read(self._descriptor, BLOCK)
        if not got:
            self.ended = True
            self._poller.forget(self._descriptor)
        *lines, self._torn = (self._torn + got).split(b"\n")
        self._waiting.extend(map(read_order, lines))


def tell(descriptor: int, word: str, **detail: object) -> None:
    """Say something to whoever ordered the load, if they are still there."""
    with suppress(BrokenPipeError):
        os.write(descriptor, json.dumps({"word": word, **detail}).encode() + b"\n")
