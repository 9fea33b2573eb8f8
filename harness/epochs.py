"""Page counts where the backend may have begun again at nothing: an exact account of increments.

An epoch is a life of the backend's memory: in it the counts go up by one, from 1 in every life but
the first, of which a record need not have the beginning. The order of replies proves where one
ends: a count that is not above one whose reply was there before this request was sent cannot be of
the same epoch. Anything less may be two requests that overtook each other. A life that answered
fewer requests than are under way at once cannot be told from the next.
"""

import numpy as np
import pandas as pd

from seatrial.harness.lives import Numbers, Walk
from seatrial.harness.metrics import Counting, good_replies, selected

NOT_CARRIED_OUT = ("refused", "connect_timeout", "unreachable")
"""Failures of requests that no server had. Any other, a 5xx too, may be of one that counted."""


def epochs(samples: pd.DataFrame) -> tuple[Counting, ...]:
    """The account of each epoch of a trial in which nobody else viewed the page."""
    walk = _walk(samples)
    ends = walk.done_ns[walk.begins[1:]]
    sent = _doubtful(samples)["sent_ns"].to_numpy()
    unknown = [*(int((sent < end).sum()) for end in ends), len(sent)]
    known_from_its_start = [False] + [True] * len(ends)
    lives = zip(walk.counts(), unknown, known_from_its_start, strict=False)
    return tuple(_account(*life) for life in lives)


def exact(samples: pd.DataFrame) -> bool:
    """Whether in every epoch the count stayed between ok and ok + unknown, and none came twice."""
    return all(epoch.exact for epoch in epochs(samples))


def unknown(samples: pd.DataFrame) -> int:
    """How many requests without a good reply may have been counted."""
    return len(_doubtful(samples))


def _doubtful(samples: pd.DataFrame) -> pd.DataFrame:
    doubtful = ~good_replies(samples) & ~samples["error"].isin(NOT_CARRIED_OUT).to_numpy()
    return selected(samples, doubtful, "sent_ns")


def _walk(samples: pd.DataFrame) -> Walk:
    good = selected(samples, good_replies(samples), "sent_ns", "done_ns", "count").astype(np.int64)
    good = good.sort_values("done_ns", kind="stable")
    return Walk(*(good[name].to_numpy() for name in ("sent_ns", "done_ns", "count")))


def _account(counts: Numbers, unknown: int, from_start: bool) -> Counting:  # noqa: FBT001
    repeated = len(counts) - len(np.unique(counts))
    begun = 0 if from_start else int(counts.min()) - 1
    return Counting(len(counts), unknown, repeated, int(counts.max()) - begun)
