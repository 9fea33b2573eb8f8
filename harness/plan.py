"""A suite file becomes a plan: which trials, in which order. Blocks are randomised by a seed.

A block holds every trial once for each target. Within it the targets come in random order and, for
each, the scenarios in random order, so that a drift of the machine meets all alike while a switch
from one lab to the other, which costs about ten seconds, happens once a target. Trials for which
the cluster itself has to be told something else follow one another (`sweep.mixed`).
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
)

from seatrial.harness import grace
from seatrial.harness.errors import SuiteError
from seatrial.harness.model import Order, Settings
from seatrial.harness.profile import PROFILES
from seatrial.harness.record import LoadPlan, Stream, Threshold, TrialSpec
from seatrial.harness.registry import unknown
from seatrial.harness.scenario import Scenario
from seatrial.harness.sweep import Sweep, check, fitted, mixed, spread
from seatrial.harness.tables import read
from seatrial.harness.thresholds import Limit, asked

SUITES = Path(__file__).resolve().parent.parent / "suites"


class Part(BaseModel):
    """What every table of a suite file shares: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LoadTable(Part):
    """[load]. What the rate is in words, and each of the settings, says sweep.SETTINGS."""

    rate_per_s: PositiveFloat = 200.0
    streams: tuple[Stream, ...] = Field(
        default=(Stream.FRESH, Stream.KEPT), min_length=1, description="how connections are used"
    )
    deadline_s: PositiveFloat = Field(default=2.0, description="no reply counts after it, in s")
    kept_connections: PositiveInt = Field(default=6, description="number that is kept open")


class SettingsTable(Part):
    """[settings]: what is set otherwise than the profiles have it."""

    notice_s: PositiveFloat | None = None
    replacement_delay_s: NonNegativeFloat | None = None
    stop_grace_s: NonNegativeFloat | None = None
    pre_stop_s: NonNegativeFloat | None = None
    probe_period_s: PositiveFloat | None = None
    order: Order | None = None
    parallelism: PositiveInt | None = None
    update_delay_s: NonNegativeFloat | None = None
    monitor_s: NonNegativeFloat | None = None
    on_failure: Literal["pause", "continue", "rollback"] | None = None
    edge: bool | None = None


class ScenarioTable(Part):
    """[[scenarios]]."""

    name: str = Field(description="one that `seatrial list` tells of")
    variants: tuple[str, ...] = Field(default=(), description="those to run, all when empty")
    parameters: dict[str, Any] = Field(default={}, description="what it is to do otherwise")


