"""When to send what, without end: absolute times, never skipped."""

import heapq
import itertools
from collections.abc import Iterator
from typing import NamedTuple

from seatrial.harness.record import LoadPlan, Stream


class Tick(NamedTuple):  # a tuple: there is one for each request
    """A request's place in the plan; `seq` is its number in its stream, from 0 on."""

    stream: Stream
    seq: int
    intended_ns: int


class Schedule:
    """When the next request is due, and which it is; another rate is planned anew."""

    def __init__(self, plan: LoadPlan, start_ns: int) -> None:
        self.due_ns: int
        self._stream: Stream
        self._numbers = dict.fromkeys(plan.streams, 0)
        self.begin(plan, start_ns)

    def begin(self, plan: LoadPlan, start_ns: int) -> None:
        """From start_ns on by this plan, of the same streams; what was still to come is dropped."""
        self._ticks = heapq.merge(*(_ticks(plan, stream, start_ns) for stream in plan.streams))
        self._step()

    def take(self) -> Tick:
        """The request that is due; then the one after it is."""
        seq = self._numbers[self._stream]
        self._numbers[self._stream] = seq + 1
        tick = Tick(self._stream, seq, self.due_ns)
        self._step()
        return tick

    def _step(self) -> None:
        self.due_ns, _, self._stream = next(self._ticks)


def _ticks(plan: LoadPlan, stream: Stream, start_ns: int) -> Iterator[tuple[int, int, Stream]]:
    interval_ns, place = plan.interval_ns(stream), plan.streams.index(stream)
    return ((start_ns + turn * interval_ns, place, stream) for turn in itertools.count())
