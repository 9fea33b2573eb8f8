"""A comparison as JSON for programs; docs/formats.md has every field. Pure."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict

from seatrial.harness.checks import Check
from seatrial.harness.comparison import Comparison
from seatrial.harness.contest import Finding
from seatrial.harness.record import Run
from seatrial.harness.scenario import Scenario
from seatrial.harness.versus import Shift, Side

SCHEMA = 1
"""The version of this format."""

Object = Mapping[str, object]


def write(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> str:  # noqa: ARG001 - programs need no titles
    """The document."""
    return json.dumps(document(found), indent=1) + "\n"


def document(found: Comparison) -> Object:
    """The same before it is text; infinite numbers are null, since JSON has none."""
    return {
        "schema": SCHEMA,
        "regressed": found.regressed,
        "outcome": found.outcome,
        "base": _run(found.base),
        "new": _run(found.new),
        "metrics": [_metric(shift) for shift in found.shifts],
        "thresholds": [_threshold(check) for check in found.checks],
        "not_compared": [
            {**asdict(each.case), "metric": each.metric, "reason": each.reason}
            for each in found.unmet
        ],
        "circumstances": [asdict(fact) | {"differs": fact.differs} for fact in found.facts],
    }


def _run(run: Run) -> Object:
    return {
        "name": run.name,
        "suite": run.suite,
        "seed": run.seed,
        "created_wall_ns": run.created_wall_ns,
        "command": run.command,
    }


def _metric(shift: Shift) -> Object:
    met = shift.meeting
    return {
        **asdict(met.case),
        "metric": met.metric,
        "unit": met.new.unit,
        "better": met.better,
        "base": _side(met.base),
        "new": _side(met.new),
        **_finding(shift.finding),
        "verdict": shift.verdict.value,
        "reason": shift.judgement.reason,
    }


def _finding(finding: Finding | None) -> Object:
    if finding is None:
        return dict.fromkeys(("ratio", "ratio_low", "ratio_high", "delta", "p"))
    return {
        "ratio": _number(finding.ratio.value),
        "ratio_low": _number(finding.ratio.low),
        "ratio_high": _number(finding.ratio.high),
        "delta": finding.delta,
        "p": finding.p,
    }


def _threshold(check: Check) -> Object:
    return {
        **asdict(check.case),
        "metric": check.asked.metric,
        "unit": check.new.unit or check.asked.unit,
        "asked": check.asked.kind,
        "limit": check.asked.limit,
        "base": _side(check.base),
        "new": _side(check.new),
        "standing": check.standing.value,
        "reason": check.reason,
    }


def _side(side: Side) -> Object:
    middle = side.middle
    return {
        "trials": side.trials,
        "values": [_number(each.value) for each in side.measured],
        "censored": [each.censored for each in side.measured],
        "median": _number(middle.value) if middle else None,
        "median_censored": middle.censored if middle else False,
        "lack": side.lack,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
