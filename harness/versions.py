"""Pure looks at a change of version: when users got which, and what was said of the rollout."""

from collections.abc import Sequence
from dataclasses import replace

from seatrial.harness.metrics import NS_PER_S
from seatrial.harness.model import RolloutState
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.timeline import good, since, span

ENDED = frozenset({RolloutState.DONE, RolloutState.RETURNED})


def changeover(
    trial: Trial, request: Event, version: str, names: tuple[str, str, str]
) -> list[Metric]:
    """Until users got the first page of the version, until only such, and the time between.

    The last page of another version counts, or the first of this one if that came later.
    """
    pages = good(since(trial, request.at_ns))
    mine = pages.loc[pages["version"] == version, "done_ns"]
    other = pages.loc[pages["version"] != version, "done_ns"]
    if mine.empty:
        reason = f"no page of {version} was served"
        return [Metric(name, "s", None, reason=reason) for name in names]
    first, last = int(mine.min()), int(max(mine.min(), other.max() if len(other) else 0))
    ended = bool(other.empty or mine.max() > other.max())
    spans = (first - request.at_ns, last - request.at_ns, last - first)
    open_ended = (False, not ended, not ended)
    return [
        Metric(name, "s", span_ns / NS_PER_S, censored=censored)
        for name, span_ns, censored in zip(names, spans, open_ended, strict=True)
    ]


def progress(trial: Trial, start_ns: int, end_ns: int | None = None) -> list[Event]:
    """What the orchestrator was heard to say of a rollout, as uncertain as it was asked seldom."""
    return [
        replace(event, uncertainty_ns=event.at_ns - int(str(event.detail["since_ns"])))
        for event in trial.events
        if event.kind == "progress"
        and event.at_ns > start_ns
        and (end_ns is None or event.at_ns < end_ns)
    ]


def reported_done(trial: Trial, request: Event) -> Metric:
    """Until the orchestrator called the rollout ended, and said nothing else afterwards."""
    said = progress(trial, request.at_ns)
    if not said:
        reason = "the adapter tells nothing of it"
    else:
        reason = f"to the end it was {said[-1].subject}"
    return span("reported_done", request.at_ns, _ended(said), reason)


def _ended(said: Sequence[Event]) -> Event | None:
    """The first of the last words, if these are of its end."""
    first = None
    for event in said:
        first = (first or event) if event.subject in ENDED else None
    return first
