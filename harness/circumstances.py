"""What else could explain that two runs differ: what is on record of how each was made. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from statistics import median

from seatrial.harness.certificate import Certificate
from seatrial.harness.model import Preflight, Settings
from seatrial.harness.point import told
from seatrial.harness.record import LoadPlan, Run
from seatrial.harness.versus import Trials

Line = tuple[str, str, str]
"""A group, a name in it, and what a run has there."""

LOAD: Mapping[str, Callable[[LoadPlan], str]] = {
    "requests per second": lambda load: f"{load.rate_per_s:g}",
    "streams": lambda load: " and ".join(load.streams),
    "deadline": lambda load: f"{load.deadline_s:g} s",
    "kept connections": lambda load: str(load.kept_connections),
}
STRAIN: Mapping[str, tuple[str, str]] = {
    "dispatch_lag_p99": ("dispatch lag p99", "{:.1f} ms"),
    "generator_cpu": ("the generator's part of a core", "{:.0%}"),
    "host_steal": ("processor time that other virtual machines had", "{:.1%}"),
    "host_load": ("highest load average of a minute", "{:.1f}"),
}
"""The instrument's own metrics of a trial, as coarse as chance leaves them."""


@dataclass(frozen=True)
class Recorded:
    """A run with all that a comparison takes from it."""

    run: Run
    trials: Trials
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One circumstance of both runs; a text is empty where that run has none."""

    group: str
    name: str
    base: str
    new: str

    @property
    def differs(self) -> bool:
        """Whether it could explain something."""
        return self.base != self.new


def facts(base: Recorded, new: Recorded) -> tuple[Fact, ...]:
    """Both runs side by side, each group in one place."""
    mine, others = (_by_name(_lines(each)) for each in (base, new))
    names = dict.fromkeys([*mine, *others])
    groups = list(dict.fromkeys(group for group, _ in names))
    ordered = sorted(names, key=lambda name: groups.index(name[0]))
    return tuple(Fact(*name, mine.get(name, ""), others.get(name, "")) for name in ordered)


def _by_name(lines: Iterable[Line]) -> dict[tuple[str, str], str]:
    """All that is said under one name, in one text."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for group, name, said in lines:
        found.setdefault((group, name), {})[said] = None
    return {name: "; ".join(sorted(said)) for name, said in found.items()}


def _lines(of: Recorded) -> Iterator[Line]:
    yield from _suite(of.run)
    for name, value in of.run.environment.items():
        yield "Machine and measuring software", name, value
    for preflight in of.run.preflights:
        yield from _site(preflight)
    yield from _asked(of.run)
    yield from _load(of.run)
    yield from _strain(of.trials)
    yield from _calibration(of)


def _suite(run: Run) -> Iterator[Line]:
    yield "Suite", "name", run.suite
    yield "Suite", "repeats", str(run.repeats)
    yield "Suite", "provider", run.provider
    yield "Suite", "times that it was resumed", str(len(run.resumed))
    for trial in run.planned:
        if trial.parameters and not trial.swept.startswith("parameters."):
            said = ", ".join(f"{key} {value}" for key, value in sorted(trial.parameters.items()))
            yield "Suite", f"parameters of {trial.scenario}", said


def _site(found: Preflight) -> Iterator[Line]:
    """A target as it was found, and its settings as they were read back with each profile."""
    roles = Counter(node.role for node in found.nodes)
    yield found.target, "nodes", ", ".join(f"{roles[role]} {role}" for role in sorted(roles))
    yield found.target, "how requests come in", found.exposure
    for fallback in found.fallbacks:
        yield found.target, "fell back", fallback
    for name, version in found.versions.items():
        yield found.target, f"version of {name}", version
    words = (found.target, found.profile, told(found.swept, found.point))
    for name, value in found.settings.items():
        yield f"Settings read from {', '.join(filter(None, words))}", name, value


def _asked(run: Run) -> Iterator[Line]:
    """The settings that each profile had; apart from a sweep's, whose points are cases."""
    for trial in run.planned:
        for field in fields(Settings):
            value = getattr(trial.settings, field.name)
            if value is not None and trial.swept != f"settings.{field.name}":
                yield f"Settings asked for, {trial.profile}", field.name, str(value)


def _load(run: Run) -> Iterator[Line]:
    for trial in run.planned:
        if not trial.swept.startswith("load."):
            for name, say in LOAD.items():
                yield "Load", name, say(trial.load)


def _strain(trials: Trials) -> Iterator[Line]:
    """What trials did to the machine: the median of all that are valid."""
    for metric, (name, form) in STRAIN.items():
        values = [
            each.value.value
            for held in trials.values()
            for each in held.readings
            if each.metric == metric and each.value
        ]
        if values:
            yield "While it ran (medians)", name, form.format(median(values))


def _calibration(of: Recorded) -> Iterator[Line]:
    found = of.certificate
    if found is None:
        yield "Calibration", "result", "none was made"
        return
    bad = sum(cell.verdict != "ok" for cell in found.cells)
    whole = f"{len(found.cells)} kinds of outage and rates"
    yield "Calibration", "result", f"{bad} of {whole} not within the limit" if bad else "good"
    if found.cells:
        p99_s = max(cell.p99_s for cell in found.cells)
        yield "Calibration", "largest p99 of the error", f"{p99_s * 1e3:.0f} ms"
    now = of.run.environment
    other = sorted(key for key, value in found.environment.items() if now.get(key) != value)
    yield "Calibration", "made otherwise than the run", ", ".join(other) or "in nothing"
