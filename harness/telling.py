"""Tells how a run goes: its beginning, each trial's, what a trial shows meanwhile, its end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.harness.clock import now_ns
from seatrial.harness.conduct import Ending
from seatrial.harness.plan import Plan
from seatrial.harness.point import told
from seatrial.harness.progress import Begun, Going, Progress, RunBegun, TrialBegun, TrialEnded
from seatrial.harness.record import Status, TrialSpec
from seatrial.harness.remaining import Remaining
from seatrial.harness.watch import NOTHING, Look, Onlooker, regularly


@dataclass
class Account:
    """What is known of a trial: when it began, what it showed last, and how it ended."""

    began_ns: int = field(default_factory=now_ns)
    look: Look = NOTHING
    ending: Ending = (Status.INTERRUPTED, "")

    @property
    def since_s(self) -> float:
        """Seconds since it began."""
        return (now_ns() - self.began_ns) / 1e9


@dataclass(frozen=True)
class Teller:
    """Tells it all of one plan. Whatever befalls who is told, the run goes on."""

    progress: Progress
    plan: Plan
    remaining: Remaining

    def run(self, name: str, folder: Path, trials: Sequence[TrialSpec]) -> None:
        """The run of that name begins or goes on, with these of its trials."""
        plan, left_s = self.plan, self.remaining.whole_s()
        whole = len(plan.trials)
        self._begin(RunBegun(name, str(folder), plan.suite, plan.seed, whole, len(trials), left_s))

    @contextmanager
    def trial(self, spec: TrialSpec) -> Iterator[Account]:
        """Tell of a trial as long as the context lasts; the account is to be told its ending."""
        account = Account()
        self.remaining.begun(spec.number)
        self._begin(self._begun(spec))
        try:
            yield account
        finally:
            self._end(spec, account, account.since_s)

    @contextmanager
    def watching(
        self, spec: TrialSpec, account: Account, folder: Path, service: str
    ) -> Iterator[None]:
        """Tell now and then what the trial's record shows; its last state is kept in any case."""
        onlooker = Onlooker(folder, service)

        def look() -> None:
            account.look = onlooker.look()
            self.progress.go_on(self._going(spec, account))

        try:
            with regularly(self.progress.every_s, look):
                yield
        finally:
            with suppress(Exception):
                account.look = onlooker.look()

    def missed(self, spec: TrialSpec, ending: Ending) -> None:
        """Tell of a trial that ended before it could begin."""
        self._end(spec, Account(ending=ending), 0.0)

    def _begun(self, spec: TrialSpec) -> TrialBegun:
        return TrialBegun(
            turn=self._turn(spec),
            trials=len(self.plan.trials),
            trial=spec.slug,
            title=words(spec),
            target=spec.target,
            scenario=spec.scenario,
            variant=spec.variant,
            profile=spec.profile,
            block=spec.block,
            lasts_s=self.remaining.trial_s(spec.number),
            left_s=self.remaining.whole_s(),
        )

    def _going(self, spec: TrialSpec, account: Account) -> Going:
        return Going(
            turn=self._turn(spec),
            trials=len(self.plan.trials),
            trial=spec.slug,
            target=spec.target,
            since_s=account.since_s,
            lasts_s=self.remaining.trial_s(spec.number),
            left_s=self.remaining.left_s(spec.number, account.since_s),
            requests=account.look.requests,
            errors=account.look.errors,
            rate_per_s=account.look.rate_per_s,
            ready=account.look.ready,
        )

    def _begin(self, event: Begun) -> None:
        with suppress(Exception):
            self.progress.begin(event)

    def _end(self, spec: TrialSpec, account: Account, took_s: float) -> None:
        status, cause = account.ending
        self.remaining.ended(spec.number, took_s, finished=status is Status.FINISHED)
        event = TrialEnded(
            turn=self._turn(spec),
            trials=len(self.plan.trials),
            trial=spec.slug,
            target=spec.target,
            status=status.value,
            cause=cause,
            took_s=took_s,
            requests=account.look.requests,
            errors=account.look.errors,
            left_s=self.remaining.whole_s(),
        )
        with suppress(Exception):
            self.progress.end(event)

    def _turn(self, spec: TrialSpec) -> int:
        return self.plan.trials.index(spec) + 1


def words(spec: TrialSpec) -> str:
    """A trial's name for people."""
    point = told(spec.swept, spec.point)
    return " ".join(part for part in (spec.target, spec.scenario, spec.variant, point) if part)
