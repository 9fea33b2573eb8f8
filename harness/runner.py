"""Runs a plan: each target in turn made available, each of its trials conducted and recorded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from secrets import token_hex

from seatrial.harness import environment, state
from seatrial.harness.clock import anchor, now_ns
from seatrial.harness.conduct import Ending, conduct
from seatrial.harness.errors import SeatrialError, UnwritableError
from seatrial.harness.plan import Plan
from seatrial.harness.progress import Progress
from seatrial.harness.record import Event, Resumption, Run, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, add_resumption, write_run
from seatrial.harness.remaining import Forecast, Remaining
from seatrial.harness.resume import clear, left, place
from seatrial.harness.scenario import Scenario
from seatrial.harness.survey import survey
from seatrial.harness.target import Connection, Provider, Target
from seatrial.harness.telling import Teller
from seatrial.harness.tuning import Tuning
from seatrial.harness.workload import counter


@dataclass(frozen=True)
class Runner:
    """Everything a run needs; its name is the label of all it creates."""

    plan: Plan
    folder: Path
    command: str
    targets: Mapping[str, type[Target]]
    scenarios: Mapping[str, type[Scenario]]
    provider: Provider
    progress: Progress
    named: str = ""  # where the folder was given another name since
    forecast: Forecast = field(default_factory=Forecast)

    @property
    def name(self) -> str:
        """The run's name: its folder's when it began."""
        return self.named or self.folder.name

    @cached_property
    def _tuning(self) -> Tuning:
        return Tuning(self.targets, self.provider, self.progress.say)

    @cached_property
    def _teller(self) -> Teller:
        return Teller(self.progress, self.plan, Remaining(self.forecast))

    def run(self) -> None:
        """Everything; a trial that fails is recorded as failed and the next one runs."""
        self._teller.run(self.name, self.folder, self.plan.trials)
        with self._restoring():
            self._begin()
            self._all(self.plan.trials)

    def resume(self) -> None:
        """What is left of the plan, in its order; a trial that was under way begins anew."""
        trials = left(self.folder, self.plan.trials)
        self._teller.run(self.name, self.folder, trials)
        if not trials:
            return
        with self._restoring():
            self._go_on(trials)
            for spec in trials:
                clear(self.folder, spec)
            self._all(trials)

    @contextmanager
    def _restoring(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._tuning.restore()

    def _all(self, trials: Sequence[TrialSpec]) -> None:
        for _, group in groupby(trials, key=lambda spec: spec.series):
            self._series(list(group))

    def _begin(self) -> None:
        found = survey(self.name, self.plan.trials, self._tuning)
        start = anchor()
        run = Run(
            name=self.name,
            suite=self.plan.suite,
            repeats=self.plan.repeats,
            seed=self.plan.seed,
            command=self.command,
            created_monotonic_ns=start.monotonic_ns,
            created_wall_ns=start.wall_ns,
            environment=environment.read(),
            preflights=found.preflights,
            notes=found.notes,
            planned=self.plan.trials,
            provider=self.plan.provider,
            cases=self.plan.cases,
            thresholds=self.plan.thresholds,
        )
        write_run(self.folder, run)
        state.certify(self.folder)

    def _go_on(self, trials: Sequence[TrialSpec]) -> None:
        """Note what is found now; what was found before stays as it is."""
        found = survey(self.name, trials, self._tuning)
        start = anchor()
        resumption = Resumption(
            monotonic_ns=start.monotonic_ns,
            wall_ns=start.wall_ns,
            trials=tuple(spec.number for spec in trials),
            again=tuple(spec.number for spec in trials if place(self.folder, spec).exists()),
            environment=environment.read(),
            preflights=found.preflights,
            notes=found.notes,
        )
        add_resumption(self.folder, resumption)

    def _series(self, specs: Sequence[TrialSpec]) -> None:
        name, profile = specs[0].target, specs[0].profile
        self.progress.say(f"Making {name} the active target, with {profile} settings")
        begun = 0
        try:
            with self.provider.provide(name) as connection:
                target = self.targets[name](connection)
                self._tuning.tune(target, connection, specs[0].settings)
                for spec in specs:
                    begun += 1
                    self._trial(spec, target, connection)
        except UnwritableError:
            raise
        except SeatrialError as error:
            self.progress.say(f"  {name}: {error}")
            for spec in specs[begun:]:
                self._miss(spec, str(error))

    def _miss(self, spec: TrialSpec, cause: str) -> None:
        with self._recording(spec, self._scenario(spec), "") as (recorder, _):
            ending = _end(recorder, (Status.FAILED, cause))
        self._teller.missed(spec, ending)

    def _scenario(self, spec: TrialSpec) -> Scenario:
        return self.scenarios[spec.scenario](spec.variant, **spec.parameters)

    def _trial(self, spec: TrialSpec, target: Target, connection: Connection) -> None:
        scenario = self._scenario(spec)
        with (
            self._teller.trial(spec) as account,
            self._recording(spec, scenario, connection.registry) as (recorder, head),
            self._teller.watching(spec, account, recorder.folder, head.workload.published.name),
        ):
            try:
                ending = conduct(head, scenario, target, connection, recorder)
            except UnwritableError:
                raise
            except SeatrialError as error:
                ending = (Status.FAILED, str(error))
            except Exception as error:
                own = f"an error of Seatrial's own: {error!r}"
                account.ending = _end(recorder, (Status.FAILED, own))
                raise
            except BaseException:
                account.ending = _end(recorder, (Status.INTERRUPTED, "stopped by the user"))
                raise
            account.ending = _end(recorder, ending)

    @contextmanager
    def _recording(
        self, spec: TrialSpec, scenario: Scenario, registry: str
    ) -> Iterator[tuple[TrialRecorder, TrialHead]]:
        setup = scenario.setup()
        workload = counter(
            self.name,
            registry,
            replicas=spec.replicas or setup.replicas,
            settings=spec.settings,
            resources=setup.resources,
            fault_token=token_hex(8) if setup.hook else "",
        )
        head = TrialHead(spec, workload)
        recorder = TrialRecorder(self.folder, head)
        try:
            yield recorder, head
        finally:
            recorder.close()


def _end(recorder: TrialRecorder, ending: Ending) -> Ending:
    status, cause = ending
    detail = {"cause": cause} if cause else {}
    recorder.write(Event(now_ns(), "harness", status.value, "", detail))
    return ending
