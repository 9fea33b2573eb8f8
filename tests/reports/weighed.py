"""A made-up run whose verdicts fall on several questions, for tests of a report's head.

Docker Swarm deploys faster with stock settings, Kubernetes with matched ones. All else is alike:
Kubernetes heals faster, Docker Swarm keeps more frontends in a rollout, both balance the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import contested
from made import SCENARIOS, row, run_of, spec, table

from seatrial.harness.record import Metric, Status, TrialSpec
from seatrial.harness.scenario import Scenario
from seatrial.reports import html
from seatrial.reports.answers import answers
from seatrial.reports.compare import view
from seatrial.reports.contests import Bout, bouts
from seatrial.reports.problems import Ending
from seatrial.reports.rows import measured
from seatrial.reports.sayings import Answers

KINDS = (("self_heal", "kill"), ("deploy", "warm"), ("rollout", ""), ("load_balance", ""))
KEYS = ("replica_failure", "speed", "releases", "balance")
"""The questions that these answer, in the order of a report."""

NOWHERE: Mapping[str, Ending] = MappingProxyType({})


def planned(
    blocks: int = 8,
    profiles: Sequence[str] = ("stock",),
    kinds: Sequence[tuple[str, str]] = KINDS,
) -> list[TrialSpec]:
    order = [
        (profile, kind, block, target)
        for profile in profiles
        for kind in kinds
        for block in range(1, blocks + 1)
        for target in ("swarm", "k8s")
    ]
    return [
        spec(number, target, *kind, block=block, profile=profile)
        for number, (profile, kind, block, target) in enumerate(order, 1)
    ]


def metrics(trial: TrialSpec) -> Iterator[Metric]:
    if trial.scenario == "self_heal":
        yield from contested.metrics(trial)
    elif trial.scenario == "deploy":
        fast = trial.target == ("swarm" if trial.profile == "stock" else "k8s")
        yield Metric("first_served", "s", (1.0 if fast else 2.0) + 0.01 * trial.block)
        yield Metric("all_served", "s", (1.5 if fast else 3.0) + 0.01 * trial.block)
    elif trial.scenario == "rollout":
        yield Metric("all_new", "s", 4.0)
        yield Metric("failed", "req", 0)
        yield Metric("least_ready", "replicas", 3 if trial.target == "swarm" else 2)
    elif trial.scenario == "load_balance":
        yield Metric("jain_index_fresh", "1", 1.0)
        yield Metric("jain_index_kept", "1", 1.0)
        yield Metric("latency_p99_fresh", "ms", 10.0)
    else:
        yield Metric("odd", "s", (1.0 if trial.target == "swarm" else 2.0) + 0.01 * trial.block)


def rows(specs: Sequence[TrialSpec]) -> list[dict[str, object]]:
    return [row(trial, metric) for trial in specs for metric in metrics(trial)]


def ended(specs: Sequence[TrialSpec], others: Mapping[str, Ending]) -> dict[int, Ending]:
    """All finished but those that are named, as t1 is trial 1."""
    return {s.number: others.get(f"t{s.number}", Ending(Status.FINISHED)) for s in specs}


def fought(
    specs: Sequence[TrialSpec], scenarios: Mapping[str, type[Scenario]] = SCENARIOS
) -> tuple[Bout, ...]:
    frame = table(rows(specs))
    return bouts(
        view(run_of(specs), frame, ended(specs, NOWHERE), scenarios).sections, frame, scenarios
    )


def told(
    specs: Sequence[TrialSpec],
    scenarios: Mapping[str, type[Scenario]] = SCENARIOS,
    **others: Ending,
) -> Answers:
    frame = table(rows(specs))
    seen = view(run_of(specs), frame, ended(specs, others), scenarios)
    return answers(seen, bouts(seen.sections, frame, scenarios), measured(frame), scenarios)


def page(
    specs: Sequence[TrialSpec],
    weights: Mapping[str, float] = MappingProxyType({}),
    scenarios: Mapping[str, type[Scenario]] = SCENARIOS,
) -> str:
    records = [html.Record(s, Ending(Status.FINISHED), None, ()) for s in specs]
    run = run_of(specs, repeats=max(trial.block for trial in specs))
    beside = html.Beside(weights=weights)
    return html.page(run, table(rows(specs)), records, scenarios, beside)
