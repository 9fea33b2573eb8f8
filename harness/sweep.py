"""Sweeps: the same trials with one setting at each of several points. Pure.

A setting is named by its path in a trial (`TrialSpec`), so that applying a point is to replace what
is there: in the settings, the load, the scenario's parameters, or the number of frontends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from random import Random
from typing import Annotated, Any, ClassVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, ValidationError

from seatrial.harness.errors import SuiteError
from seatrial.harness.model import Settings
from seatrial.harness.record import TrialSpec
from seatrial.harness.registry import unknown
from seatrial.harness.scenario import Scenario

SETTINGS: Mapping[str, str] = {
    "settings.notice_s": "silence after which a node is taken for lost, in s",
    "settings.replacement_delay_s": "time from a loss to the start of a replacement, in s",
    "settings.stop_grace_s": "time that a replica is given to end, in s",
    "settings.pre_stop_s": "time that a replica serves on after it is told to end, in s",
    "settings.probe_period_s": "time between two health checks, in s",
    "settings.order": "order in which a replica is replaced",
    "settings.parallelism": "number of replicas that are replaced at once",
    "settings.update_delay_s": "pause between two steps of an update, in s",
    "settings.monitor_s": "time that a new replica is watched for failures, in s",
    "settings.on_failure": "reaction of an update to a new replica that fails",
    "settings.edge": "whether the same HAProxy is in front of both",
    "load.rate_per_s": "number of requests per second",
    "replicas": "number of frontends that are deployed",
}
"""What every scenario can be swept over, in words; besides these its own `parameters.NAME`."""

PARAMETERS = "parameters"
REPLICAS = "replicas"
OF_UPDATE = frozenset(
    f"settings.{key}" for key in ("parallelism", "update_delay_s", "monitor_s", "on_failure")
)
"""They count only with an order."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """[[sweep]]: a setting, its points, and the scenarios that it is for (all of them when empty).

    Of `points` each fits the setting once `fitted` has looked at them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    setting: Annotated[str, Field(description="its path in a trial, of the table below")]
    points: Annotated[tuple[Any, ...], Field(description="its values, each of the setting's kind")]
    scenarios: Annotated[tuple[str, ...], Field(description="for these, all when empty")] = ()

    def covers(self, scenario: str) -> bool:
        """Whether it is for that scenario."""
        return not self.scenarios or scenario in self.scenarios

    def spread(self, trial: TrialSpec) -> Iterator[TrialSpec]:
        """The trial at each point."""
        return (at(trial, self.setting, point) for point in self.points)


def at(trial: TrialSpec, setting: str, point: Any) -> TrialSpec:  # noqa: ANN401 - each has its own
    """The trial with that setting at that point, and marked as such."""
    head, _, key = setting.partition(".")
    value = _changed(getattr(trial, head), key, point) if key else point
    mark = str(point).lower() if isinstance(point, str | bool) else float(point)
    return replace(trial, swept=setting, point=mark, **{head: value})


def _changed(whole: Any, key: str, value: object) -> Any:  # noqa: ANN401 - a dataclass or a mapping
    return {**whole, key: value} if isinstance(whole, Mapping) else replace(whole, **{key: value})


def spread(trial: TrialSpec, sweeps: Iterable[Sweep]) -> list[TrialSpec]:
    """The trial at the points of every sweep that covers it; itself where none does."""
    covering = (sweep for sweep in sweeps if sweep.covers(trial.scenario))
    return [made for sweep in covering for made in sweep.spread(trial)] or [trial]


def mixed(trials: Sequence[TrialSpec], dice: Random) -> list[TrialSpec]:
    """A target's trials of one block in random order, those of a series one after the other.

    Between two series the cluster's own settings are changed, which takes half a minute on
    Kubernetes. Series come in random order too.
    """
    series: dict[object, list[TrialSpec]] = {}
    for trial in dice.sample(trials, len(trials)):
        series.setdefault(trial.series, []).append(trial)
    found = list(series.values())
    order = dice.sample(found, len(found)) if len(found) > 1 else found
    return [trial for group in order for trial in group]


def fitted(
    sweep: Sweep,
    tables: Mapping[str, type[BaseModel]],
    scenarios: Mapping[str, type[Scenario]],
) -> Sweep:
    """The sweep with points of its setting's own kind.

    Args:
        sweep: as it was written down.
        tables: the suite's tables `settings` and `load`, which know what fits.
        scenarios: those of the suite, by name.

    Raises:
        UnknownNameError: no such setting, or scenario of the suite.
        SuiteError: there is no point, one twice, or one that does not fit.
    """
    for name in sweep.scenarios:
        if name not in scenarios:
            raise unknown("scenario of this suite", name, scenarios)
    known = _known([kind for name, kind in scenarios.items() if sweep.covers(name)])
    if sweep.setting not in known:
        raise unknown("setting to sweep", sweep.setting, known)
    points = tuple(_fitted(sweep.setting, point, tables, known) for point in sweep.points)
    if not points or len(set(points)) < len(points):
        what = "has a point twice" if points else "has no points"
        raise SuiteError(
            f"The sweep of {sweep.setting} {what}: give it one or more different ones, "
            "for example points = [20, 40]."
        )
    return replace(sweep, points=points)


def _known(swept: Sequence[type[Scenario]]) -> dict[str, Any]:
    """Every setting that all of these scenarios have; a parameter with its type."""
    shared = [set(_parameters(kind)) for kind in swept]
    own = set.intersection(*shared) if shared else set()
    types = _parameters(swept[0]) if swept else {}
    return {**SETTINGS, **{f"{PARAMETERS}.{name}": types[name] for name in sorted(own)}}


def _parameters(scenario: type[Scenario]) -> dict[str, Any]:
    if not is_dataclass(scenario):
        return {}
    types = get_type_hints(scenario)
    return {field.name: types[field.name] for field in fields(scenario) if field.name != "variant"}


def _fitted(
    setting: str,
    point: object,
    tables: Mapping[str, type[BaseModel]],
    known: Mapping[str, Any],
) -> Any:  # noqa: ANN401 - each setting has its own
    head, _, key = setting.partition(".")
    try:
        if head in tables:
            return getattr(tables[head].model_validate({key: point}), key)
        kind = PositiveInt if setting == REPLICAS else known[setting]
        return TypeAdapter(kind).validate_python(point)
    except ValidationError as error:
        said = error.errors()[0]["msg"]
        raise SuiteError(f"{point!r} is no point for a sweep of {setting}: {said}.") from error


def check(sweep: Sweep, profiles: Mapping[str, Settings]) -> None:
    """SuiteError where the setting would do nothing: its curve would be flat for no reason."""
    for name, settings in profiles.items():
        if sweep.setting in OF_UPDATE and settings.order is None:
            raise SuiteError(
                f"{sweep.setting} counts only with an order, and {name} has none: add "
                'order = "start-first" or "stop-first" to [settings].'
            )
