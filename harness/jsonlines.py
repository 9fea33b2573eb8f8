"""Progress for programs: a line of JSON an event, and nothing else among them (docs/formats.md)."""

import json
from collections.abc import Callable
from dataclasses import asdict

from seatrial.harness.clock import now_ns
from seatrial.harness.progress import Begun, Ended, Going

SCHEMA = 1
"""The version of these lines."""


class JsonLines:
    """Writes events with `write`; sentences for people go another way."""

    every_s = 1.0

    def __init__(self, write: Callable[[str], None], say: Callable[[str], None]) -> None:
        self._write, self._say = write, say

    def say(self, line: str) -> None:
        """Let people have it."""
        self._say(line)

    def begin(self, event: Begun) -> None:
        """Write it."""
        self._write(line(event))

    def go_on(self, event: Going) -> None:
        """Write it."""
        self._write(line(event))

    def end(self, event: Ended) -> None:
        """Write it."""
        self._write(line(event))


def line(event: Begun | Going | Ended) -> str:
    """The event in one line: which it is and when, then its fields; seconds to the millisecond."""
    head = {"schema": SCHEMA, "event": event.event, "at_ns": now_ns()}
    return json.dumps(head | {name: _short(value) for name, value in asdict(event).items()})


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value
