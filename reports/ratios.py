"""The ratios that a forest shows: every headline metric with a finding, apart by profile. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from seatrial.harness.effects import Ratio
from seatrial.harness.point import told
from seatrial.harness.verdicts import Verdict
from seatrial.reports.compare import Case
from seatrial.reports.contests import Bout, Line
from seatrial.reports.looks import Look, profile_place, spoken

MORE = "\u2191"
"""Beside a metric of which more is better."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One headline metric: the first target's median by the second's, with its interval."""

    metric: str
    higher: bool  # whether more of it is better
    ratio: Ratio
    figures: str  # the same in digits
    verdict: Verdict
    said: str

    @property
    def label(self) -> str:
        """The metric in words, marked where more is better."""
        return f"{spoken(self.metric)} {MORE}" if self.higher else spoken(self.metric)


@dataclass(frozen=True, slots=True)
class Kind:
    """The effects in one kind of trial."""

    words: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """All ratios of two targets with one profile."""

    profile: str
    first: Look
    second: Look
    kinds: tuple[Kind, ...]

    @property
    def title(self) -> str:
        """Which by which."""
        return f"{self.first.title} / {self.second.title}, {self.profile} settings"

    @property
    def rows(self) -> tuple[str | Effect, ...]:
        """From top to bottom: the words of a kind, then its effects."""
        found: list[str | Effect] = []
        for kind in self.kinds:
            found += [kind.words, *kind.effects]
        return tuple(found)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Those of all kinds."""
        return tuple(effect for kind in self.kinds for effect in kind.effects)


def forests(fought: Sequence[Bout]) -> tuple[Forest, ...]:
    """A forest for every profile and two targets with a finding in any headline metric."""
    groups: dict[tuple[str, Look, Look], list[Kind]] = defaultdict(list)
    for bout in fought:
        effects = tuple(_effects(bout.lines))
        if effects:
            whose = bout.case.profile, bout.first, bout.second
            groups[whose].append(Kind(_words(bout.case), effects))
    order = sorted(groups.items(), key=lambda group: profile_place(group[0][0]))
    return tuple(Forest(*whose, tuple(kinds)) for whose, kinds in order)


def _effects(lines: Iterable[Line]) -> Iterator[Effect]:
    for line in lines:
        if line.finding is not None:
            yield Effect(
                metric=line.metric,
                higher=line.better == "higher",
                ratio=line.finding.ratio,
                figures=line.ratio,
                verdict=line.verdict,
                said=line.said,
            )


def _words(case: Case) -> str:
    parts = (spoken(case.scenario), case.variant, told(case.swept, case.point))
    return " ".join(part for part in parts if part)


def spelled(shown: Forest) -> list[str]:
    """A forest in words: a sentence for each of its ratios."""
    return [
        f"{kind.words}, {spoken(effect.metric)}: {effect.figures}, {effect.said}."
        for kind in shown.kinds
        for effect in kind.effects
    ]