class Suite(Part):
    """A suite file."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1, description="of suite files")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$", description="begins the runs' names")
    title: str = Field(default="", description="one line for `seatrial list`")
    provider: str = Field(default="lab", description="who makes the targets available")
    profiles: tuple[str, ...] = Field(
        default=("stock",), min_length=1, description="settings by name, each for trials of its own"
    )
    settings: SettingsTable = Field(default=SettingsTable(), description="instead of the profiles'")
    targets: tuple[str, ...] = Field(min_length=1, description="those that are compared")
    repeats: PositiveInt = Field(default=1, description="blocks: each has every trial once")
    load: LoadTable = Field(default=LoadTable(), description="what requests are sent")
    scenarios: tuple[ScenarioTable, ...] = Field(min_length=1, description="what is done")
    sweep: tuple[Sweep, ...] = Field(default=(), description="settings at several points each")
    thresholds: dict[str, Limit] = Field(
        default={}, description="what `seatrial compare` holds a newer run to"
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """A suite with everything decided."""

    suite: str
    source: str  # the file it came from
    provider: str
    repeats: int
    seed: int
    profiles: Mapping[str, Settings]
    trials: tuple[TrialSpec, ...]
    cases: tuple[
        tuple[str, str, str], ...
    ] = ()  # scenario, variant, profile, as the suite has them
    thresholds: tuple[Threshold, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """The targets in the order in which they first come."""
        return tuple(dict.fromkeys(trial.target for trial in self.trials))


def find(name: str) -> Path:
    """A suite by its path, or by name among those that come with Seatrial."""
    if Path(name).suffix == ".toml":
        return Path(name)
    known = {path.stem: path for path in SUITES.glob("*.toml")}
    if name not in known:
        raise unknown("suite", name, known)
    return known[name]


def load(path: Path) -> Suite:
    """Read a suite file; SuiteError says file, line and key."""
    return read(path, Suite)


def make(
    suite: Suite,
    source: str,
    seed: int,
    targets: Mapping[str, object],
    scenarios: Mapping[str, type[Scenario]],
) -> Plan:
    """Decide the order; UnknownNameError for a target, scenario or variant that is not there."""
    for target in suite.targets:
        if target not in targets:
            raise unknown("target", target, targets)
    for table in suite.scenarios:
        _check(table, scenarios)
    changed = suite.settings.model_dump(exclude_unset=True)
    profiles = {name: replace(_profile(name), **changed) for name in suite.profiles}
    sweeps = _sweeps(suite, profiles, scenarios)
    dice = random.Random(seed)  # noqa: S311 - an order, no secret
    specs = tuple(_specs(suite, profiles, dice, scenarios, sweeps))
    for spec in specs:
        grace.check(spec, targets[spec.target])
    cases = tuple(_order(suite, scenarios))
    offered = {name: [v for other, v, _ in cases if other == name] for name, _, _ in cases}
    return Plan(
        suite=suite.name,
        source=source,
        provider=suite.provider,
        repeats=suite.repeats,
        seed=seed,
        profiles=profiles,
        trials=specs,
        cases=cases,
        thresholds=asked(suite.thresholds, offered, scenarios, "scenario of this suite"),
    )


def _order(suite: Suite, scenarios: Mapping[str, type[Scenario]]) -> Iterator[tuple[str, str, str]]:
    """Scenario, variant and profile as the suite mentions them: the order of reports."""
    for table in suite.scenarios:
        for variant in table.variants or scenarios[table.name].variants:
            for profile in suite.profiles:
                yield table.name, variant, profile


def _profile(name: str) -> Settings:
    if name not in PROFILES:
        raise unknown("profile", name, PROFILES)
    return PROFILES[name]


def _check(table: ScenarioTable, scenarios: Mapping[str, type[Scenario]]) -> None:
    if table.name not in scenarios:
        raise unknown("scenario", table.name, scenarios)
    known = scenarios[table.name].variants
    for variant in table.variants:
        if variant not in known:
            raise unknown(f"variant of {table.name}", variant, dict.fromkeys(known))
    try:
        scenarios[table.name](known[0], **table.parameters)
    except TypeError as error:
        raise SuiteError(f"The parameters of scenario {table.name} do not fit: {error}.") from error


def _sweeps(
    suite: Suite, profiles: Mapping[str, Settings], scenarios: Mapping[str, type[Scenario]]
) -> tuple[Sweep, ...]:
    tables: dict[str, type[Part]] = {"settings": SettingsTable, "load": LoadTable}
    mine = {table.name: scenarios[table.name] for table in suite.scenarios}
    found = tuple(fitted(sweep, tables, mine) for sweep in suite.sweep)
    for sweep in found:
        check(sweep, profiles)
    return found


def _specs(
    suite: Suite,
    profiles: Mapping[str, Settings],
    dice: random.Random,
    scenarios: Mapping[str, type[Scenario]],
    sweeps: Sequence[Sweep],
) -> Iterator[TrialSpec]:
    numbers = itertools.count(1)
    for block in range(1, suite.repeats + 1):
        for target in dice.sample(suite.targets, len(suite.targets)):
            for profile, settings in dice.sample(list(profiles.items()), len(profiles)):
                whole = TrialSpec(0, block, target, profile, "", "", settings=settings)
                cases = [t for c in _cases(suite, whole, scenarios) for t in spread(c, sweeps)]
                for trial in mixed(cases, dice):
                    yield replace(trial, number=next(numbers))


def _cases(
    suite: Suite, whole: TrialSpec, scenarios: Mapping[str, type[Scenario]]
) -> Iterator[TrialSpec]:
    """A trial for every case of the suite, for the target and profile of that one."""
    load = LoadPlan(**suite.load.model_dump())
    for table in suite.scenarios:
        named = replace(whole, scenario=table.name, parameters=table.parameters, load=load)
        for variant in table.variants or scenarios[table.name].variants:
            yield replace(named, variant=variant)
