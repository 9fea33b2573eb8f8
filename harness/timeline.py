"""Pure looks at a trial's events: when what was asked for, seen, ready, served.

Times of events are uncertain by how long the orchestrator was not looked at; a `span` from one
moment to an event keeps that as its bounds, with the middle as its value. Where the event came out
of a hole in the telling (harness/gaps.py), the value is the lower bound and marked as censored.
"""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from itertools import groupby

import pandas as pd

from seatrial.harness.gaps import UNSEEN, gaps, hidden
from seatrial.harness.metrics import NS_PER_S, good_replies, selected
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.workload import version_of

READY_KINDS = frozenset({"ready", "unready"})


def acts(trial: Trial, what: str) -> list[Event]:
    """Every request of that kind."""
    return [e for e in trial.events if e.kind == "act" and e.detail.get("what") == what]


def act(trial: Trial, what: str) -> Event | None:
    """The first request of that kind, or None when it was never made."""
    return next(iter(acts(trial, what)), None)


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


def of_version(event: Event, version: str) -> bool:
    """Whether it tells of a replica of that version of the app."""
    return version_of(str(event.detail.get("image", ""))) == version


def ready_counts(trial: Trial, service: str = "", *, version: str = "") -> list[tuple[Event, int]]:
    """Every change of what is ready (of a version), with the number of ready ones from then on.

    What was seen in one look counts as one change: its order in between is not known.
    """
    ready: set[str] = set()
    counts = []
    changes = (
        event
        for event in seen(trial, -1, service)
        if event.kind in READY_KINDS and (not version or of_version(event, version))
    )
    for _, look in groupby(changes, key=lambda event: event.at_ns):
        for event in look:
            (ready.add if event.kind == "ready" else ready.discard)(event.subject)
        counts.append((event, len(ready)))
    return counts


def rises_to(
    trial: Trial, count: int, after_ns: int, service: str = "", *, version: str = ""
) -> Event | None:
    """The first change after that moment from which on at least that many replicas are ready."""
    changes = ready_counts(trial, service, version=version)
    return next((e for e, n in changes if e.at_ns > after_ns and n >= count), None)


def falls_to(trial: Trial, count: int, after_ns: int, service: str = "") -> Event | None:
    """The first change after that moment from which on at most that many replicas are ready."""
    changes = ready_counts(trial, service)
    return next((e for e, n in changes if e.at_ns > after_ns and n <= count), None)


def least_ready(
    trial: Trial, start_ns: int, end_ns: int | None = None, *, version: str = ""
) -> Metric:
    """The fewest ready replicas (of a version) between two moments, or to the record's end."""
    counts = ready_counts(trial, version=version)
    before = [n for event, n in counts if event.at_ns <= start_ns][-1:]
    during = [n for e, n in counts if e.at_ns > start_ns and (end_ns is None or e.at_ns < end_ns)]
    least = min([*before, *during], default=None)
    if any(gap.meets(start_ns, end_ns) for gap in gaps(trial)):
        return Metric("least_ready", "replicas", None, 0, least, reason=UNSEEN)
    return Metric("least_ready", "replicas", least, reason="" if counts else "nothing was seen")


def restored(trial: Trial, loss: Event, wanted: int) -> Event | None:
    """When all were ready again after the loss of the replica that the event names.

    Also when it was restarted between two looks, so that it never seemed lost.
    """
    signs = seen(trial, loss.at_ns)
    lost = next((e for e in signs if e.subject == loss.subject and e.kind == "unready"), None)
    if lost is None:
        return next((e for e in signs if e.kind == "restarted"), None)
    # one place before: the loss and the return may have been seen in the same observation
    return rises_to(trial, wanted, lost.at_ns - 1)


def firsts(trial: Trial, after_ns: int, shows: Callable[[Event], bool]) -> list[Event]:
    """The first event of each replica that shows it, in the order of time."""
    found: dict[str, Event] = {}
    for event in filter(shows, seen(trial, after_ns)):
        found.setdefault(event.subject, event)
    return list(found.values())


def nth(name: str, start_ns: int, events: Sequence[Event], place: int, reason: str) -> Metric:
    """Seconds to the event in that place, from 1."""
    return span(name, start_ns, events[place - 1] if len(events) >= place else None, reason)


def hosts(events: Iterable[Event]) -> set[str]:
    """The host names of the replicas that these events tell of."""
    return {str(event.detail["host"]) for event in events if event.detail.get("host")}


def span(name: str, start_ns: int, event: Event | None, reason: str) -> Metric:
    """Seconds from a moment to an event, with the event's uncertainty as bounds."""
    if event is None:
        return Metric(name, "s", None, reason=reason)
    high = (event.at_ns - start_ns) / NS_PER_S
    low = max(0.0, high - event.uncertainty_ns / NS_PER_S)
    if hidden(event):
        return Metric(name, "s", low, low, high, censored=True, reason=UNSEEN)
    return Metric(name, "s", (low + high) / 2, low, high)


def since(trial: Trial, at_ns: int) -> pd.DataFrame:
    """The requests that were intended after that moment."""
    return during(trial.samples, at_ns)


def errors(samples: pd.DataFrame) -> pd.DataFrame:
    """The requests that got a reply, and one that says that something is wrong."""
    return samples[~samples["status"].isin([0, HTTPStatus.OK.value])]


def good(samples: pd.DataFrame) -> pd.DataFrame:
    """The requests that were answered well."""
    return samples[good_replies(samples)]


def first_replies(samples: pd.DataFrame, after_ns: int) -> dict[str, int]:
    """When each replica gave its first good reply to a request intended after that moment."""
    later = during(samples, after_ns)
    replies = selected(later, good_replies(later), "replica", "done_ns")
    firsts = replies.groupby("replica", observed=True)["done_ns"].min()
    return {str(host): int(at) for host, at in firsts.items()}


def served(name: str, start_ns: int, at_ns: Iterable[int], nth: int) -> Metric:
    """Seconds to the nth (from 1) of these moments."""
    moments = sorted(at_ns)
    if len(moments) < nth:
        return Metric(name, "s", None, reason=f"only {len(moments)} of {nth} served a request")
    return Metric(name, "s", (moments[nth - 1] - start_ns) / NS_PER_S)


def during(samples: pd.DataFrame, start_ns: int, end_ns: int | None = None) -> pd.DataFrame:
    """The requests that were intended between these moments, or up to the record's end.

    Samples are in the order of their intended times, so that this is a slice and no copy.
    """
    times = samples["intended_ns"]
    first = int(times.searchsorted(start_ns, side="right"))
    return samples.iloc[first : None if end_ns is None else int(times.searchsorted(end_ns))]


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
