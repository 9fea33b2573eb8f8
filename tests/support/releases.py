"""Hand-written trials of versions: replicas have one, and replies say it or are an error."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from support.timelines import LOAD
from support.trials import MS, noted

from seatrial.harness.record import Event, LoadPlan, Status, Stream, Trial, TrialSpec
from seatrial.harness.workload import counter

BOTH = replace(LOAD, streams=(Stream.FRESH, Stream.KEPT))
Reply = tuple[str, str] | int | None
"""The host and version of a page, the status of an error, or a refused connection."""


def said(at_ms: int, state: str, since_ms: int) -> Event:
    return noted(at_ms, "progress", state, said="", since_ns=since_ms * MS)


def told(
    at_ms: int, kind: str, name: str, uncertainty_ms: int = 0, version: str = "v1", **more: str
) -> Event:
    detail = {"host": name, "service": "frontend", "image": f"x/counter:{version}", **more}
    return Event(at_ms * MS, "orchestrator", kind, name, detail, uncertainty_ms * MS)


def ready(at_ms: int, *names: str, version: str = "v1") -> list[Event]:
    kinds = ("appeared", "ready")
    return [
        told(at_ms, kind, name, version=version, state="running")
        for name in names
        for kind in kinds
    ]


def samples(
    replies: Sequence[Reply], origin_ns: int = 0, streams: tuple[Stream, ...] = LOAD.streams
) -> pd.DataFrame:
    """One request every 10 ms, the streams in turn, each answered after 5 ms."""
    rows = []
    for place, reply in enumerate(replies):
        host, version = reply if isinstance(reply, tuple) else ("", "")
        intended = origin_ns + place * 10 * MS
        rows.append(
            {
                "stream": streams[place % len(streams)].value,
                "seq": place,
                "intended_ns": intended,
                "sent_ns": intended,
                "done_ns": intended + 5 * MS,
                "status": reply if isinstance(reply, int) else 200 if reply else 0,
                "error": "refused" if reply is None else "",
                "replica": host,
                "version": version,
                "count": place + 1 if host else -1,
                "outcome": "ok" if host else "fail",
            }
        )
    return pd.DataFrame(rows)


def trial(
    events: Sequence[Event], replies: Sequence[Reply], variant: str = "", load: LoadPlan = LOAD
) -> Trial:
    spec = TrialSpec(1, 1, "fake", "stock", "x", variant, load=load)
    ordered = tuple(sorted(events, key=lambda event: event.at_ns))
    seen = samples(replies, streams=load.streams)
    return Trial(spec, counter("r", "x"), Status.FINISHED, "", ordered, seen)


def serve(*hosts: str, n: int, version: str = "v1") -> list[Reply]:
    return [(hosts[i % len(hosts)], version) for i in range(n)]
