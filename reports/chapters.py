"""The chapters of the Markdown report: blocks of lines, parted by an empty line. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from seatrial.harness.intervals import CONFIDENCE
from seatrial.harness.record import Run
from seatrial.harness.verdicts import Verdict
from seatrial.reports.answers import INTRO, WHOLE
from seatrial.reports.compare import Row, Section, View
from seatrial.reports.conditions import Conditions, Site, conditions
from seatrial.reports.contests import NONE, RULES, Bout
from seatrial.reports.looks import listed, look, profile_place, spoken
from seatrial.reports.markup import Block, bullets, plain, table
from seatrial.reports.medians import middle
from seatrial.reports.problems import Problem
from seatrial.reports.questions import LIMITS
from seatrial.reports.rows import Measured, of_trials
from seatrial.reports.sayings import Answer, Answers

GUIDE = (
    "Each number is the median of the valid trials, with the interval in which the median lies "
    f"with a probability of {CONFIDENCE:.0%} (where so few trials cannot give that, what they give "
    "is beside it), and how many they were (n). `>` means that it had not ended by then. How each "
    "figure comes about is in Seatrial's docs/statistics.md."
)


def guide() -> Iterator[Block]:
    """How to read the rest."""
    yield [GUIDE]


def plainly(found: Answers) -> Iterator[Block]:
    """What the run says to each question of an adopter, before anything else."""
    yield ["## The verdict in plain words"]
    yield [plain(found.alone or INTRO)]
    for asked in found.asked:
        yield [f"### {plain(asked.question.title)}"]
        for answer in asked.answers:
            who = f"{answer.profile} settings, {answer.first.title} and {answer.second.title}"
            yield [f"**With {plain(who)}.** {plain(answer.said)}"]
            yield bullets(_sentences(answer))
        if asked.silences:
            yield bullets(f"{s.title} ({s.case.profile} settings): {s.why}" for s in asked.silences)
    yield [f"### {LIMITS.title}"]
    yield bullets(_limits(found))
    if found.unasked:
        yield [plain(f"Not asked in this run: {' '.join(each.title for each in found.unasked)}")]


def _sentences(answer: Answer) -> Iterator[str]:
    for account in answer.accounts:
        for each in account.sayings:
            yield f"{account.title}, {spoken(each.metric)}: {each.said}. {each.figures}"


def _limits(found: Answers) -> Iterator[str]:
    if not found.limits:
        yield WHOLE
    for each in found.limits:
        what = f"{each.title} ({each.case.profile} settings)"
        yield f"{each.target}, {what}: {each.ended}. {each.reason}"


def overview(fought: Sequence[Bout]) -> Iterator[Block]:
    """Who is better in what: a table a profile and two targets, a row a kind of trial."""
    yield ["## Verdicts at a glance"]
    judged = [bout for bout in fought if bout.judged]
    yield [RULES if judged else NONE]
    groups: dict[tuple[str, str, str], list[Bout]] = defaultdict(list)
    for bout in judged:
        groups[bout.case.profile, bout.first.title, bout.second.title].append(bout)
    for (profile, first, second), bouts in sorted(
        groups.items(), key=lambda g: profile_place(g[0][0])
    ):
        yield [f"With {profile} settings:"]
        head = ("Trial", f"{first} is better", f"{second} is better", "The same", "Inconclusive")
        yield table(head, [_glance(bout) for bout in bouts])


def _glance(bout: Bout) -> list[str]:
    order = (Verdict.BETTER, Verdict.WORSE, Verdict.SAME, Verdict.INCONCLUSIVE)
    return [bout.title, *(", ".join(map(spoken, bout.won(verdict))) for verdict in order)]


def ground(run: Run) -> Iterator[Block]:
    """The machine, the load and the targets as they were found."""
    told = conditions(run)
    yield ["## Where and how"]
    yield table(("What", "Here"), [*told.environment, *told.plan, *_loads(told)])
    for site in told.sites:
        yield from _site(site)


def _loads(told: Conditions) -> Iterator[tuple[str, str]]:
    for load in told.loads:
        yield load.title, "; ".join(f"{key.lower()}: {value}" for key, value in load.facts)


def _site(site: Site) -> Iterator[Block]:
    yield [f"### {plain(site.look.title)} as it was found"]
    versions = ", ".join(f"{name} {version}" for name, version in site.versions)
    nodes = ", ".join(f"{node.name} ({node.role})" for node in site.nodes)
    lacks = [f"Fell back: {fallback}" for fallback in site.fallbacks]
    said = (f"Versions: {versions}", f"Nodes: {nodes}", site.exposure, *lacks, *site.notes)
    yield bullets(said)


def results(seen: View, rows: Sequence[Measured], fought: Sequence[Bout]) -> Iterator[Block]:
    """Each profile apart: its kinds of trial with their numbers and verdicts."""
    for profile in sorted({s.case.profile for s in seen.sections}, key=profile_place):
        yield [f"## Results with {plain(profile)} settings"]
        for section in seen.sections:
            if section.case.profile == profile:
                yield [f"### {plain(section.title)}"]
                yield _numbers(section, rows)
                yield from _verdicts([b for b in fought if b.case == section.case])
                yield from _floors(section)


def _numbers(section: Section, rows: Sequence[Measured]) -> Block:
    if not section.rows:
        return ["Nothing was measured."]
    titles = [look(target).title for target in section.valid]
    cells = [
        [spoken(row.metric), *_medians(row, section, rows), row.meaning] for row in section.rows
    ]
    return table(("Measure", *titles, "What it says"), cells)


def _medians(row: Row, section: Section, rows: Sequence[Measured]) -> Iterator[str]:
    """A median a target, and why where there is none."""
    case = section.case
    mine = [
        r
        for r in rows
        if (r.scenario, r.variant, r.profile, r.metric)
        == (case.scenario, case.variant, case.profile, row.metric)
    ]
    for cell in row.cells:
        said = middle(of_trials(mine, section.valid[cell.target]))
        yield "; ".join(part for part in (said, cell.missing) if part)


def _verdicts(fought: Sequence[Bout]) -> Iterator[Block]:
    for bout in fought:
        if not bout.judged:
            yield bullets(dict.fromkeys(f"No verdict. {line.reason}" for line in bout.lines))
            continue
        head = ("Measure", f"{bout.first.title} / {bout.second.title}", "Cliff's delta", "p")
        yield table(
            (*head, "Verdict", "Why"),
            [[spoken(x.metric), x.ratio, x.delta, x.p, x.said, x.reason] for x in bout.lines],
        )


def _floors(section: Section) -> Iterator[Block]:
    told = [
        f"Predicted floor of {spoken(row.metric)}, {look(cell.target).title}: {cell.floor}"
        for row in section.rows
        for cell in row.cells
        if cell.floor
    ]
    if told:
        yield bullets(told)


def lost(problems: Sequence[Problem]) -> Iterator[Block]:
    """What gave no valid measurement: trials that ended alike in a row."""
    yield ["## Trials without a valid measurement"]
    if not problems:
        yield ["None: every planned trial was finished and valid."]
        return
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for each in problems:
        alike[each.case, each.target, each.ended, each.reason].append(str(each.trial.number))
    yield table(
        ("Case", "Target", "How it ended", "Reason", "Trials"),
        [[*key, listed(trials)] for key, trials in alike.items()],
    )


def repeat(run: Run) -> Iterator[Block]:
    """The command that does all of this again."""
    yield ["## To repeat it"]
    yield ["```", *run.command.splitlines(), "```"]
