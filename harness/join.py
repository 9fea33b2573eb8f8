"""Joins run directories of one plan into one, for one report. The parts stay as they are."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from seatrial.harness.errors import MeasurementError, UsageError
from seatrial.harness.guard import writing
from seatrial.harness.model import Preflight
from seatrial.harness.record import Run, TrialSpec
from seatrial.harness.recorder import read_run, trial_folders, write_run
from seatrial.harness.state import CERTIFICATE


def join(folders: Sequence[Path], into: Path) -> Run:
    """Write the joined run; where two parts have the same trial, the later part's counts.

    Raises:
        UsageError: `into` is there already.
        MeasurementError: the parts are not of one plan: their suites, seeds or numbers differ.
    """
    if into.exists():
        raise UsageError(f"{into} is there already: give another name to what is joined.")
    runs = {folder: read_run(folder) for folder in folders}
    first, *others = runs.values()
    for run in others:
        if (run.suite, run.seed) != (first.suite, first.seed):
            raise MeasurementError(
                f"{run.name} and {first.name} are not of one plan: run all parts of a suite with "
                "the same --seed."
            )
    joined = replace(
        first,
        name=into.name,
        planned=_planned(runs),
        command="\n".join(dict.fromkeys(run.command for run in runs.values())),
        preflights=_preflights(runs.values()),
        notes={target: said for run in runs.values() for target, said in run.notes.items()},
        resumed=tuple(resumption for run in runs.values() for resumption in run.resumed),
    )
    write_run(into, joined)
    with writing(into):
        for certificate in [f / CERTIFICATE for f in folders if (f / CERTIFICATE).exists()][-1:]:
            shutil.copyfile(certificate, into / CERTIFICATE)
        for source in _latest(folders).values():
            shutil.copytree(source, into / "trials" / source.name)
    return joined


def _planned(runs: Mapping[Path, Run]) -> tuple[TrialSpec, ...]:
    known: dict[int, TrialSpec] = {}
    for run in runs.values():
        for trial in run.planned:
            if known.setdefault(trial.number, trial).slug != trial.slug:
                raise MeasurementError(
                    f"Trial {trial.number} is {trial.slug} in {run.name} and "
                    f"{known[trial.number].slug} elsewhere: the suite was changed in between."
                )
    return tuple(known[number] for number in sorted(known))


def _preflights(runs: Iterable[Run]) -> tuple[Preflight, ...]:
    found = (preflight for run in runs for preflight in run.preflights)
    latest = {(each.target, each.profile, each.swept, each.point): each for each in found}
    return tuple(latest.values())


def _latest(folders: Sequence[Path]) -> dict[str, Path]:
    return {path.name: path for folder in folders for path in trial_folders(folder)}
