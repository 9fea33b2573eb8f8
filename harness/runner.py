"""Runs a plan: each target in turn made available, each of its trials conducted and recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from secrets import token_hex

from seatrial.harness import edge, environment, state
from seatrial.harness.capability import Edge, ImageCache, Predictable, Tunable
from seatrial.harness.clock import anchor, now_ns
from seatrial.harness.conduct import Ending, conduct
from seatrial.harness.errors import SeatrialError
from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.harness.plan import Plan
from seatrial.harness.point import told
from seatrial.harness.record import Event, Run, Status, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, write_run
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, Provider, Target
from seatrial.harness.workload import counter, images


@dataclass(frozen=True)
class Runner:
    """Everything a run needs; its name is its folder's, and the label of all it creates."""

    plan: Plan
    folder: Path
    command: str
    targets: Mapping[str, type[Target]]
    scenarios: Mapping[str, type[Scenario]]
    provider: Provider
    say: Callable[[str], None]
    tuned: set[str] = field(default_factory=set)  # targets that have other settings than their own

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    def run(self) -> None:
        """Everything; a trial that fails is recorded as failed and the next one runs."""
        try:
            self._begin()
            for _, group in groupby(self.plan.trials, key=lambda spec: spec.series):
                self._series(list(group))
        finally:
            self._restore()

    def _tune(self, target: Target, connection: Connection, settings: Settings) -> None:
        """Only where the cluster is nobody else's; elsewhere it stays, as preflight tells."""
        if isinstance(target, Tunable) and connection.exclusive:
            self.tuned.add(target.name)
            target.tune(settings)
            if settings.notice_s is None:
                self.tuned.discard(target.name)

    def _restore(self) -> None:
        """Leave clusters that trials had tuned with their own defaults."""
        for name in sorted(self.tuned):
            self.say(f"Giving {name} its own settings again")
            try:
                with self.provider.provide(name) as connection:
                    self._tune(self.targets[name](connection), connection, Settings())
            except SeatrialError as error:
                self.say(f"  {name}: {error}")

    def _begin(self) -> None:
        surveys = [survey for target in self.plan.targets for survey in self._survey(target)]
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
            preflights=tuple(preflight for preflight, _ in surveys),
            notes={preflight.target: notes for preflight, notes in surveys},
            planned=self.plan.trials,
        )
        write_run(self.folder, run)
        state.certify(self.folder)

    def _survey(self, name: str) -> Iterator[tuple[Preflight, tuple[str, ...]]]:
        """Read what the target is, and have the images there, so that no trial waits for a pull."""
        self.say(f"Looking at {name}")
        with self.provider.provide(name) as connection:
            target = self.targets[name](connection)
            target.clean(None if connection.exclusive else self.name)
            notes = (*connection.notes, *_pull(target, self._images(connection)))
            for specs in _sites(self.plan.trials, name):
                self._tune(target, connection, specs[0].settings)
                read = target.preflight()
                for spec in specs:
                    yield _found(target, read, spec), notes

    def _images(self, connection: Connection) -> list[str]:
        """All that the run's trials may start."""
        edges = any(spec.settings.edge for spec in self.plan.trials)
        of_edge = [edge.image(connection.registry)] if edges else []
        return [*images(connection.registry), *of_edge]

    def _series(self, specs: Sequence[TrialSpec]) -> None:
        name, profile = specs[0].target, specs[0].profile
        self.say(f"Making {name} the active target, with {profile} settings")
        begun = 0
        try:
            with self.provider.provide(name) as connection:
                target = self.targets[name](connection)
                self._tune(target, connection, specs[0].settings)
                for spec in specs:
                    begun += 1
                    self._trial(spec, target, connection)
        except SeatrialError as error:
            self.say(f"  {name}: {error}")
            for spec in specs[begun:]:
                with self._recording(spec, self._scenario(spec), "") as (recorder, _):
                    _end(recorder, (Status.FAILED, str(error)))

    def _scenario(self, spec: TrialSpec) -> Scenario:
        return self.scenarios[spec.scenario](spec.variant, **spec.parameters)

    def _trial(self, spec: TrialSpec, target: Target, connection: Connection) -> None:
        began = now_ns()
        place = self.plan.trials.index(spec) + 1
        self.say(f"[{place}/{len(self.plan.trials)}] {_words(spec)} …")
        scenario = self._scenario(spec)
        with self._recording(spec, scenario, connection.registry) as (recorder, head):
            try:
                ending = conduct(head, scenario, target, connection, recorder)
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


def _sites(trials: Sequence[TrialSpec], target: str) -> list[list[TrialSpec]]:
    """A trial for each profile and point that the target is seen in, by what it is tuned to."""
    mine = [spec for spec in trials if spec.target == target]
    seen = {(spec.profile, spec.swept, spec.point): spec for spec in mine}
    tuned: dict[float | None, list[TrialSpec]] = {}
    for spec in seen.values():
        tuned.setdefault(spec.settings.notice_s, []).append(spec)
    return list(tuned.values())


def _found(target: Target, read: Preflight, spec: TrialSpec) -> Preflight:
    if spec.settings.edge and isinstance(target, Edge):
        read = target.edged(read)
    found = replace(read, profile=spec.profile, swept=spec.swept, point=spec.point)
    return replace(found, delays=_delays(target, found, spec.settings))


def _delays(target: Target, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
    return target.delays(found, settings) if isinstance(target, Predictable) else ()


def _pull(target: Target, needed: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(target, ImageCache):
        return ("Images were pulled when a trial first needed them.",)
    target.pull(needed)
    return ("All images were on all nodes before the first trial.",)


def _end(recorder: TrialRecorder, ending: Ending) -> None:
    status, cause = ending
    detail = {"cause": cause} if cause else {}
    recorder.write(Event(now_ns(), "harness", status.value, "", detail))


def _words(spec: TrialSpec) -> str:
    point = told(spec.swept, spec.point)
    return " ".join(part for part in (spec.target, spec.scenario, spec.variant, point) if part)
