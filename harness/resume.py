"""What a run that ended early has left to do, and how what it had begun is cleared away."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from seatrial.harness.errors import EnvironmentUnfitError, UnknownNameError
from seatrial.harness.guard import freed, writing
from seatrial.harness.plan import Plan
from seatrial.harness.record import Run, Status, TrialSpec
from seatrial.harness.recorder import read_status
from seatrial.harness.scenario import Scenario

LOAD_GONE_S = 120.0
"""A load process that was just starting reads its orders' end only when it is up."""


def plan_of(run: Run) -> Plan:
    """The plan as it was decided when the run began."""
    profiles = {trial.profile: trial.settings for trial in run.planned}
    return Plan(
        suite=run.suite,
        source=run.name,
        provider=run.provider,
        repeats=run.repeats,
        seed=run.seed,
        profiles=profiles,
        trials=run.planned,
        cases=run.cases,
        thresholds=run.thresholds,
    )


def left(folder: Path, trials: Sequence[TrialSpec]) -> tuple[TrialSpec, ...]:
    """Those of the trials that have no ending but that they were interrupted."""
    return tuple(t for t in trials if read_status(place(folder, t)) is Status.INTERRUPTED)


def place(folder: Path, trial: TrialSpec) -> Path:
    """A trial's folder."""
    return folder / "trials" / trial.slug


def check(
    trials: Sequence[TrialSpec],
    targets: Mapping[str, object],
    scenarios: Mapping[str, type[Scenario]],
) -> None:
    """UnknownNameError where this version cannot run one of the trials as it was planned."""
    for trial in trials:
        if trial.target not in targets:
            raise _unknown(trial, f"target {trial.target!r}")
        if trial.scenario not in scenarios:
            raise _unknown(trial, f"scenario {trial.scenario!r}")
        scenario = scenarios[trial.scenario]
        if trial.variant not in scenario.variants:
            raise _unknown(trial, f"variant {trial.variant!r} of {trial.scenario}")
        try:
            scenario(trial.variant, **trial.parameters)
        except TypeError as error:
            raise _unknown(trial, f"{trial.scenario} with these parameters ({error})") from error


def _unknown(trial: TrialSpec, what: str) -> UnknownNameError:
    return UnknownNameError(
        f"The run cannot go on: trial {trial.number} needs {what}, which is not there any more. "
        "Resume it with the version of Seatrial that began it; what is recorded can be derived."
    )


def clear(folder: Path, trial: TrialSpec) -> None:
    """Make room for a trial that runs again: its folder is moved away in one step, then deleted.

    A kill in between leaves it where nothing reads it, and the next clearing deletes it.
    EnvironmentUnfitError when the load process of the killed run does not end: it may write yet.
    """
    begun, cleared = place(folder, trial), folder / "cleared"
    log = begun / "samples.log"
    if not freed(log, LOAD_GONE_S):
        raise EnvironmentUnfitError(
            f"A load process of the killed run still writes {log}: end it, then resume."
        )
    with writing(folder):
        if cleared.exists():
            shutil.rmtree(cleared)
        if begun.exists():
            begun.rename(cleared)
            shutil.rmtree(cleared)
