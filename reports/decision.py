"""What the verdicts come to for someone who says how much each question counts. Pure.

Nothing is hidden in it. A question's vote is the mean of the verdicts on it: 1 where the first
target is better, -1 where the second is, 0 where they are the same or the run cannot tell; what has
no verdict is no part of it. The votes are weighed and added, and the sum's sign is the outcome.
templates/decision.js does the same when a reader moves a slider: to the bit, and in these words.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seatrial.harness.verdicts import Verdict
from seatrial.reports.looks import Look, listed, profile_place, spoken
from seatrial.reports.questions import Question
from seatrial.reports.sayings import Asked, Saying, Whose

Weights = Mapping[str, float]
"""A question's key → how much it counts; USUAL where it is not there."""

USUAL, MOST = 1.0, 100.0
TIE = 1e-9
"""Sums that are no further from 0 are 0: thirds do not add up exactly."""


@dataclass(frozen=True, slots=True)
class Vote:
    """How the verdicts on a question fall, of all its headline metrics that were judged."""

    won: int  # by the first target
    lost: int
    judged: int

    @property
    def value(self) -> float:
        """From -1, all for the second target, to 1, all for the first; 0 when none was judged."""
        return (self.won - self.lost) / self.judged if self.judged else 0.0


UNHEARD = Vote(0, 0, 0)
"""On a question that was not asked with these settings."""


@dataclass(frozen=True, slots=True)
class Flip:
    """The weight of one question beyond which the outcome is another, all others unchanged."""

    weight: float
    above: bool  # whether more than it does that, or less

    def __str__(self) -> str:
        return f"{'more' if self.above else 'less'} than {figure(self.weight)}"


@dataclass(frozen=True, slots=True)
class Step:
    """One question's part in an outcome."""

    question: Question
    vote: Vote
    weight: float
    flip: Flip | None  # None where no weight would change the outcome

    @property
    def part(self) -> float:
        """What it adds to the sum."""
        return self.weight * self.vote.value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes on two targets with one profile come to."""

    profile: str
    first: Look
    second: Look
    steps: tuple[Step, ...]

    @property
    def total(self) -> float:
        """The weighted sum: over 0 for the first target, under 0 for the second."""
        return total([s.vote.value for s in self.steps], [s.weight for s in self.steps])

    @property
    def most(self) -> float:
        """The sum that there would be if every verdict were better."""
        return total([float(s.vote.judged > 0) for s in self.steps], [s.weight for s in self.steps])

    @property
    def said(self) -> str:
        """The outcome in a sentence."""
        found, most = self.total, figure(self.most)
        if abs(found) < TIE:
            return f"Neither is ahead: the weighted sum is 0, of {most} at most."
        ahead = (self.first if found > 0 else self.second).title
        return f"{ahead} is ahead: the weighted sum is {signed(found)}, of {most} at most."

    @property
    def firm(self) -> str:
        """What would change it, in a sentence."""
        flips = [f"{spoken(s.question.key)} {s.flip}" for s in self.steps if s.flip]
        if not flips:
            return "No single weight would change that."
        return f"A single weight would change that: {'; '.join(flips)}."


@dataclass(frozen=True, slots=True)
class Decision:
    """All outcomes, over the same questions with the same weights."""

    outcomes: tuple[Outcome, ...]
    unweighed: tuple[str, ...]  # profiles and targets without a verdict

    @property
    def steps(self) -> tuple[Step, ...]:
        """The questions that are weighed, by the first outcome."""
        return self.outcomes[0].steps if self.outcomes else ()


def decide(asked: Sequence[Asked], weights: Weights) -> Decision:
    """Weigh the answers of a run, profile by profile."""
    votes = {
        (each.question, answer.whose): vote(answer.sayings)
        for each in asked
        for answer in each.answers
    }
    judged = {key for key, found in votes.items() if found.judged}
    questions = [each.question for each in asked if any(q == each.question for q, _ in judged)]
    groups = sorted({whose: None for _, whose in votes}, key=lambda whose: profile_place(whose[0]))
    weighed = [whose for whose in groups if any(other == whose for _, other in judged)]
    return Decision(
        outcomes=tuple(
            _outcome(whose, [(q, votes.get((q, whose), UNHEARD)) for q in questions], weights)
            for whose in weighed
        ),
        unweighed=tuple(_words(whose) for whose in groups if whose not in weighed),
    )


def vote(sayings: Iterable[Saying]) -> Vote:
    """The vote of all that is said to one question of two targets with one profile."""
    verdicts = [each.verdict for each in sayings if each.verdict is not Verdict.NONE]
    return Vote(verdicts.count(Verdict.BETTER), verdicts.count(Verdict.WORSE), len(verdicts))


def _outcome(whose: Whose, votes: Sequence[tuple[Question, Vote]], weights: Weights) -> Outcome:
    values = [found.value for _, found in votes]
    counts = [weights.get(each.key, USUAL) for each, _ in votes]
    steps = (
        Step(each, found, counts[place], flip(values, counts, place))
        for place, (each, found) in enumerate(votes)
    )
    return Outcome(*whose, tuple(steps))


def _words(whose: Whose) -> str:
    profile, first, second = whose
    return f"{profile} settings, {listed((first.title, second.title))}"


def total(votes: Sequence[float], weights: Sequence[float], skipped: int = -1) -> float:
    """The weighted sum, without the question at the place that is skipped.

    Term by term: newer Pythons' sum() rounds otherwise than the page's script can.
    """
    found = 0.0
    for place, (vote, weight) in enumerate(zip(votes, weights, strict=True)):
        if place != skipped:
            found += weight * vote
    return found


def flip(votes: Sequence[float], weights: Sequence[float], place: int) -> Flip | None:
    """Beyond which weight of the question at that place the outcome is another.

    Args:
        votes: of all questions, from -1 to 1.
        weights: of all questions, not negative.
        place: of the question whose weight is to change, from 0.
    """
    vote, whole, rest = votes[place], total(votes, weights), total(votes, weights, place)
    if vote == 0:
        return None
    if abs(whole) < TIE:
        return Flip(weights[place], above=True)
    against = vote * whole < 0
    if not against and (rest * whole >= 0 or abs(rest) < TIE):
        return None
    return Flip(-rest / vote, above=against)


def figure(value: float) -> str:
    """The size of a number with two digits after the point, halves away from 0 as scripts round."""
    return f"{math.floor(abs(value) * 100 + 0.5) / 100:.2f}"


def signed(value: float) -> str:
    """A number with its sign."""
    return f"{'-' if value < 0 else '+'}{figure(value)}"
