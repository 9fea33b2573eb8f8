"""Hand-written timelines: one letter a request, at the probe interval of its load plan."""

import pandas as pd

from seatrial.harness.record import LoadPlan, Sample, Stream

LOAD = LoadPlan(rate_per_s=100, streams=(Stream.FRESH,))
FATES = {".": (200, ""), "r": (0, "refused"), "t": (0, "timeout"), "5": (500, ""), "l": (200, "")}
LATE_NS = 3_000_000_000
REPLY_NS = 5_000_000


def timeline(letters: str, origin_ns: int = 0, replicas: tuple[str, ...] = ("a",)) -> pd.DataFrame:
    """`.` good, `r` refused, `t` timed out, `5` a 500, `l` good but after the deadline."""
    rows = [_sample(i, letter, origin_ns, replicas) for i, letter in enumerate(letters)]
    columns = ["stream", "seq", "intended_ns", "sent_ns", "done_ns", "status", "error"]
    columns += ["replica", "version", "count"]
    frame = pd.DataFrame([[getattr(s, c) for c in columns] for s in rows], columns=columns)
    frame["outcome"] = pd.Series([s.outcome.value for s in rows], dtype=str)
    return frame


def _sample(index: int, letter: str, origin_ns: int, replicas: tuple[str, ...]) -> Sample:
    status, error = FATES[letter]
    at = origin_ns + index * LOAD.interval_ns(Stream.FRESH)
    done = at + (LATE_NS if letter == "l" else REPLY_NS)
    good = status == 200
    return Sample(
        stream="fresh",
        seq=index,
        intended_ns=at,
        sent_ns=at,
        done_ns=done,
        status=status,
        error=error,
        replica=replicas[index % len(replicas)] if good else "",
        version="v1" if good else "",
        count=index + 1 if good else -1,
    )
