"""Samples the machine that measures, once a second: its processors' times, its load, its clocks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from threading import Thread

import psutil

from seatrial.harness.clock import anchor
from seatrial.harness.record import Event

PERIOD_S = 1.0
JOIN_S = 5.0
GUEST = ("guest", "guest_nice")
"""Linux counts these in user and nice too."""


def sample() -> Event:
    """The machine now: `wall_ns`, `cpu_s` and `steal_s` since its start, `load`.

    On Linux the times are those of /proc/stat, all processors together; `load` is the average of
    the last minute. `steal_s` is what a virtual machine wanted to run and its host ran others; 0
    where the system does not tell.
    """
    clocks, times = anchor(), psutil.cpu_times()._asdict()
    detail = {
        "wall_ns": clocks.wall_ns,
        "cpu_s": round(sum(s for name, s in times.items() if name not in GUEST), 2),
        "steal_s": times.get("steal", 0.0),
        "load": round(psutil.getloadavg()[0], 2),
    }
    return Event(clocks.monotonic_ns, "host", "sample", "", detail)


@contextmanager
def sampling(record: Callable[[Event], None], period_s: float = PERIOD_S) -> Iterator[None]:
    """Sample as long as the context lasts, also at its beginning and its end."""
    stop = Flag()

    def follow() -> None:
        record(sample())
        while not stop.wait(period_s):
            record(sample())

    thread = Thread(target=follow, name="host", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(JOIN_S)
        record(sample())
