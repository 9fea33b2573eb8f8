"""Writes a run directory's report: one file that needs nothing else, the same for the same run."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from seatrial.harness.beside import read_certificate, read_metrics
from seatrial.harness.certificate import Certificate
from seatrial.harness.record import Run
from seatrial.harness.recorder import read_run
from seatrial.harness.scenario import Scenario
from seatrial.reports import compare, conditions, contests, curves, numbers, parts, sweeps
from seatrial.reports.parts import Record
from seatrial.reports.reading import records
from seatrial.reports.rows import measured


def write(folder: Path, scenarios: Mapping[str, type[Scenario]]) -> Path:
    """Write `report.html` into the run directory.

    Args:
        folder: a run directory with its metrics.csv.
        scenarios: scenario classes by name, in the order in which to show them.

    Returns:
        The report's path.

    Raises:
        MeasurementError: the folder is no run directory, or has no metrics yet.
    """
    run, metrics = read_run(folder), read_metrics(folder)
    path = folder / "report.html"
    found, certificate = list(records(folder, run)), read_certificate(folder)
    path.write_text(page(run, metrics, found, scenarios, certificate), encoding="utf-8")
    return path


def page(
    run: Run,
    metrics: pd.DataFrame,
    found: Sequence[Record],
    scenarios: Mapping[str, type[Scenario]],
    certificate: Certificate | None = None,
) -> str:
    """The report as text."""
    endings = {record.spec.number: record.ending for record in found}
    view = compare.view(run, metrics, endings, scenarios)
    swept = sweeps.curves(run, view.sections, measured(metrics), scenarios)
    return (
        templates()
        .get_template("report.html.j2")
        .render(
            view=view,
            rules=contests.RULES,
            no_verdicts=contests.NONE,
            bouts=contests.bouts(view.sections, metrics, scenarios),
            parts=list(parts.parts(view.sections, found)),
            sweeps=list(curves.figures(swept)),
            conditions=conditions.conditions(run, certificate),
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
    return made
