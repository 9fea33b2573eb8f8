"""Page counts where the backend may have begun again at nothing: an exact account of increments.

An epoch is a life of the backend's memory: in it the counts go up by one, from 1 in every life but
the first, of which a record need not have the beginning. The order of replies proves where one
ends: a count that is not above one whose reply was there before this request was sent cannot be of
the same epoch. Anything less may be two requests that overtook each other. A life that answered
fewer requests than are under way at once cannot be told from the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from seatrial.harness.metrics import Counting
from seatrial.harness.record import Outcome

NOT_CARRIED_OUT = ("refused", "connect_timeout", "unreachable")
"""Failures of requests that no server had. Any other, a 5xx too, may be of one that counted."""


@dataclass
class Epoch:
    """Counts of one life: each with when its request was sent and its reply was there."""

    counts: list[int] = field(default_factory=list)
    replies: list[tuple[int, int]] = field(default_factory=list)  # done, highest count by then

    @property
    def begun_ns(self) -> int:
        """When its first reply was there."""
        return self.replies[0][0]

    @property
    def highest(self) -> int:
        """The highest count so far."""
        return self.replies[-1][1]

    def add(self, done_ns: int, count: int) -> None:
        """One more reply, the latest of all."""
        highest = max(count, self.highest) if self.replies else count
        self.counts.append(count)
        self.replies.append((done_ns, highest))

    def takes(self, sent_ns: int, count: int) -> bool:
        """Whether that count can be of this life: above all that were there before it was sent."""
        before = next((top for done, top in reversed(self.replies) if done < sent_ns), 0)
        return count > before


def epochs(samples: pd.DataFrame) -> tuple[Counting, ...]:
    """The account of each epoch of a trial in which nobody else viewed the page."""
    lives = _lives(samples)
    ends = [life.begun_ns for life in lives[1:]]
    sent = _doubtful(samples)["sent_ns"]
    unknown = [int((sent < end).sum()) for end in ends] + [len(sent)]
    begun = [min(life.counts) - 1 for life in lives[:1]] + [0] * len(ends)
    return tuple(map(_account, lives, unknown, begun))


def exact(samples: pd.DataFrame) -> bool:
    """Whether in every epoch the count stayed between ok and ok + unknown, and none came twice."""
    return all(epoch.exact for epoch in epochs(samples))


def unknown(samples: pd.DataFrame) -> int:
    """How many requests without a good reply may have been counted."""
    return len(_doubtful(samples))


def _doubtful(samples: pd.DataFrame) -> pd.DataFrame:
    bad = samples["outcome"] != Outcome.OK.value
    return samples[bad & ~samples["error"].isin(NOT_CARRIED_OUT)]


def _lives(samples: pd.DataFrame) -> list[Epoch]:
    lives: list[Epoch] = []
    for sent_ns, done_ns, count in _replies(samples):
        life = _home(lives, sent_ns, count)
        if life is None:
            life = Epoch()
            lives.append(life)
        life.add(done_ns, count)
    return lives


def _replies(samples: pd.DataFrame) -> Iterator[tuple[int, int, int]]:
    good = samples[samples["outcome"] == Outcome.OK.value].sort_values("done_ns", kind="stable")
    columns = (good[name].astype(int) for name in ("sent_ns", "done_ns", "count"))
    return zip(*columns, strict=True)


def _home(lives: list[Epoch], sent_ns: int, count: int) -> Epoch | None:
    """The life that this count is of; None when it opens another one.

    A request that was under way when a life ended may be of that one still: the nearer has it.
    """
    open_then = lives[-1:]
    if len(lives) > 1 and sent_ns < lives[-1].begun_ns:
        open_then = lives[-2:]
    fit = [life for life in open_then if life.takes(sent_ns, count)]
    return min(fit, key=lambda life: abs(life.highest - count), default=None)


def _account(life: Epoch, unknown: int, begun: int) -> Counting:
    repeated = len(life.counts) - len(set(life.counts))
    return Counting(len(life.counts), unknown, repeated, life.highest - begun)
