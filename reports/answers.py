"""What a run answers to those who are to adopt an orchestrator: sentences with numbers. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seatrial.harness.record import CANNOT, Status
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ENOUGH, MARGIN, Verdict
from seatrial.reports.compare import Case, Section, View, case_of, name
from seatrial.reports.contests import Bout, Line
from seatrial.reports.looks import listed, profile_place
from seatrial.reports.medians import middle
from seatrial.reports.problems import ENDED, Problem
from seatrial.reports.questions import QUESTIONS, WEIGHED, Question, better, question
from seatrial.reports.rows import Measured, of_trials
from seatrial.reports.sayings import Account, Answer, Answers, Asked, Limit, Saying, Silence, Whose

INTRO = (
    "For each question what this run says, with the settings of each profile apart: medians with "
    "the interval in which they lie, and the ratio of the first target's median to the second's "
    "with its own. Better needs a difference that counts and is no chance; inconclusive means that "
    "this run cannot tell, which is not the same as the same."
)
UNNAMED = "It names no headline measure, so nothing is judged; its numbers are in the results."
UNMEASURED = "No headline measure has a valid value, so there is nothing to compare."
WHOLE = "Nothing that this run tried was beyond one of them."


def answers(
    view: View,
    fought: Sequence[Bout],
    rows: Sequence[Measured],
    scenarios: Mapping[str, type[Scenario]],
) -> Answers:
    """Fold the verdicts of a run and its numbers into answers.

    Args:
        view: the run's cases, and the trials that gave no valid measurement.
        fought: the verdicts of those cases.
        rows: metrics.csv.
        scenarios: scenario classes by name, for titles and headline metrics.
    """
    targets = [look.title for look in view.looks]
    alone = f"There is nothing to compare: {listed(targets)} alone was tried."
    cases = [section.case for section in view.sections]
    return Answers(
        alone=alone if len(targets) < 2 else "",  # noqa: PLR2004 - it takes two
        asked=tuple(_asked(view.sections, fought, rows, scenarios)) if len(targets) > 1 else (),
        limits=tuple(_limits(view.problems, scenarios)),
        unasked=tuple(
            each for each in QUESTIONS if not any(each.asks(c.scenario, c.variant) for c in cases)
        ),
    )


def _asked(
    sections: Sequence[Section],
    fought: Sequence[Bout],
    rows: Sequence[Measured],
    scenarios: Mapping[str, type[Scenario]],
) -> Iterator[Asked]:
    found = _answers({section.case: section for section in sections}, fought, rows)
    silent = list(_silences(sections, fought, scenarios))
    for each in WEIGHED:
        said = tuple(answer for asked, answer in found if asked == each)
        mute = tuple(s for s in silent if question(s.case.scenario, s.case.variant) == each)
        if said or mute:
            yield Asked(each, said, mute)


def _answers(
    sections: Mapping[Case, Section], fought: Sequence[Bout], rows: Sequence[Measured]
) -> list[tuple[Question, Answer]]:
    """Each question's answers, profile by profile."""
    groups: dict[tuple[Question, Whose], list[Account]] = defaultdict(list)
    for bout in fought:
        whose = bout.case.profile, bout.first, bout.second
        for each, account in _accounts(bout, sections[bout.case], rows):
            groups[each, whose].append(account)
    order = sorted(groups.items(), key=lambda group: profile_place(group[0][1][0]))
    return [(each, Answer(*whose, tuple(accounts))) for (each, whose), accounts in order]


def _accounts(
    bout: Bout, section: Section, rows: Sequence[Measured]
) -> Iterator[tuple[Question, Account]]:
    """A bout's account to every question that one of its metrics answers."""
    lines: dict[Question, list[Line]] = defaultdict(list)
    for line in bout.lines:
        lines[question(bout.case.scenario, bout.case.variant, line.metric)].append(line)
    for each, mine in lines.items():
        sayings = tuple(_saying(line, bout, section, rows) for line in mine)
        yield each, Account(bout.case, bout.title, sayings)


def _saying(line: Line, bout: Bout, section: Section, rows: Sequence[Measured]) -> Saying:
    both = (bout.first, bout.second)
    few = 0 < min(len(section.valid[each.target]) for each in both) < ENOUGH
    none = line.verdict is Verdict.NONE
    words = {
        Verdict.SAME: f"The same within {MARGIN:.0%}",
        Verdict.INCONCLUSIVE: "Inconclusive",
        Verdict.NONE: "No verdict (too few trials)" if few else "No verdict",
    }
    values = [f"{each.title} {_value(line.metric, each.target, section, rows)}" for each in both]
    ratio = [f"ratio {line.ratio}"] if line.ratio else []
    why = f" {line.reason}" if line.verdict is Verdict.INCONCLUSIVE or (none and not few) else ""
    meaning = next((row.meaning for row in section.rows if row.metric == line.metric), "")
    return Saying(
        metric=line.metric,
        meaning=meaning,
        verdict=line.verdict,
        few=none and few,
        said=words.get(line.verdict, line.said),
        figures=f"{'; '.join([*values, *ratio])}.{why}",
    )


def _value(metric: str, target: str, section: Section, rows: Sequence[Measured]) -> str:
    """The median of a target, and why where trials have none."""
    trials = {number for each in section.valid.values() for number in each}
    mine = [row for row in rows if row.metric == metric and row.trial in trials]
    said = middle(of_trials(mine, section.valid[target])) if mine else ""
    cells = [cell for row in section.rows if row.metric == metric for cell in row.cells]
    lack = next((cell.missing for cell in cells if cell.target == target), "").rstrip(".")
    return f"{said} ({lack})" if said and lack else said or lack or "not measured"


def _silences(
    sections: Sequence[Section], fought: Iterable[Bout], scenarios: Mapping[str, type[Scenario]]
) -> Iterator[Silence]:
    spoken_for = {bout.case for bout in fought}
    for section in sections:
        if section.case not in spoken_for:
            named = better(scenarios.get(section.case.scenario))
            yield Silence(section.case, section.title, UNMEASURED if named else UNNAMED)


def _limits(
    problems: Iterable[Problem], scenarios: Mapping[str, type[Scenario]]
) -> Iterator[Limit]:
    """Each kind of trial that a target cannot do, once for all its trials."""
    cannot = {ENDED[status]: status for status in CANNOT}
    found = (
        Limit(
            case=case_of(problem.trial),
            title=name(case_of(problem.trial), scenarios),
            target=problem.target,
            ended=_whose_fault(cannot[problem.ended]),
            reason=problem.reason,
        )
        for problem in problems
        if problem.ended in cannot
    )
    yield from dict.fromkeys(found)


def _whose_fault(status: Status) -> str:
    lacks = "Seatrial's adapter does not do it yet"
    return "the orchestrator cannot" if status is Status.UNSUPPORTED else lacks
