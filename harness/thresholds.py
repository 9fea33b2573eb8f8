"""[thresholds] of a suite: what medians must keep, whatever chance may say of them. Pure.

    [thresholds]
    "self_heal.outage" = { worse_by = 0.25 }
    "rollout.failed" = { at_most = 0, unit = "req" }

A key is `scenario.metric` or `scenario:variant.metric`. `checks` sets runs against them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from seatrial.harness.errors import SuiteError
from seatrial.harness.record import Threshold
from seatrial.harness.registry import unknown
from seatrial.harness.scenario import Scenario


class Limit(BaseModel):
    """What is asked of one metric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worse_by: Annotated[FiniteFloat, Field(ge=0)] | None = None
    at_most: FiniteFloat | None = None
    at_least: FiniteFloat | None = None
    unit: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is asked."""
        return all(each is None for each in (self.worse_by, self.at_most, self.at_least))


class ThresholdFile(BaseModel):
    """A file of thresholds; what else is in it, as in a suite, is passed over."""

    model_config = ConfigDict(frozen=True)

    thresholds: dict[str, Limit] = Field(min_length=1)


def asked(
    limits: Mapping[str, Limit],
    offered: Mapping[str, Sequence[str]],
    scenarios: Mapping[str, type[Scenario]],
    kind: str = "scenario",
) -> tuple[Threshold, ...]:
    """The thresholds that such a table asks for.

    Args:
        limits: the table.
        offered: the scenarios that may be named, each with its variants.
        scenarios: scenario classes by name, which know their metrics.
        kind: what a scenario is called where it is not there.

    Raises:
        UnknownNameError: no such scenario, variant or metric; names the nearest one.
        SuiteError: a key without a metric, or a limit that asks for nothing or what has no sense.
    """
    return tuple(_asked(key, limit, offered, scenarios, kind) for key, limit in limits.items())


def everywhere(scenarios: Mapping[str, type[Scenario]]) -> Mapping[str, Sequence[str]]:
    """What a file of thresholds may name: all that there is."""
    return {name: scenario.variants for name, scenario in scenarios.items()}


def _asked(
    key: str,
    limit: Limit,
    offered: Mapping[str, Sequence[str]],
    scenarios: Mapping[str, type[Scenario]],
    kind: str,
) -> Threshold:
    case, _, metric = key.rpartition(".")
    name, _, variant = case.partition(":")
    if not case:
        raise SuiteError(
            f"The threshold {key!r} names no metric: write scenario.metric or "
            "scenario:variant.metric, for example self_heal:kill.outage."
        )
    if name not in offered:
        raise unknown(kind, name, offered)
    if variant and variant not in offered[name]:
        raise unknown(f"variant of {name}", variant, dict.fromkeys(offered[name]))
    _check(key, limit, metric, scenarios[name])
    return Threshold(name, variant, metric, **limit.model_dump())


def _check(key: str, limit: Limit, metric: str, scenario: type[Scenario]) -> None:
    known = {**scenario.meanings, **scenario.better}
    if metric not in known:
        raise unknown(f"metric of {scenario.name}", metric, known)
    if limit.empty:
        raise SuiteError(
            f"The threshold of {key} asks for nothing: give it worse_by, at_most or at_least."
        )
    if limit.worse_by is not None and metric not in scenario.better:
        raise SuiteError(
            f"The threshold of {key} has a worse_by, but nothing says which values are worse: "
            f"give it at_most or at_least, or name one of {', '.join(scenario.better)}."
        )
