"""When to send what, without end: absolute times, never skipped."""

import heapq
import itertools
from collections.abc import Iterator

from seatrial.harness.record import LoadPlan, Stream


class Schedule:
    """The next request's stream and intended time; another rate is planned anew from a moment on."""

    def __init__(self, plan: LoadPlan, start_ns: int) -> None:
        self.stream: Stream
        self.due_ns: int
        self._numbers = dict.fromkeys(plan.streams, 0)
        self.begin(plan, start_ns)

    def begin(self, plan: LoadPlan, start_ns: int) -> None:
        """From start_ns on by this plan, of the same streams; what was still to come is dropped."""
        self._ticks = heapq.merge(*(_ticks(plan, stream, start_ns) for stream in plan.streams))
        self._step()

    def take(self) -> int:
        """The number of the request that is due, in its stream, from 0 on; the next one is next."""
        stream = self.stream
        number = self._numbers[stream]
        self._numbers[stream] = number + 1
        self._step()
        return number

    def _step(self) -> None:
        self.due_ns, _, self.stream = next(self._ticks)


def _ticks(plan: LoadPlan, stream: Stream, start_ns: int) -> Iterator[tuple[int, int, Stream]]:
    interval_ns, place = plan.interval_ns(stream), plan.streams.index(stream)
    return ((start_ns + turn * interval_ns, place, stream) for turn in itertools.count())
