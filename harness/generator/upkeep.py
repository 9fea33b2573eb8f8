"""What has to be done besides the load, done where it delays no request."""

from seatrial.harness.clock import now_ns
from seatrial.harness.spool import SpoolWriter

FLUSH_NS = 200_000_000
PATIENCE_NS = 100_000_000
"""Together well under SETTLED_NS (harness/steadiness.py), when samples are looked for."""

BATCH = 256
MOST_WAITING = 1024


class Upkeep:
    """Hands samples to the kernel: in a gap that is long enough, but never much too late."""

    def __init__(self, spool: SpoolWriter) -> None:
        self._spool = spool
        self._due_ns = now_ns() + FLUSH_NS
        self._takes_ns = 0  # as the latest time

    def turn(self, at_ns: int, gap_ns: int) -> None:
        """See to it; nothing else is due for `gap_ns`, which is negative when requests are late."""
        waiting = self._spool.waiting
        if at_ns < self._due_ns and waiting < BATCH:
            return
        late = at_ns >= self._due_ns + PATIENCE_NS or waiting >= MOST_WAITING
        if late or gap_ns > self._takes_ns:
            self._flush(at_ns)

    def _flush(self, at_ns: int) -> None:
        self._spool.flush()
        self._takes_ns = now_ns() - at_ns
        self._due_ns = at_ns + FLUSH_NS
