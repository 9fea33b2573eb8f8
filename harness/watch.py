"""What the growing record of a trial shows of it, for whoever looks on.

Looking on must not disturb what is measured. So nothing is asked of the load process, of observers
or of the orchestrator, and nothing is done for each request: two files that are written anyway are
read, each from where the look before ended. A spool's batches differ in size, as words do in
length, but Arrow frames them: what is new is found without a look at what was there before, and
counted column by column. It is looked at once a second at most, and only for somebody who wants to
know.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seatrial.harness.columns import HTTP_OK
from seatrial.harness.spool import whole

LEAST_S = 1.0
"""Between two looks."""

BLOCK = 1 << 20
"""So many bytes are in memory at once; a batch is a tenth of it at most."""

JOIN_S = 2.0
NO_MORE = frozenset({"unready", "gone"})


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to see: the counts and the rate of `Going` (harness/progress.py)."""

    requests: int = 0
    errors: int = 0
    rate_per_s: float | None = None
    ready: int | None = None


NOTHING = Look()


class Tail:
    """A file that grows; what was taken of it is not read again."""

    def __init__(self, path: Path) -> None:
        self._path, self._at = path, 0

    def read(self, take: Callable[[bytes], int]) -> None:
        """Hand over what is new, a block at a time, to somebody who says how much was whole."""
        with suppress(OSError), self._path.open("rb") as file:  # it may not be there yet
            file.seek(self._at)
            while taken := take(file.read(BLOCK)):
                self._at += taken
                file.seek(self._at)


class Requests:
    """Counts the requests that a spool tells of."""

    def __init__(self, spool: Path) -> None:
        self.ended = self.failed = 0
        self.rate_per_s: float | None = None
        self._tail = Tail(spool)
        self._oldest_ns = self._newest_ns = 0

    def look(self) -> None:
        """Count what is new.

        The rate is over the requests' own time: they come in batches, of which now one more and
        now one less is there when somebody looks.
        """
        before, since_ns = self.ended, self._newest_ns
        self._tail.read(self._count)
        if self._newest_ns:
            over_ns = self._newest_ns - (since_ns or self._oldest_ns)
            self.rate_per_s = (self.ended - before) / over_ns * 1e9 if over_ns else 0.0

    def _count(self, got: bytes) -> int:
        found, size = whole(got)
        for batch in found:
            if batch.num_rows:
                done_ns = batch.column("done_ns").to_numpy()
                self.ended += batch.num_rows
                self.failed += _failed(batch)
                self._oldest_ns = self._oldest_ns or int(done_ns.min())
                self._newest_ns = max(self._newest_ns, int(done_ns.max()))
        return size


def _failed(batch: pa.RecordBatch) -> int:
    """How many have no good reply, as `Sample.outcome` has it."""
    spoilt = pc.binary_length(batch.column("error")).to_numpy() > 0
    return int(np.count_nonzero((batch.column("status").to_numpy() != HTTP_OK) | spoilt))


class Ready:
    """Knows which replicas of a service are ready, by what a trial's events tell."""

    def __init__(self, events: Path, service: str) -> None:
        self._tail, self._service = Tail(events), service
        self._ids: set[str] | None = None

    def look(self) -> int | None:
        """How many they are now; None while none was told of."""
        self._tail.read(self._hear)
        return None if self._ids is None else len(self._ids)

    def _hear(self, got: bytes) -> int:
        size = got.rfind(b"\n") + 1
        for line in got[:size].splitlines():
            with suppress(ValueError):  # a reader leaves out what was torn
                self._take(json.loads(line))
        return size

    def _take(self, event: dict[str, object]) -> None:
        detail, replica = event.get("detail"), str(event.get("subject"))
        if not isinstance(detail, dict) or event.get("source") != "orchestrator":
            return
        if detail.get("service") != self._service:
            return
        self._ids = self._ids or set()
        if event.get("kind") == "ready":
            self._ids.add(replica)
        elif event.get("kind") in NO_MORE:
            self._ids.discard(replica)


class Onlooker:
    """Looks at the record of one trial whose load goes to that service."""

    def __init__(self, folder: Path, service: str) -> None:
        self._requests = Requests(folder / "samples.arrow")
        self._ready = Ready(folder / "events.jsonl", service)

    def look(self) -> Look:
        """See what there is by now."""
        self._requests.look()
        seen = self._requests
        return Look(seen.ended, seen.failed, seen.rate_per_s, self._ready.look())


@contextmanager
def regularly(every_s: float, act: Callable[[], None]) -> Iterator[None]:
    """Act every so often, in a thread of its own, as long as the context lasts.

    Once it fails it is not tried again: it only shows something, and no trial may suffer from it.
    """
    stop = Flag()

    def turns() -> None:
        # with no lower priority: made to wait while it holds Python's lock, it would hold up all
        with suppress(Exception):
            while not stop.wait(max(every_s, LEAST_S)):
                act()

    thread = Thread(target=turns, name="onlooker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(JOIN_S)
