"""Hand-written trials: events in milliseconds, one reply every ten."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from support.timelines import LOAD

from seatrial.harness.record import Event, Metric, Status, Trial, TrialSpec
from seatrial.harness.scenario import Dimensioned, Scenario
from seatrial.harness.workload import counter

MS = 1_000_000
STEP_MS, REPLY_MS = 10, 5
Fate = str | None
"""The host that answered, or nothing: refused."""


def act(at_ms: int, what: str, subject: str = "", taken_ms: int = 20) -> Event:
    detail = {"what": what, "accepted_ns": (at_ms + taken_ms) * MS}
    return Event(at_ms * MS, "harness", "act", subject, detail)


def refused(at_ms: int, what: str) -> Event:
    return Event(at_ms * MS, "harness", "act", "", {"what": what, "refused": "no answer"})


def noted(at_ms: int, kind: str, subject: str = "", **detail: object) -> Event:
    return Event(at_ms * MS, "harness", kind, subject, detail)


def told(  # noqa: PLR0913 - all that an orchestrator may tell
    at_ms: int,
    kind: str,
    name: str,
    *,
    node: str = "",
    service: str = "frontend",
    uncertainty_ms: int = 0,
    state: str = "",
) -> Event:
    detail = {"host": name, "service": service, "node": node, "state": state}
    return Event(at_ms * MS, "orchestrator", kind, name, detail, uncertainty_ms * MS)


def ready(at_ms: int, *names: str, service: str = "frontend") -> list[Event]:
    """Replicas that appear ready; `a@n1` is on node n1."""
    return [
        told(at_ms, kind, name, node=node, service=service)
        for name, _, node in (placed.partition("@") for placed in names)
        for kind in ("appeared", "ready")
    ]


def samples(fates: Sequence[Fate], counts: Sequence[int] = ()) -> pd.DataFrame:
    """One fresh request every 10 ms, answered after 5 ms with the count, or refused."""
    rows = [
        {
            "stream": "fresh",
            "seq": i,
            "intended_ns": i * STEP_MS * MS,
            "sent_ns": i * STEP_MS * MS,
            "done_ns": (i * STEP_MS + REPLY_MS) * MS,
            "status": 200 if fate else 0,
            "error": "" if fate else "refused",
            "replica": fate or "",
            "version": "v1" if fate else "",
            "count": (counts[i] if counts else i + 1) if fate else -1,
            "outcome": "ok" if fate else "fail",
        }
        for i, fate in enumerate(fates)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


COLUMNS = (
    *("stream", "seq", "intended_ns", "sent_ns", "done_ns", "status", "error"),
    *("replica", "version", "count", "outcome"),
)


def serve(*hosts: str, n: int) -> list[Fate]:
    return [hosts[i % len(hosts)] for i in range(n)]


def trial(
    events: Sequence[Event], requests: pd.DataFrame, variant: str = "", replicas: int = 3
) -> Trial:
    spec = TrialSpec(1, 1, "fake", "stock", "x", variant, load=LOAD)
    ordered = tuple(sorted(events, key=lambda event: event.at_ns))
    workload = counter("r", "x", replicas=replicas)
    return Trial(spec, workload, Status.FINISHED, "", ordered, requests)


def moved(of: Trial, by_ns: int) -> Trial:
    """The same trial with another origin of time."""
    events = tuple(_moved(event, by_ns) for event in of.events)
    shifted = {name: of.samples[name] + by_ns for name in ("intended_ns", "sent_ns", "done_ns")}
    return replace(of, events=events, samples=of.samples.assign(**shifted))


def _moved(event: Event, by_ns: int) -> Event:
    detail = dict(event.detail)
    if isinstance(detail.get("accepted_ns"), int):
        detail["accepted_ns"] = int(str(detail["accepted_ns"])) + by_ns
    return replace(event, at_ns=event.at_ns + by_ns, detail=detail)


def measured(scenario: Scenario, of: Trial) -> dict[str, Metric]:
    """The metrics by name; each has a meaning and its declared unit, classes of failure apart."""
    metrics = {metric.name: metric for metric in scenario.measure(of)}
    classes = {name for name in metrics if name.startswith("failed_")}
    assert set(metrics) - classes <= set(scenario.meanings), "every metric has a meaning"
    declared = scenario.units if isinstance(scenario, Dimensioned) else {}
    units = {name: declared.get(name, "req" if name in classes else "s") for name in metrics}
    assert {name: metric.unit for name, metric in metrics.items()} == units
    return metrics


def values(metrics: dict[str, Metric], *names: str) -> list[float | None]:
    return [metrics[name].value for name in names]
