"""What a report says of a run, before it is drawn or written. Pure: no I/O, no drawing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd

from seatrial.harness.point import Point, told
from seatrial.harness.record import CANNOT, Run, TrialSpec
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ENOUGH
from seatrial.reports import numbers
from seatrial.reports.looks import FAKE, FAKE_BANNER, Look, listed, look, ordered
from seatrial.reports.predictions import Sites, remark, sites
from seatrial.reports.problems import Ending, Problem, ended, inability
from seatrial.reports.problems import problems as find_problems
from seatrial.reports.rows import FAILED_CLASS, Cell, Measured, cell, measured

FAILED_MEANING = "Requests without a correct reply in time, of this class of failure."
INSTRUMENT = {
    "dispatch_lag_p99": "99 of 100 requests were sent at most this late: the instrument's error.",
    "generator_cpu": "The load generator's use of one core: above 0.8 the trial is invalid.",
    "host_steal": "Processor time that other virtual machines had: above 0.1 the trial is invalid.",
    "host_load": "The machine's highest load average of a minute.",
}
"""Metrics that the harness adds to every trial, shown after the scenario's own."""


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """What trials must share to be put beside each other: one profile, one point of a sweep."""

    scenario: str
    variant: str
    profile: str
    swept: str = ""
    point: Point = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of a case, a cell for each target."""

    metric: str
    unit: str
    meaning: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A case with its rows; `valid` are the numbers of its valid trials by target."""

    case: Case
    title: str
    rows: tuple[Row, ...]
    valid: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class View:
    """Everything a reader is told of a run's results."""

    title: str
    when: str
    sentence: str
    standing: str
    banner: str
    looks: tuple[Look, ...]
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]


def view(
    run: Run,
    metrics: pd.DataFrame,
    endings: Mapping[int, Ending],
    scenarios: Mapping[str, type[Scenario]],
) -> View:
    """Fold a run and its metrics into what the report shows.

    Args:
        run: the run's head.
        metrics: metrics.csv, one row a metric of a trial.
        endings: how the trials that were begun ended, by their numbers.
        scenarios: scenario classes by name, for titles, meanings and order.
    """
    rows = measured(metrics)
    problems = tuple(find_problems(run, rows, endings))
    lost = {problem.trial.number for problem in problems}
    valid = [trial for trial in run.planned if trial.number not in lost]
    looks = tuple(look(target) for target in targets(run))
    return View(
        title=f"Sea trials of {listed(each.title for each in looks)}",
        when=datetime.fromtimestamp(run.created_wall_ns // 10**9, UTC).strftime(
            "%Y-%m-%d %H:%M UTC"
        ),
        sentence=_sentence(run, looks),
        standing=_standing(run, valid, endings),
        banner=FAKE_BANNER if FAKE in targets(run) else "",
        looks=looks,
        sections=tuple(sections(run, rows, valid, scenarios, endings)),
        problems=problems,
    )


def targets(run: Run) -> tuple[str, ...]:
    """The targets of a run in the order of every report."""
    return ordered([trial.target for trial in run.planned] + [p.target for p in run.preflights])


def case_of(trial: TrialSpec) -> Case:
    """The case a trial belongs to."""
    return Case(trial.scenario, trial.variant, trial.profile, trial.swept, trial.point)


def name(case: Case, scenarios: Mapping[str, type[Scenario]]) -> str:
    """A case for people: the scenario's title, with the variant and the point of a sweep."""
    title = scenarios[case.scenario].title if case.scenario in scenarios else case.scenario
    more = ", ".join(part for part in (case.variant, told(case.swept, case.point)) if part)
    return f"{title}: {more}" if more else title


def _sentence(run: Run, looks: Sequence[Look]) -> str:
    cases = len({case_of(trial) for trial in run.planned})
    profiles = listed(sorted({trial.profile for trial in run.planned}))
    who = listed(each.title for each in looks)
    both = f"{who} served the same app under the same load" if len(looks) > 1 else f"{who} served"
    trials = f"{numbers.plural(cases, 'kind')} of trial, {numbers.plural(run.repeats, 'time')} each"
    return f"{both}: {trials}, with {profiles} settings (suite {run.suite})."


