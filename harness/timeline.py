"""Pure looks at a trial's events: when what was asked for, seen, ready, served.

Times of events are uncertain by how long the orchestrator was not looked at; a `span` from one
moment to an event keeps that as its bounds, with the middle as its value.
"""

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from seatrial.harness.metrics import NS_PER_S
from seatrial.harness.record import Event, Metric, Outcome, Trial

READY_KINDS = frozenset({"ready", "unready"})


def act(trial: Trial, what: str) -> Event | None:
    """The request of that kind, or None when it was never made."""
    acts = (event for event in trial.events if event.kind == "act")
    return next((event for event in acts if event.detail.get("what") == what), None)


def accepted(name: str, request: Event) -> Metric:
    """How long the orchestrator took to accept the request."""
    until = request.detail.get("accepted_ns")
    if not isinstance(until, int):
        return Metric(name, "s", None, reason="the request was refused")
    return Metric(name, "s", (until - request.at_ns) / NS_PER_S)


def seen(trial: Trial, after_ns: int, service: str = "") -> list[Event]:
    """What the orchestrator told of replicas that happened, or may have happened, after that.

    Of one service, the published one when none is named; so in all that follows.
    """
    return [
        event
        for event in trial.events
        if event.source == "orchestrator"
        and event.kind != "gap"
        and event.at_ns > after_ns
        and _of(event, service or trial.workload.published.name)
    ]


def _of(event: Event, service: str) -> bool:
    return event.detail.get("service", service) == service


def ready_counts(trial: Trial, service: str = "") -> list[tuple[Event, int]]:
    """Every change of what is ready, with the number of ready replicas from then on.

    What was seen in one look counts as one change: its order in between is not known.
    """
    ready: set[str] = set()
    counts = []
    changes = (event for event in seen(trial, -1, service) if event.kind in READY_KINDS)
    for _, look in groupby(changes, key=lambda event: event.at_ns):
        for event in look:
            (ready.add if event.kind == "ready" else ready.discard)(event.subject)
        counts.append((event, len(ready)))
    return counts


def rises_to(trial: Trial, count: int, after_ns: int, service: str = "") -> Event | None:
    """The first change after that moment from which on at least that many replicas are ready."""
    changes = ready_counts(trial, service)
    return next((e for e, n in changes if e.at_ns > after_ns and n >= count), None)


def falls_to(trial: Trial, count: int, after_ns: int, service: str = "") -> Event | None:
    """The first change after that moment from which on at most that many replicas are ready."""
    changes = ready_counts(trial, service)
    return next((e for e, n in changes if e.at_ns > after_ns and n <= count), None)


def hosts(events: Iterable[Event]) -> set[str]:
    """The host names of the replicas that these events tell of."""
    return {str(event.detail["host"]) for event in events if event.detail.get("host")}


def span(name: str, start_ns: int, event: Event | None, reason: str) -> Metric:
    """Seconds from a moment to an event, with the event's uncertainty as bounds."""
    if event is None:
        return Metric(name, "s", None, reason=reason)
    high = (event.at_ns - start_ns) / NS_PER_S
    low = max(0.0, high - event.uncertainty_ns / NS_PER_S)
    return Metric(name, "s", (low + high) / 2, low, high)


def good(samples: pd.DataFrame) -> pd.DataFrame:
    """The requests that were answered well."""
    return samples[samples["outcome"] == Outcome.OK.value]


def first_replies(samples: pd.DataFrame, after_ns: int) -> dict[str, int]:
    """When each replica gave its first good reply to a request intended after that moment."""
    later = good(samples[samples["intended_ns"] > after_ns])
    return {str(host): int(at) for host, at in later.groupby("replica")["done_ns"].min().items()}


def served(name: str, start_ns: int, at_ns: Iterable[int], nth: int) -> Metric:
    """Seconds to the nth (from 1) of these moments."""
    moments = sorted(at_ns)
    if len(moments) < nth:
        return Metric(name, "s", None, reason=f"only {len(moments)} of {nth} served a request")
    return Metric(name, "s", (moments[nth - 1] - start_ns) / NS_PER_S)


def during(samples: pd.DataFrame, start_ns: int, end_ns: int | None = None) -> pd.DataFrame:
    """The requests that were intended between these moments, or up to the record's end."""
    times = samples["intended_ns"]
    later = times > start_ns
    return samples[later if end_ns is None else later & (times < end_ns)]


def ready_at(trial: Trial, at_ns: int, service: str = "") -> list[Event]:
    """Of each replica that was ready at that moment, the event that told so."""
    latest: dict[str, Event] = {}
    for event in seen(trial, -1, service):
        if event.kind in READY_KINDS and event.at_ns <= at_ns:
            latest[event.subject] = event
    return [event for event in latest.values() if event.kind == "ready"]


def note(trial: Trial, kind: str, subject: str, after_ns: int) -> Event | None:
    """The first event of that kind and subject after that moment, or None."""
    found = (e for e in trial.events if (e.kind, e.subject) == (kind, subject))
    return next((event for event in found if event.at_ns > after_ns), None)
