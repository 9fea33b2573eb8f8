"""Writes a run directory's report.md: the same results as text for a repository or a review."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from seatrial.harness.beside import read_metrics
from seatrial.harness.record import Run
from seatrial.harness.recorder import read_run
from seatrial.harness.scenario import Scenario
from seatrial.reports import compare
from seatrial.reports.answers import answers
from seatrial.reports.chapters import (
    ground,
    guide,
    lost,
    overview,
    plainly,
    repeat,
    results,
)
from seatrial.reports.contests import bouts
from seatrial.reports.problems import Ending
from seatrial.reports.reading import records
from seatrial.reports.rows import measured


def write(folder: Path, scenarios: Mapping[str, type[Scenario]]) -> Path:
    """Write `report.md` into the run directory.

    Args:
        folder: a run directory with its metrics.csv.
        scenarios: scenario classes by name, in the order in which to show them.

    Returns:
        The report's path.

    Raises:
        MeasurementError: the folder is no run directory, or has no metrics yet.
    """
    run, metrics = read_run(folder), read_metrics(folder)
    endings = {record.spec.number: record.ending for record in records(folder, run)}
    path = folder / "report.md"
    path.write_text(page(run, metrics, endings, scenarios), encoding="utf-8")
    return path


def page(
    run: Run,
    metrics: pd.DataFrame,
    endings: Mapping[int, Ending],
    scenarios: Mapping[str, type[Scenario]],
) -> str:
    """The report as text: each block of lines a paragraph, a heading or a table."""
    seen = compare.view(run, metrics, endings, scenarios)
    rows, fought = measured(metrics), bouts(seen.sections, metrics, scenarios)
    blocks: list[Sequence[str]] = [
        *_head(seen),
        *plainly(answers(seen, fought, rows, scenarios)),
        *guide(),
        *overview(fought),
        *ground(run),
        *results(seen, rows, fought),
        *lost(seen.problems),
        *repeat(run),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _head(seen: compare.View) -> Iterator[Sequence[str]]:
    yield [f"# {seen.title}"]
    if seen.banner:
        yield [f"**{seen.banner}**"]
    yield [f"{seen.when}. {seen.sentence}"]
    if seen.standing:
        yield [f"**{seen.standing}**"]
