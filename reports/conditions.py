"""How a run was measured, in words and pairs. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from seatrial.harness.model import Node, Preflight
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


def conditions(run: Run) -> Conditions:
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
            *resumptions(run),
        ),
        command=run.command,
    )


def _changed(run: Run) -> Iterator[tuple[str, str]]:
    """What a suite set otherwise than the profile of that name has it."""
    for profile, settings in sorted({(t.profile, t.settings) for t in run.planned}, key=str):
        usual = asdict(PROFILES.get(profile, settings))
        other = {k: v for k, v in asdict(settings).items() if v != usual[k]}
        if other:
            yield f"Not as in {profile}", ", ".join(f"{k} {v}" for k, v in other.items())


def _site(preflights: Sequence[Preflight], run: Run) -> Site:
    preflight = preflights[0]
    return Site(
        look=look(preflight.target),
        exposure=preflight.exposure,
        fallbacks=preflight.fallbacks,
        notes=run.notes.get(preflight.target, ()),
        versions=_pairs(preflight.versions),
        nodes=preflight.nodes,
        settings=tuple((each.profile, _pairs(each.settings)) for each in preflights),
    )


def _loads(run: Run) -> Iterator[Load]:
    users: dict[LoadPlan, set[str]] = defaultdict(set)
    for trial in run.planned:
        users[trial.load].add(trial.scenario)
    for load, names in sorted(users.items(), key=lambda pair: sorted(pair[1])):
        whose = listed(spoken(name) for name in sorted(names)) if len(users) > 1 else "every trial"
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
