"""Which life of the backend's memory each page count is of: a walk over good replies.

Replies come in the order in which they were there. A life takes a count that is above all of its
own whose reply was there before this one's request was sent. One that nothing takes opens the next
life. A request that was under way when a life ended may be of that one still: the nearer has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
FIRST_BLOCK, LAST_BLOCK = 1 << 10, 1 << 20
"""Replies looked at together: few at first, since a life may be short."""


@dataclass
class Walk:
    """Good replies by their done_ns, and what is known of the lives so far.

    `tops` has for each place the highest count by then of the life that was the latest there,
    `older` the same of the life before, from the latest one's begin on.
    """

    sent_ns: Numbers
    done_ns: Numbers
    count: Numbers
    begins: list[int] = field(default_factory=list, init=False)
    older: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.home = np.zeros(len(self.count), dtype=np.int32)
        self.tops = np.zeros_like(self.count)
        self._earliest = np.minimum.accumulate(self.sent_ns[::-1])[::-1]  # sent from here on
        place = 0
        while place < len(self.count):
            self._open(place)
            place = self._stretch(self._change(place + 1))

    def counts(self) -> Iterator[Numbers]:
        """The counts of each life."""
        ends = np.cumsum(np.bincount(self.home, minlength=len(self.begins)))
        ordered = self.count[np.argsort(self.home, kind="stable")]
        return iter(np.split(ordered, ends[:-1]) if self.begins else ())

    def _open(self, place: int) -> None:
        self.older = [int(self.tops[place - 1])] if self.begins else []
        self.begins.append(place)
        self.home[place] = len(self.begins) - 1
        self.tops[place] = self.count[place]

    def _change(self, place: int) -> int:
        """Go on one by one while requests come that the life before may have had."""
        begun_ns = self.done_ns[self.begins[-1]]
        end = int(np.searchsorted(self._earliest, begun_ns)) if self.older else place
        while place < end:
            ages = (1, 0) if self.sent_ns[place] < begun_ns else (0,)
            count = int(self.count[place])
            fit = [age for age in ages if count > self._before(place, age)]
            if not fit:
                return place
            self._add(place, min(fit, key=lambda age: abs(self._highest(place, age) - count)))
            place += 1
        return place

    def _highest(self, place: int, age: int) -> int:
        return self.older[-1] if age else int(self.tops[place - 1])

    def _before(self, place: int, age: int) -> int:
        """The highest count that was there before the request was sent."""
        *_, previous, latest = (0, *self.begins)
        seen = min(int(np.searchsorted(self.done_ns, self.sent_ns[place])), place) - 1
        if age and seen >= latest:
            return self.older[seen - latest]
        return int(self.tops[seen]) if seen >= (previous if age else latest) else 0

    def _add(self, place: int, age: int) -> None:
        tops = [self._highest(place, 0), self._highest(place, 1)]
        tops[age] = max(tops[age], int(self.count[place]))
        self.tops[place] = tops[0]
        self.older.append(tops[1])
        self.home[place] = len(self.begins) - 1 - age

    def _stretch(self, place: int) -> int:
        """Give the latest life all that it takes in a row; the place of the one it does not."""
        size = FIRST_BLOCK
        while place < len(self.count):
            end = min(place + size, len(self.count))
            taken = self._taken(place, end)
            self.home[place : place + taken] = len(self.begins) - 1
            place += taken
            if place < end:
                break
            size = min(2 * size, LAST_BLOCK)
        return place

    def _taken(self, place: int, end: int) -> int:
        counts, tops = self.count[place:end], self.tops[place:end]
        np.maximum(np.maximum.accumulate(counts), self.tops[place - 1], out=tops)
        seen = np.searchsorted(self.done_ns, self.sent_ns[place:end])
        seen = np.minimum(seen, np.arange(place, end)) - 1
        before = np.where(seen >= self.begins[-1], self.tops[seen], 0)
        (refused,) = np.nonzero(counts <= before)
        return int(refused[0]) if len(refused) else end - place
