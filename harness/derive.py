"""Folds the raw record of a run into metrics.csv. Repeatable; touches nothing else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from seatrial.harness.errors import MeasurementError
from seatrial.harness.guard import writing
from seatrial.harness.point import written
from seatrial.harness.record import Metric, Run, Status, Trial, TrialSpec
from seatrial.harness.recorder import read_run, read_trial, trial_folders
from seatrial.harness.scenario import Scenario
from seatrial.harness.strain import host_samples, load_average, steal
from seatrial.harness.validity import dispatch_lag_ms, generator_cpu, invalid

COLUMNS: Mapping[str, str] = {
    "run": "the run's name",
    "block": "the number of the block; trials of one block met about the same machine",
    "trial": "the trial's number in the plan",
    "target": "the orchestrator, by its short name",
    "profile": "stock or matched",
    "scenario": "the scenario's name",
    "variant": "its variant, empty where there is but one",
    "swept": "the setting that a sweep put at `point`, empty in a trial of none",
    "point": "where the sweep put it",
    "metric": "the metric's name, empty in the one row of a trial without metrics",
    "unit": "s, ms, req, replicas, or 1 for a number without a unit",
    "value": "the number, empty where there is none",
    "low": "the least that it can be by what the instrument could not see, empty without bounds",
    "high": "the most that it can be, in the same sense",
    "censored": "True where the value is a lower bound: not ended by then, or hidden in a gap",
    "valid": "True where the trial counts",
    "reason": "why the trial does not count, or why there is no value",
}
"""The columns of metrics.csv, and what they hold."""


def derive(folder: Path, scenarios: Mapping[str, type[Scenario]]) -> pd.DataFrame:
    """Compute every metric of every trial and write metrics.csv beside the record."""
    run = read_run(folder)
    # one trial in memory at a time
    rows = [row for path in trial_folders(folder) for row in _rows(run, path, scenarios)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    made = folder / "metrics.csv.part"
    with writing(made):
        frame.to_csv(made, index=False)
        made.rename(folder / "metrics.csv")
    return frame


def _rows(
    run: Run, folder: Path, scenarios: Mapping[str, type[Scenario]]
) -> Iterator[dict[str, object]]:
    """The rows of a trial's folder; a single one where its record is damaged."""
    try:
        yield from rows_of(run, read_trial(folder), scenarios)
    except MeasurementError as error:
        nothing = Metric("", "", None)
        for spec in run.planned:
            if spec.slug == folder.name:
                reason = f"{Status.INTERRUPTED.value}: {error}"
                yield _head(run, spec) | {"valid": False, "reason": reason} | _columns(nothing)


def rows_of(
    run: Run, trial: Trial, scenarios: Mapping[str, type[Scenario]]
) -> Iterator[dict[str, object]]:
    """The rows of one trial: a metric each; a single one without a metric when there is none."""
    reasons = invalid(trial)
    head = _head(run, trial.spec) | {"valid": not reasons}
    for metric in measure(trial, scenarios) or [Metric("", "", None)]:
        reason = "; ".join(reasons) or metric.reason
        yield head | _columns(metric) | {"reason": reason}


def measure(trial: Trial, scenarios: Mapping[str, type[Scenario]]) -> list[Metric]:
    """The scenario's metrics, and the instrument's own."""
    known = scenarios.get(trial.spec.scenario)
    if known is None or trial.samples.empty:
        return []
    scenario = known(trial.spec.variant, **trial.spec.parameters)
    return [*scenario.measure(trial), *_instrument(trial)]


def _instrument(trial: Trial) -> list[Metric]:
    return [
        Metric("dispatch_lag_p99", "ms", dispatch_lag_ms(trial, 0.99)),
        Metric("generator_cpu", "1", generator_cpu(trial)),
        *_host(trial),
    ]


def _host(trial: Trial) -> list[Metric]:
    if not host_samples(trial):
        return []
    return [
        Metric("host_steal", "1", steal(trial)),
        Metric("host_load", "1", load_average(trial)),
    ]


def _head(run: Run, spec: TrialSpec) -> dict[str, object]:
    return {
        "run": run.name,
        "block": spec.block,
        "trial": spec.number,
        "target": spec.target,
        "profile": spec.profile,
        "scenario": spec.scenario,
        "variant": spec.variant,
        "swept": spec.swept,
        "point": written(spec.point),
    }


def _columns(metric: Metric) -> dict[str, object]:
    return {
        "metric": metric.name,
        "unit": metric.unit,
        "value": metric.value,
        "low": metric.low,
        "high": metric.high,
        "censored": metric.censored,
    }
