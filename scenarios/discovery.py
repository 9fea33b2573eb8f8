"""Discovery: how soon users and the app's own names know of a new replica, or forget one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.errors import RejectedError
from seatrial.harness.metrics import NS_PER_S, bad_requests, good_replies
from seatrial.harness.model import Replica
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import act, during, first_replies, rises_to, seen, span
from seatrial.harness.workload import APP_PORT, FRONTEND

CONVERGE_S = 60.0
NEVER = f"not within {CONVERGE_S:.0f} s"
NAMES = "names"
FILE = "/tmp/names"  # noqa: S108 - in a container of ours, where nobody else writes
LOOK = """
import socket, time
asked, known = time.monotonic_ns(), None
end = asked + {seconds} * 10**9
while asked < end:
    now = time.monotonic_ns()
    try:
        answers = socket.getaddrinfo("{name}", {port}, proto=socket.IPPROTO_TCP)
        found = sorted({{answer[4][0] for answer in answers}})
    except OSError:
        found = []
    if found != known:
        print(asked, time.monotonic_ns(), *found, flush=True)
    asked, known = now, found
    time.sleep(0.02)
"""
"""Runs in a frontend: prints between which moments a name's addresses changed, and to which.

The clock is the host's in every container, so these moments are on the trial's clock.
"""


@dataclass(frozen=True)
class Names:
    """What the service's name stood for from between two moments on."""

    before_ns: int
    at_ns: int
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Discovery:
    """One more or one less; load and a look at the name from inside go on meanwhile."""

    name: ClassVar[str] = "discovery"
    title: ClassVar[str] = "Discover: one frontend is added or removed"
    variants: ClassVar[tuple[str, ...]] = ("add", "remove")
    meanings: ClassVar[Mapping[str, str]] = {
        "ready": "From the request until the orchestrator called the new frontend ready.",
        "served_after_ready": "From its readiness until users got its first page.",
        "named_after_ready": "From its readiness until the service's name stood for it too.",
        "told": "From the request until the orchestrator told that one has to go.",
        "sent_after_told": "From then until the last request that it still answered was sent.",
        "unnamed_after_told": "From then until the service's name did not stand for it any more.",
        "failed": "Requests without a correct reply in time after the request.",
    }
    units: ClassVar[Units] = {"failed": "req"}
    better: ClassVar[Better] = {
        "served_after_ready": "lower",
        "sent_after_told": "lower",
        "failed": "lower",
    }
    needs: ClassVar[tuple[type, ...]] = ()
    variant: str = "add"
    watch_s: int = 60  # for so long at most names are looked at
    hold_s: float = 8.0

    def setup(self) -> Setup:
        """Three to which one is added, or four of which one is removed."""
        return Setup(replicas=3 if self.variant == "add" else 4, lasts_s=5.0 + self.hold_s)

    def act(self, deployment: Deployment, context: Context) -> None:
        """Ask for one more or one less while frontends look up their own name."""
        wanted = context.workload.service(FRONTEND).replicas + (1 if self.variant == "add" else -1)
        lookers = self._look(deployment, context)
        with context.acting(self.variant, FRONTEND):
            deployment.scale(FRONTEND, wanted)
        context.wait(self.variant, lambda: len(context.ready(FRONTEND)) == wanted, CONVERGE_S)
        context.hold(self.hold_s)
        left = {replica.id for replica in context.ready(FRONTEND)}
        _tell(deployment, context, [looker for looker in lookers if looker.id in left])

    def _look(self, deployment: Deployment, context: Context) -> list[Replica]:
        """Those that look from now on: all that can, for nobody knows which one is to go."""
        code = LOOK.format(seconds=self.watch_s, name=FRONTEND, port=APP_PORT)
        script = ("sh", "-c", f'python3 -c "$1" > {FILE} 2>&1 &', "sh", code)
        found = context.ready(FRONTEND)
        return [each for each in found if inside(deployment, context, each, script) is not None]

    def measure(self, trial: Trial) -> list[Metric]:
        """The lag on the way in and inside."""
        request = act(trial, self.variant)
        if request is None:
            return []
        bad = bad_requests(during(trial.samples, request.at_ns), trial.spec.load)
        fold = _added if self.variant == "add" else _removed
        return [*fold(trial, request), Metric("failed", "req", int(bad.sum()))]