def _standing(run: Run, valid: Iterable[TrialSpec], endings: Mapping[int, Ending]) -> str:
    possible = [t for t in run.planned if ended(t, endings).status not in CANNOT]
    counts = dict.fromkeys(((t.target, case_of(t)) for t in possible), 0)
    for trial in valid:
        counts[trial.target, case_of(trial)] += 1
    fewest, most = min(counts.values(), default=0), max(counts.values(), default=0)
    if fewest >= ENOUGH:
        return ""
    alike = numbers.plural(most, "valid trial")
    return f"No winner is declared: {alike if fewest == most else _range(fewest, most)} of each."


def _range(fewest: int, most: int) -> str:
    return numbers.held(f"{fewest} to {most} valid") + " trials"


def sections(
    run: Run,
    rows: Sequence[Measured],
    valid: Sequence[TrialSpec],
    scenarios: Mapping[str, type[Scenario]],
    endings: Mapping[int, Ending],
) -> Iterator[Section]:
    """The cases of a run in the order of its suite, each with a row a metric."""
    names = targets(run)
    belongs = {trial.number: case_of(trial) for trial in run.planned}
    for case in cases(run, scenarios):
        trials = {
            target: tuple(t.number for t in valid if (t.target, case_of(t)) == (target, case))
            for target in names
        }
        mine = [r for r in rows if r.metric and belongs.get(r.trial) == case]
        where = sites(run.preflights, case.swept, case.point)
        shown = tuple(_rows(mine, trials, scenarios, where))
        cannot = {
            target: inability(
                [t for t in run.planned if (t.target, case_of(t)) == (target, case)], endings
            )
            for target in names
        }
        yield Section(case, name(case, scenarios), tuple(_explained(shown, cannot)), trials)


def _explained(rows: Iterable[Row], cannot: Mapping[str, str]) -> Iterator[Row]:
    """The rows, with the reason where a target cannot do the trial at all."""
    for row in rows:
        cells = (replace(c, missing=cannot[c.target] or c.missing) for c in row.cells)
        yield replace(row, cells=tuple(cells))


def cases(run: Run, scenarios: Mapping[str, type[Scenario]]) -> list[Case]:
    """The cases of a run as its suite has them; the scenarios' own order where it is not told."""
    known = {case: place for place, case in reversed([*enumerate(run.cases)])}

    def place(case: Case) -> tuple[int, tuple[int, int, Case]]:
        mentioned = known.get((case.scenario, case.variant, case.profile), len(run.cases))
        return mentioned, _place(case, scenarios)

    return sorted({case_of(trial) for trial in run.planned}, key=place)


def _place(case: Case, scenarios: Mapping[str, type[Scenario]]) -> tuple[int, int, Case]:
    if case.scenario not in scenarios:
        return len(scenarios), 0, case
    variants = scenarios[case.scenario].variants
    variant = variants.index(case.variant) if case.variant in variants else len(variants)
    return list(scenarios).index(case.scenario), variant, case


def _rows(
    rows: Sequence[Measured],
    trials: Mapping[str, tuple[int, ...]],
    scenarios: Mapping[str, type[Scenario]],
    where: Sites,
) -> Iterator[Row]:
    by_metric: dict[str, list[Measured]] = defaultdict(list)
    for row in rows:
        by_metric[row.metric].append(row)
    scenario = scenarios.get(rows[0].scenario) if rows else None
    known = {**(scenario.meanings if scenario else {}), **dict.fromkeys(by_metric, "")}
    for metric in sorted(by_metric, key=lambda m: (m in INSTRUMENT, list(known).index(m))):
        found = by_metric[metric]
        cells = tuple(
            replace(
                cell(target, found, valid),
                floor=remark([r for r in found if r.trial in valid], scenario, where),
            )
            for target, valid in trials.items()
        )
        yield Row(metric, found[0].unit, _meaning(metric, scenario), cells)


def _meaning(metric: str, scenario: type[Scenario] | None) -> str:
    known = {**INSTRUMENT, **(scenario.meanings if scenario else {})}
    return known.get(metric, FAILED_MEANING if metric.startswith(FAILED_CLASS) else "")
