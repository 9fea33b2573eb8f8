"""Runs a plan: each target in turn made available, each of its trials conducted and recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from secrets import token_hex

from seatrial.harness import environment, state
from seatrial.harness.clock import anchor, now_ns
from seatrial.harness.conduct import Ending, conduct
from seatrial.harness.errors import SeatrialError, UnwritableError
from seatrial.harness.plan import Plan
from seatrial.harness.point import told
from seatrial.harness.record import Event, Resumption, Run, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, add_resumption, write_run
from seatrial.harness.resume import clear, left, place
from seatrial.harness.scenario import Scenario
from seatrial.harness.survey import survey
from seatrial.harness.target import Connection, Provider, Target
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
    say: Callable[[str], None]
    named: str = ""  # where the folder was given another name since

    @property
    def name(self) -> str:
        """The run's name: its folder's when it began."""
        return self.named or self.folder.name

    @cached_property
    def _tuning(self) -> Tuning:
        return Tuning(self.targets, self.provider, self.say)

    def run(self) -> None:
        """Everything; a trial that fails is recorded as failed and the next one runs."""
        with self._restoring():
            self._begin()
            self._all(self.plan.trials)

    def resume(self) -> None:
        """What is left of the plan, in its order; a trial that was under way begins anew."""
        trials = left(self.folder, self.plan.trials)
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
        self.say(f"Making {name} the active target, with {profile} settings")
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
            self.say(f"  {name}: {error}")
            for spec in specs[begun:]:
                with self._recording(spec, self._scenario(spec), "") as (recorder, _):
                    _end(recorder, (Status.FAILED, str(error)))

    def _scenario(self, spec: TrialSpec) -> Scenario:
        return self.scenarios[spec.scenario](spec.variant, **spec.parameters)

    def _trial(self, spec: TrialSpec, target: Target, connection: Connection) -> None:
        began = now_ns()
        turn = self.plan.trials.index(spec) + 1
        self.say(f"[{turn}/{len(self.plan.trials)}] {_words(spec)} …")
        scenario = self._scenario(spec)
        with self._recording(spec, scenario, connection.registry) as (recorder, head):
            try:
                ending = conduct(head, scenario, target, connection, recorder)
            except UnwritableError:
                raise
            except SeatrialError as error:
                ending = (Status.FAILED, str(error))
            except Exception as error:
                _end(recorder, (Status.FAILED, f"an error of Seatrial's own: {error!r}"))
                raise
            except BaseException:
                _end(recorder, (Status.INTERRUPTED, "stopped by the user"))
                raise
            _end(recorder, ending)
        status, cause = ending
        took = f"{status} in {(now_ns() - began) / 1e9:.0f} s"
        self.say(f"    {took}" + (f": {cause}" if cause else ""))

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


def _end(recorder: TrialRecorder, ending: Ending) -> None:
    status, cause = ending
    detail = {"cause": cause} if cause else {}
    recorder.write(Event(now_ns(), "harness", status.value, "", detail))


def _words(spec: TrialSpec) -> str:
    point = told(spec.swept, spec.point)
    return " ".join(part for part in (spec.target, spec.scenario, spec.variant, point) if part)