def _tell(deployment: Deployment, context: Context, lookers: Sequence[Replica]) -> None:
    """Have one of them tell what it saw."""
    said = inside(deployment, context, lookers[0], ("cat", FILE)) if lookers else None
    if said is not None:
        context.note(NAMES, lookers[0].host, said=said)


def inside(
    deployment: Deployment, context: Context, replica: Replica, command: Sequence[str]
) -> str | None:
    """What the command said inside the replica; None, on record, when it cannot be run there."""
    if not isinstance(deployment, ReplicaFaults):
        return None
    try:
        return deployment.execute(replica, command)
    except RejectedError as error:
        context.note("unseen", replica.host, said=str(error))
        return None


def _added(trial: Trial, request: Event) -> list[Metric]:
    start, few = request.at_ns, trial.workload.service(FRONTEND).replicas
    ready = rises_to(trial, few + 1, start)
    new = {str(e.detail.get("host")) for e in seen(trial, start) if e.kind == "appeared"}
    replies = first_replies(trial.samples, start)
    served = min((at for host, at in replies.items() if host in new), default=None)
    named = next((n for n in names(trial, start) if len(n.addresses) > few), None)
    return [
        span("ready", start, ready, NEVER),
        lag("served_after_ready", ready, served, "it served no page"),
        name_lag("named_after_ready", ready, named, trial),
    ]


def _removed(trial: Trial, request: Event) -> list[Metric]:
    start, many = request.at_ns, trial.workload.service(FRONTEND).replicas
    told = next((e for e in seen(trial, start) if e.kind in ("unready", "gone")), None)
    host = str(told.detail.get("host")) if told else ""
    samples = trial.samples
    sent = samples["sent_ns"][(samples["replica"] == host) & good_replies(samples)]
    last = int(sent.max()) if len(sent) else None
    unnamed = next((n for n in names(trial, start) if 0 < len(n.addresses) < many), None)
    return [
        span("told", start, told, NEVER),
        lag("sent_after_told", told, last, "it had served no page"),
        name_lag("unnamed_after_told", told, unnamed, trial),
    ]


def lag(name: str, since: Event | None, at_ns: int | None, reason: str) -> Metric:
    """Seconds from an event to a moment; below zero when the event was told after it."""
    if since is None or at_ns is None:
        return Metric(name, "s", None, reason=NEVER if since is None else reason)
    low = (at_ns - since.at_ns) / NS_PER_S
    high = low + since.uncertainty_ns / NS_PER_S
    return Metric(name, "s", (low + high) / 2, low, high)


def name_lag(name: str, since: Event | None, changed: Names | None, trial: Trial) -> Metric:
    """The same to a change of the name's addresses, itself not known better than two looks."""
    if since is None or changed is None:
        return Metric(name, "s", None, reason=NEVER if since is None else unchanged(trial))
    low = (changed.before_ns - since.at_ns) / NS_PER_S
    high = (changed.at_ns - since.at_ns + since.uncertainty_ns) / NS_PER_S
    return Metric(name, "s", (low + high) / 2, low, high)


def unchanged(trial: Trial) -> str:
    """Why the name told of no change."""
    addresses = {n.addresses for n in names(trial, 0)}
    if not addresses:
        return "nobody could look from inside"
    if len(addresses) == 1 and len(next(iter(addresses))) == 1:
        return "the name stands for one virtual address, which never changes"
    return "the name's addresses did not change so"


def names(trial: Trial, after_ns: int) -> list[Names]:
    """What the name stood for, change by change; what was seen to its end before is left out."""
    noted = trial.event(NAMES)
    lines = str(noted.detail.get("said", "")).splitlines() if noted else []
    told = (line.split() for line in lines)
    found = [
        Names(int(asked), int(at), tuple(addresses))
        for asked, at, *addresses in (words for words in told if words[1:] and words[0].isdigit())
    ]
    return [names for names in found if names.at_ns > after_ns]
