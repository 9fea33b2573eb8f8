"""A comparison as a reader sees it, whatever the format: lines of text, the worst first. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from seatrial.harness import versus
from seatrial.harness.checks import Check, Standing
from seatrial.harness.circumstances import Fact
from seatrial.harness.comparison import WORST_FIRST, Comparison
from seatrial.harness.record import Run
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ALPHA, ENOUGH, MARGIN, Verdict
from seatrial.harness.versus import BASE, NEW, Shift, Side
from seatrial.reports import medians, numbers
from seatrial.reports.compare import Case, name
from seatrial.reports.contests import figures
from seatrial.reports.looks import FAKE, FAKE_BANNER, Look, look

RULES = (
    "Each target is compared with itself: NEW's median by BASE's, with its interval, and the "
    "probability p of such a difference by chance, corrected for all headline measures of the kind "
    "of trial. The two runs are independent: no trials are paired. Better or worse is NEW: "
    f"the medians differ by more than {MARGIN:.0%}, p is at most {ALPHA:.0%}, and the interval "
    f"excludes equal; the same means that all of it lies within {MARGIN:.0%} of equal. It takes "
    f"{ENOUGH} valid trials of each. A threshold is no test: it takes medians as they are."
)
ALIKE = "Nothing that is on record differs between the runs."


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two runs."""

    label: str
    name: str
    when: str
    suite: str
    command: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has of a metric: the median alone, and with all that is known of it."""

    median: str
    whole: str


@dataclass(frozen=True, slots=True)
class Place:
    """Of which target and kind of trial something is said."""

    look: Look
    title: str  # in full
    case: Case

    @property
    def trial(self) -> str:
        """The kind of trial with its settings."""
        profile = f"{self.case.profile} settings" if self.case.profile else ""
        return ", ".join(filter(None, (self.title, profile)))

    @property
    def whole(self) -> str:
        """The same with the target, where it is known."""
        return ", ".join(filter(None, (self.look.title, self.trial)))


@dataclass(frozen=True, slots=True)
class Line:
    """One headline metric; the figures are empty where there is no verdict."""

    place: Place
    metric: str
    base: Told
    new: Told
    ratio: str
    delta: str
    p: str
    verdict: Verdict
    reason: str

    @property
    def changed(self) -> bool:
        """Whether NEW is better or worse."""
        return self.verdict in (Verdict.WORSE, Verdict.BETTER)


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold in one case."""

    place: Place
    metric: str
    asked: str
    base: Told
    new: Told
    standing: Standing
    reason: str

    @property
    def missed(self) -> bool:
        """Whether it is a regression."""
        return self.standing is Standing.MISSED


@dataclass(frozen=True, slots=True)
class Apart:
    """What is not compared, and why."""

    place: Place
    metric: str
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """All that a reader is told."""

    title: str
    outcome: str
    regressed: bool
    banner: str
    parties: tuple[Party, Party]
    lines: tuple[Line, ...]
    limits: tuple[Limit, ...]
    apart: tuple[Apart, ...]
    facts: tuple[Fact, ...]

    @property
    def changed(self) -> tuple[Line, ...]:
        """The metrics in which NEW is better or worse."""
        return tuple(line for line in self.lines if line.changed)

    @property
    def missed(self) -> tuple[Limit, ...]:
        """The thresholds that it misses."""
        return tuple(limit for limit in self.limits if limit.missed)

    @property
    def differing(self) -> tuple[Fact, ...]:
        """The circumstances that could explain something."""
        return tuple(fact for fact in self.facts if fact.differs)

    @property
    def groups(self) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
        """All circumstances, by what they are of."""
        grouped = groupby(self.facts, key=lambda fact: fact.group)
        return tuple((group, tuple(facts)) for group, facts in grouped)


def account(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> Account:
    """Fold a comparison into what is told of it.

    Args:
        found: the comparison.
        scenarios: scenario classes by name, for titles.
    """
    targets = {shift.meeting.case.target for shift in found.shifts}
    standings = list(Standing)
    return Account(
        title=f"{found.new.name} against {found.base.name}",
        outcome=found.outcome,
        regressed=found.regressed,
        banner=FAKE_BANNER if FAKE in targets else "",
        parties=(_party(BASE, found.base), _party(NEW, found.new)),
        lines=tuple(
            _line(shift, scenarios)
            for shift in sorted(found.shifts, key=lambda s: WORST_FIRST.index(s.verdict))
        ),
        limits=tuple(
            _limit(check, scenarios)
            for check in sorted(found.checks, key=lambda c: standings.index(c.standing))
        ),
        apart=tuple(
            Apart(_place(each.case, scenarios), each.metric, each.reason) for each in found.unmet
        ),
        facts=found.facts,
    )


def _party(label: str, run: Run) -> Party:
    begun = datetime.fromtimestamp(run.created_wall_ns // 10**9, UTC)
    return Party(label, run.name, f"{begun:%Y-%m-%d %H:%M} UTC", run.suite, run.command)


def _place(case: versus.Case, scenarios: Mapping[str, type[Scenario]]) -> Place:
    mine = Case(case.scenario, case.variant, case.profile, case.swept, case.point)
    return Place(look(case.target), name(mine, scenarios), mine)


def _line(shift: Shift, scenarios: Mapping[str, type[Scenario]]) -> Line:
    met = shift.meeting
    return Line(
        _place(met.case, scenarios),
        met.metric,
        _told(met.base),
        _told(met.new),
        *figures(shift.finding),
        verdict=shift.verdict,
        reason=shift.judgement.reason,
    )


def _limit(check: Check, scenarios: Mapping[str, type[Scenario]]) -> Limit:
    return Limit(
        place=_place(check.case, scenarios),
        metric=check.asked.metric,
        asked=_asked(check),
        base=_told(check.base),
        new=_told(check.new),
        standing=check.standing,
        reason=check.reason,
    )


def _asked(check: Check) -> str:
    limit = check.asked.limit
    if check.asked.kind == "worse_by":
        return f"at most {100 * limit:g}% worse than BASE"
    unit = numbers.label(check.new.unit or check.asked.unit)
    return numbers.prose(f"{check.asked.kind.replace('_', ' ')} {limit:g} {unit}".rstrip())


def _told(side: Side) -> Told:
    middle = side.middle
    lacks = f"not measured {side.missing}" if side.missing else ""
    if middle is None:
        return Told("", lacks or side.lack)
    short = numbers.quantity(middle.value, side.unit, censored=middle.censored)
    whole = (medians.of(side.measured, side.unit), lacks)
    return Told(short, "; ".join(filter(None, whole)))


def why_none(lines: Sequence[Line]) -> Iterator[str]:
    """The reasons why metrics have no verdict, each once with their number."""
    counts: dict[str, int] = {}
    for line in lines:
        if line.verdict is Verdict.NONE:
            counts[line.reason] = counts.get(line.reason, 0) + 1
    for reason, count in counts.items():
        yield f"No verdict on {numbers.plural(count, 'metric')}. {reason}"
