"""Trials that gave no valid measurement, and why. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seatrial.harness.point import told
from seatrial.harness.record import CANNOT, Run, Status, TrialSpec
from seatrial.reports.looks import look, spoken
from seatrial.reports.rows import Measured

ENDED = {
    Status.FAILED: "failed",
    Status.INTERRUPTED: "interrupted",
    Status.UNSUPPORTED: "unsupported: the orchestrator cannot do it",
    Status.NOT_IMPLEMENTED: "not implemented: Seatrial's adapter lacks it",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a trial ended, by its own record."""

    status: Status
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A trial that gave no valid measurement, and why."""

    trial: TrialSpec
    target: str
    case: str
    ended: str
    reason: str


def ended(trial: TrialSpec, endings: Mapping[int, Ending]) -> Ending:
    """How a trial ended; one that was never begun is interrupted."""
    return endings.get(trial.number, Ending(Status.INTERRUPTED, "the run ended before this trial"))


def problems(
    run: Run, rows: Iterable[Measured], endings: Mapping[int, Ending]
) -> Iterator[Problem]:
    """All of them, in the order of the plan."""
    by_trial: dict[int, list[Measured]] = defaultdict(list)
    for row in rows:
        by_trial[row.trial].append(row)
    for trial in sorted(run.planned, key=lambda t: t.number):
        found = _fault(ended(trial, endings), by_trial[trial.number])
        if found:
            point = told(trial.swept, trial.point)
            words = (spoken(trial.scenario), trial.variant, point, trial.profile)
            case = " ".join(part for part in words if part)
            yield Problem(trial, look(trial.target).title, case, *found)


def _fault(ending: Ending, rows: Sequence[Measured]) -> tuple[str, str] | None:
    said = next((row.reason for row in rows if not row.valid), "")
    if ending.status in ENDED:
        return ENDED[ending.status], ending.cause or said or "no reason was recorded"
    if not all(row.valid for row in rows):
        return "invalid", said or "no reason was recorded"
    if not any(row.metric for row in rows):
        return "not measured", "metrics.csv has no metric of this trial"
    return None


def inability(trials: Iterable[TrialSpec], endings: Mapping[int, Ending]) -> str:
    """Why none of these trials could be: what the orchestrator cannot, or its adapter lacks."""
    ends = [ended(trial, endings) for trial in trials]
    if not ends or not all(end.status in CANNOT for end in ends):
        return ""
    return f"{ends[0].status.value.upper()}: {ends[0].cause}"
