"""The one clock. Every `_ns` in a record is `CLOCK_MONOTONIC` of the machine that ran the trial.

The clock is shared by all processes of one host, so the load process and the harness need no
synchronisation. Wall time appears only in anchors, which tie the two together for a reader.
"""

import time
from dataclasses import dataclass


def now_ns() -> int:
    """Nanoseconds of the host's monotonic clock."""
    return time.monotonic_ns()


@dataclass(frozen=True, slots=True)
class Anchor:
    """One reading of both clocks, taken together."""

    monotonic_ns: int
    wall_ns: int


def anchor() -> Anchor:
    """Read both clocks; the wall reading is bracketed so that a pause between them shows less."""
    before = time.monotonic_ns()
    wall = time.time_ns()
    after = time.monotonic_ns()
    return Anchor(monotonic_ns=(before + after) // 2, wall_ns=wall)
