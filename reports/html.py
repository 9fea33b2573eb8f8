"""Writes a run directory's report: one file that needs nothing else, the same for the same run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from seatrial.harness.beside import read_certificate, read_metrics
from seatrial.harness.certificate import Certificate
from seatrial.harness.record import Run
from seatrial.harness.recorder import read_run
from seatrial.harness.scenario import Scenario
from seatrial.reports import (
    anchors,
    answers,
    compare,
    conditions,
    contests,
    curves,
    decision,
    forest,
    numbers,
    parts,
    questions,
    ratios,
    sliders,
    sweeps,
)
from seatrial.reports.decision import Weights
from seatrial.reports.parts import Record
from seatrial.reports.reading import records
from seatrial.reports.rows import measured
from seatrial.reports.weights import read_weights


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page takes in besides the record of its run."""

    certificate: Certificate | None = None
    weights: Weights = field(default_factory=dict)


NOTHING = Beside()


def write(
    folder: Path, scenarios: Mapping[str, type[Scenario]], weights: Path | None = None
) -> Path:
    """Write `report.html` into the run directory.

    Args:
        folder: a run directory with its metrics.csv.
        scenarios: scenario classes by name, in the order in which to show them.
        weights: a TOML file that says how much each question counts; all the same without it.

    Returns:
        The report's path.

    Raises:
        MeasurementError: the folder is no run directory, or has no metrics yet.
        UsageError: the file of weights is none.
    """
    chosen: Weights = read_weights(weights) if weights else {}
    run, metrics = read_run(folder), read_metrics(folder)
    path = folder / "report.html"
    found, beside = list(records(folder, run)), Beside(read_certificate(folder), chosen)
    path.write_text(page(run, metrics, found, scenarios, beside), encoding="utf-8")
    return path


def page(
    run: Run,
    metrics: pd.DataFrame,
    found: Sequence[Record],
    scenarios: Mapping[str, type[Scenario]],
    beside: Beside = NOTHING,
) -> str:
    """The report as text."""
    endings = {record.spec.number: record.ending for record in found}
    view = compare.view(run, metrics, endings, scenarios)
    rows, fought = measured(metrics), contests.bouts(view.sections, metrics, scenarios)
    told = answers.answers(view, fought, rows, scenarios)
    decided = decision.decide(told.asked, beside.weights)
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            anchors=anchors,
            view=view,
            answers=told,
            intro=answers.INTRO,
            whole=answers.WHOLE,
            limits=questions.LIMITS,
            decision=decided,
            sliders=sliders.sliders(decided),
            rules=contests.RULES,
            no_verdicts=contests.NONE,
            bouts=fought,
            more=ratios.MORE,
            forests=list(forest.figures(ratios.forests(fought))),
            parts=list(parts.parts(view.sections, found)),
            sweeps=list(curves.figures(sweeps.curves(run, view.sections, rows, scenarios))),
            conditions=conditions.conditions(run, beside.certificate),
        )
    )


def templates() -> Environment:
    """Where every page finds its templates: strict, and with all that is put in escaped."""
    made = Environment(
        loader=PackageLoader("seatrial.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["prose"] = numbers.prose
    made.filters["zip"] = partial(zip, strict=True)
    made.filters["figure"] = decision.figure
    made.filters["signed"] = decision.signed
    return made
