"""How a run was measured, in words and pairs. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from seatrial.harness.certificate import Cell, Certificate, Pace
from seatrial.harness.model import Node, Preflight
from seatrial.harness.point import told, written
from seatrial.harness.profile import PROFILES
from seatrial.harness.record import LoadPlan, Run, Stream
from seatrial.reports import numbers
from seatrial.reports.looks import Look, listed, look, ordered, spoken
from seatrial.reports.resumptions import resumptions

Pairs = tuple[tuple[str, str], ...]
STREAMS = {
    Stream.FRESH: "a new connection for every request",
    Stream.KEPT: "connections kept open",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A target as it was found before the first trial."""

    look: Look
    exposure: str
    fallbacks: tuple[str, ...]
    notes: tuple[str, ...]
    versions: Pairs
    nodes: tuple[Node, ...]
    settings: tuple[tuple[str, Pairs], ...]  # by profile


@dataclass(frozen=True, slots=True)
class Load:
    """One load plan; its title says what it was for."""

    title: str
    facts: Pairs


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where and how a run took place."""

    sites: tuple[Site, ...]
    environment: Pairs
    loads: tuple[Load, ...]
    plan: Pairs
    command: str
    calibration: "Calibration | None"  # None when the machine had not been calibrated


@dataclass(frozen=True, slots=True)
class Calibration:
    """The machine's own error on outages of known length, a row for each kind and rate."""

    facts: Pairs
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def conditions(run: Run, certificate: Certificate | None = None) -> Conditions:
    """Read the conditions off a run's head."""
    found: dict[str, list[Preflight]] = defaultdict(list)
    for preflight in run.preflights:
        found[preflight.target].append(preflight)
    return Conditions(
        sites=tuple(_site(found[target], run) for target in ordered(found)),
        environment=_pairs(run.environment),
        loads=tuple(_loads(run)),
        plan=(
            ("Run", run.name),
            ("Suite", run.suite),
            ("Repeats", str(run.repeats)),
            ("Seed of the order", str(run.seed)),
            *_changed(run),
            *_swept(run),
            *resumptions(run),
        ),
        command=run.command,
        calibration=_calibration(run, certificate) if certificate else None,
    )


def _calibration(run: Run, found: Certificate) -> Calibration:
    made = datetime.fromtimestamp(found.created_wall_ns / 1e9, UTC)
    return Calibration(
        facts=(
            ("Made", f"{made:%Y-%m-%d %H:%M} UTC"),
            ("Outages of known length", str(found.outages)),
            ("Result", _result(found)),
            *_elsewhere(run, found),
            *((f"Load at {p.rate_per_s:g} req/s", _pace(p)) for p in found.paces),
        ),
        heads=("Kind", "req/s", "Measure", "Outages", "Bias", "p99", "Limit", "Within"),
        rows=tuple(map(_row, found.cells)),
    )


def _result(found: Certificate) -> str:
    bad = sum(cell.verdict != "ok" for cell in found.cells)
    whole = f"{len(found.cells)} pairs of kind and rate"
    return f"{bad} of {whole} not within the limit" if bad else f"all {whole} within the limit"


def _elsewhere(run: Run, found: Certificate) -> Iterator[tuple[str, str]]:
    """What has changed since then, so that it may not hold for this run."""
    now = run.environment
    other = [name for name in sorted(found.environment) if found.environment[name] != now.get(name)]
    if other:
        yield "Otherwise than in this run", listed(other)


def _pace(pace: Pace) -> str:
    lag = numbers.quantity(pace.lag_p99_ms, "ms")
    return f"dispatch lag p99 {lag}, generator {pace.generator_cpu:.0%} of a core"


def _row(cell: Cell) -> tuple[str, ...]:
    times = (_ms(value) for value in (cell.bias_s, cell.p99_s, cell.limit_s))
    count = f"{cell.outages} of {cell.outages + cell.left_out}" if cell.left_out else cell.outages
    within = {"ok": "yes", "over": "no", "busy": "not known: the machine was busy"}[cell.verdict]
    kind, metric = spoken(cell.kind), spoken(cell.metric)
    return (kind, f"{cell.rate_per_s:g}", metric, str(count), *times, within)


def _ms(seconds: float) -> str:
    return numbers.held(f"{seconds * 1000 + 0.0:.1f} ms")


def _changed(run: Run) -> Iterator[tuple[str, str]]:
    """What a suite set otherwise than the profile of that name has it, apart from its sweeps."""
    found: dict[tuple[str, str], None] = {}
    for trial in run.planned:
        usual = asdict(PROFILES.get(trial.profile, trial.settings))
        usual.pop(trial.swept.removeprefix("settings."), None)
        settings = asdict(trial.settings)
        other = ", ".join(f"{key} {settings[key]}" for key in usual if settings[key] != usual[key])
        if other:
            found[f"Not as in {trial.profile}", other] = None
    yield from sorted(found)


def _swept(run: Run) -> Iterator[tuple[str, str]]:
    """Each setting that a suite swept: its points, and of which scenarios."""
    for swept in sorted({trial.swept for trial in run.planned} - {""}):
        trials = [trial for trial in run.planned if trial.swept == swept]
        points = listed(written(point) for point in sorted({t.point for t in trials}))
        names = listed(spoken(name) for name in sorted({t.scenario for t in trials}))
        yield f"Swept: {swept}", f"{points}, in {names}"


def _site(preflights: Sequence[Preflight], run: Run) -> Site:
    preflight = preflights[0]
    return Site(
        look=look(preflight.target),
        exposure=preflight.exposure,
        fallbacks=preflight.fallbacks,
        notes=run.notes.get(preflight.target, ()),
        versions=_pairs(preflight.versions),
        nodes=preflight.nodes,
        settings=tuple(_settings(preflights)),
    )


def _settings(preflights: Sequence[Preflight]) -> Iterator[tuple[str, Pairs]]:
    """All settings of each profile as it was first seen, and what was another at other points."""
    first: dict[str, Preflight] = {}
    for found in preflights:
        usual = first.setdefault(found.profile, found)
        point = told(found.swept, found.point)
        words = f"{found.profile}, {point}" if point else found.profile
        other = dict(found.settings.items() - usual.settings.items())
        if found is usual or other:
            yield words, _pairs(found.settings if found is usual else other)


def _loads(run: Run) -> Iterator[Load]:
    users: dict[LoadPlan, set[str]] = defaultdict(set)
    for trial in run.planned:
        point = told(trial.swept, trial.point) if trial.swept.startswith("load.") else ""
        users[trial.load].add(f"{spoken(trial.scenario)} {point}".rstrip())
    for load, names in sorted(users.items(), key=lambda pair: sorted(pair[1])):
        whose = listed(sorted(names)) if len(users) > 1 else "every trial"
        yield Load(f"Load of {whose}", tuple(_facts(load)))


def _facts(load: LoadPlan) -> Iterator[tuple[str, str]]:
    yield "Rate", f"{numbers.held(f'{load.rate_per_s:g} req/s')}, open loop, all streams together"
    yield "Streams", listed(STREAMS[stream] for stream in load.streams)
    if Stream.KEPT in load.streams:
        yield "Kept connections", str(load.kept_connections)
    deadline = numbers.held(f"{load.deadline_s:g} s")
    yield "Deadline", f"{deadline} after the intended send time; a later reply counts as failed"
    intervals = (f"{s.value} {load.interval_ns(s) / 1e6:.3g} ms" for s in load.streams)
    yield "Probe interval", listed([numbers.held(interval) for interval in intervals])


def _pairs(mapping: Mapping[str, str]) -> Pairs:
    return tuple(sorted(mapping.items()))
