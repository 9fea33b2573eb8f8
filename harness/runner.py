"""Runs a plan: each target in turn made available, each of its trials conducted and recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from seatrial.harness import environment
from seatrial.harness.clock import anchor, now_ns
from seatrial.harness.conduct import Ending, conduct
from seatrial.harness.errors import SeatrialError
from seatrial.harness.model import Event, Preflight, Run, Status, TrialSpec
from seatrial.harness.plan import Plan
from seatrial.harness.recorder import TrialHead, TrialRecorder, write_run
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, ImageCache, Provider, Target
from seatrial.harness.workload import counter

VERSIONS = ("v1", "v2")
"""The versions that trials deploy and update to."""


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

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name

    def run(self) -> None:
        """Everything; a trial that fails is recorded as failed and the next one runs."""
        self._begin()
        for (_, target), group in groupby(self.plan.trials, key=lambda s: (s.block, s.target)):
            self._series(target, list(group))

    def _begin(self) -> None:
        surveys = [self._survey(target) for target in self.plan.targets]
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

    def _survey(self, name: str) -> tuple[Preflight, tuple[str, ...]]:
        """Read what the target is, and have the images there, so that no trial waits for a pull."""
        self.say(f"Looking at {name}")
        with self.provider.provide(name) as connection:
            target = self.targets[name](connection)
            target.clean(None if connection.exclusive else self.name)
            return target.preflight(), (*connection.notes, *_pull(target, connection))

    def _series(self, name: str, specs: Sequence[TrialSpec]) -> None:
        self.say(f"Making {name} the active target")
        begun = 0
        try:
            with self.provider.provide(name) as connection:
                target = self.targets[name](connection)
                for spec in specs:
                    begun += 1
                    self._trial(spec, target, connection)
        except SeatrialError as error:
            self.say(f"  {name}: {error}")
            for spec in specs[begun:]:
                with self._recording(spec, "") as (recorder, _):
                    _end(recorder, (Status.FAILED, str(error)))

    def _trial(self, spec: TrialSpec, target: Target, connection: Connection) -> None:
        began = now_ns()
        self.say(f"[{spec.number}/{len(self.plan.trials)}] {_words(spec)} …")
        scenario = self.scenarios[spec.scenario](spec.variant, **spec.parameters)
        with self._recording(spec, connection.registry) as (recorder, head):
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
        self, spec: TrialSpec, registry: str
    ) -> Iterator[tuple[TrialRecorder, TrialHead]]:
        head = TrialHead(spec, counter(self.name, registry))
        recorder = TrialRecorder(self.folder, head)
        try:
            yield recorder, head
        finally:
            recorder.close()


def _pull(target: Target, connection: Connection) -> tuple[str, ...]:
    if not isinstance(target, ImageCache):
        return ("Images were pulled when a trial first needed them.",)
    workloads = [counter("pull", connection.registry, version=version) for version in VERSIONS]
    images = {service.image for workload in workloads for service in workload.services}
    target.pull(sorted(images))
    return ("All images were on all nodes before the first trial.",)


def _end(recorder: TrialRecorder, ending: Ending) -> None:
    status, cause = ending
    detail = {"cause": cause} if cause else {}
    recorder.write(Event(now_ns(), "harness", status.value, "", detail))


def _words(spec: TrialSpec) -> str:
    return " ".join(part for part in (spec.target, spec.scenario, spec.variant) if part)
