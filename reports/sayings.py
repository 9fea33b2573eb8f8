"""The sentences at the head of a report, and how they hang together. Pure."""

from dataclasses import dataclass

from seatrial.harness.verdicts import Verdict
from seatrial.reports import numbers
from seatrial.reports.compare import Case
from seatrial.reports.looks import Look
from seatrial.reports.questions import Question

TOO_FEW = "No winner is declared from so few trials: here are the numbers."
UNJUDGED = "There is no verdict; beside each number is why."

Whose = tuple[str, Look, Look]
"""A profile and two targets, in the order of the ratio."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One headline metric of two targets: the verdict in words, and the figures behind it."""

    metric: str
    meaning: str
    verdict: Verdict
    few: bool  # whether there is no verdict because there are too few trials
    said: str
    figures: str


@dataclass(frozen=True, slots=True)
class Account:
    """What two targets did in one case, as far as it answers a question."""

    case: Case
    title: str
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the trials of two targets with one profile say to a question."""

    profile: str
    first: Look
    second: Look
    accounts: tuple[Account, ...]

    @property
    def whose(self) -> Whose:
        """What it must not be mixed with others by."""
        return self.profile, self.first, self.second

    @property
    def sayings(self) -> tuple[Saying, ...]:
        """The sentences of all its accounts."""
        return tuple(saying for account in self.accounts for saying in account.sayings)

    @property
    def said(self) -> str:
        """The verdicts counted, in one sentence."""
        verdicts = [saying.verdict for saying in self.sayings]
        if set(verdicts) == {Verdict.NONE}:
            return TOO_FEW if all(saying.few for saying in self.sayings) else UNJUDGED
        words = {
            Verdict.BETTER: f"{self.first.title} is better in",
            Verdict.WORSE: f"{self.second.title} is better in",
            Verdict.SAME: "they are the same in",
            Verdict.INCONCLUSIVE: "inconclusive in",
            Verdict.NONE: "no verdict in",
        }
        counted = [f"{each} {verdicts.count(v)}" for v, each in words.items() if v in verdicts]
        return f"Of {numbers.plural(len(verdicts), 'headline measure')}: {', '.join(counted)}."


@dataclass(frozen=True, slots=True)
class Silence:
    """A case that answers nothing, and why."""

    case: Case
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that trials of the run are about."""

    question: Question
    answers: tuple[Answer, ...]
    silences: tuple[Silence, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a target cannot do, or its adapter does not yet."""

    case: Case
    title: str
    target: str
    ended: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """The head of a report."""

    alone: str  # why nothing can be compared in the whole run, "" where something can
    asked: tuple[Asked, ...]
    limits: tuple[Limit, ...]
    unasked: tuple[Question, ...]  # what no trial of the run is about
