"""What a run tells while it runs, and who is told: a protocol of four verbs.

The harness says what happens and how it looks is another's business: drawn on a terminal
(terminal.py), in lines for people (lines.py) or for programs (jsonlines.py, docs/formats.md).
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol


@dataclass(frozen=True, slots=True)
class RunBegun:
    """A run begins or goes on: of its `trials` so many are `left` to be run now.

    `left_s`, here and below, is how long all that is left will take, in s, by the estimate and by
    how the trials before went; None where there is no estimate.
    """

    event: ClassVar[str] = "run_begun"
    run: str
    folder: str
    suite: str
    seed: int
    trials: int
    left: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class TrialBegun:
    """A trial begins: the `turn`-th of the plan's `trials`. `lasts_s`: how long it will take."""

    event: ClassVar[str] = "trial_begun"
    turn: int
    trials: int
    trial: str  # its folder's name
    title: str  # for people: target, scenario, variant, and where a sweep put its setting
    target: str
    scenario: str
    variant: str
    profile: str
    block: int
    lasts_s: float | None
    left_s: float | None


@dataclass(frozen=True, slots=True)
class Going:
    """What a trial shows `since_s` after it began.

    `requests` ended so far and `errors` of them without a good reply; `rate_per_s` ended each
    second since the time before, None before it is known. `ready` replicas of the loaded service,
    None before the orchestrator told of any.
    """

    event: ClassVar[str] = "progress"
    turn: int
    trials: int
    trial: str
    target: str
    since_s: float
    lasts_s: float | None
    left_s: float | None
    requests: int
    errors: int
    rate_per_s: float | None
    ready: int | None


@dataclass(frozen=True, slots=True)
class TrialEnded:
    """A trial ended with one of the words of `Status`; `cause` says why where it did not finish.

    A trial whose target cannot be had ends without having begun.
    """

    event: ClassVar[str] = "trial_ended"
    turn: int
    trials: int
    trial: str
    target: str
    status: str
    cause: str
    took_s: float
    requests: int
    errors: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run ended: finished, stopped by the user, or failed for its `cause`.

    `left` of its `trials` have not run. `report` is the page's path, "" without one.
    """

    event: ClassVar[str] = "run_ended"
    run: str
    folder: str
    status: str
    cause: str
    exit_code: int
    trials: int
    left: int
    took_s: float
    report: str


Begun = RunBegun | TrialBegun
Ended = TrialEnded | RunEnded


class Progress(Protocol):
    """Whoever shows how a run goes. It is told of the run, and of each trial in it, in turn.

    `go_on` comes from a thread of its own, between the beginning and the end of a trial.
    """

    @property
    def every_s(self) -> float:
        """How often it wants to be told how a trial goes on; once a second is the most it gets."""
        ...

    def say(self, line: str) -> None:
        """A sentence for people."""
        ...

    def begin(self, event: Begun) -> None:
        """Something begins."""
        ...

    def go_on(self, event: Going) -> None:
        """A trial goes on."""
        ...

    def end(self, event: Ended) -> None:
        """Something has ended."""
        ...
