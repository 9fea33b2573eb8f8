"""Node failure: one of the machines that run frontends is lost, and comes back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Protocol

from seatrial.harness.capability import NodeControl
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import bad_requests
from seatrial.harness.model import Replica
from seatrial.harness.record import Event, Metric, Trial
from seatrial.harness.scenario import Better, Context, Floors, Setup, Units
from seatrial.harness.target import Deployment, Machines
from seatrial.harness.timeline import act, during, note, ready_at, seen, span
from seatrial.harness.workload import BACKEND, FRONTEND

ELSEWHERE = "redundancy restored"
READY = "node ready again"
SETTLED = "as many ready as wanted"
DUPLICATES = "duplicates"
RETURN_S = 120.0
SILENT = {
    "noticed": ("node_noticed",),
    "redundancy_restored": ("node_noticed", "node_replaced"),
}
"""What a node that says nothing any more costs at least."""


class Cluster(Deployment, NodeControl, Protocol):
    """A deployment that knows its nodes."""


@dataclass(frozen=True)
class NodeFailure:
    """Two clocks: until users are served again, and until as many frontends run elsewhere."""

    name: ClassVar[str] = "node_failure"
    title: ClassVar[str] = "Lose a node: a worker with a frontend is gone, and returns"
    variants: ClassVar[tuple[str, ...]] = ("stop", "freeze", "partition", "drain")
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "noticed": "From the fault until the orchestrator told of a frontend that it is not well.",
        "redundancy_restored": "From the fault until all frontends were ready on other nodes.",
        "duplicates": "Frontends more than asked for while the cut-off node still ran its own.",
        "return_ready": "From the node's return until the orchestrator called it ready.",
        "return_failed": "Requests without a correct reply in time after the node's return.",
        "rebalanced": "Frontends that were on the returned node at the end: 0 if nothing moved.",
    }
    units: ClassVar[Units] = {
        **UNITS,
        "duplicates": "replicas",
        "return_failed": "req",
        "rebalanced": "replicas",
    }
    better: ClassVar[Better] = {
        "outage": "lower",
        "failed": "lower",
        "redundancy_restored": "lower",
    }
    floors: ClassVar[Floors] = {
        "stop": SILENT,
        "freeze": SILENT,
        "partition": SILENT,
        "drain": {"redundancy_restored": ("drain_replaced",)},
    }
    needs: ClassVar[tuple[type, ...]] = (NodeControl, Machines)
    variant: str = "stop"
    restore_s: float = 420.0  # Kubernetes' own defaults take 355
    hold_s: float = 10.0

    def setup(self) -> Setup:
        """The app, served and steady; the backend is watched to be left alone."""
        return Setup(
            followed=(FRONTEND, BACKEND),
            lasts_s=10.0 + 2 * self.hold_s,
            waits=self.floors[self.variant]["redundancy_restored"],
        )

    def act(self, deployment: Deployment, context: Context) -> None:
        """Lose the node, wait until its work is done elsewhere, and have it return."""
        if not isinstance(deployment, NodeControl):
            raise TargetError("This adapter knows nothing of the orchestrator's nodes.")
        node = victim(deployment, context)
        with self._away(deployment, context, node):
            context.wait(ELSEWHERE, lambda: _restored(context, node), self.restore_s)
            if self.variant == "partition":
                _count(deployment, context, node)
            context.hold(self.hold_s)
        context.wait(READY, lambda: _ready(deployment, node), RETURN_S)
        context.wait(SETTLED, lambda: len(context.ready(FRONTEND)) == _wanted(context), RETURN_S)
        context.hold(self.hold_s)

    @contextmanager
    def _away(self, cluster: NodeControl, context: Context, node: str) -> Iterator[None]:
        """Lost meanwhile, and back whatever happens: nothing else would end a drain."""
        try:
            with context.acting(self.variant, node):
                self._lose(cluster, context.machines, node)
            yield
        finally:
            with context.acting("restore", node):
                self._return(cluster, context.machines, node)

    def _lose(self, cluster: NodeControl, machines: Machines, node: str) -> None:
        verbs = {
            "stop": machines.stop,
            "freeze": machines.freeze,
            "partition": machines.partition,
            "drain": cluster.drain,
        }
        verbs[self.variant](node)

    def _return(self, cluster: NodeControl, machines: Machines, node: str) -> None:
        (cluster.activate if self.variant == "drain" else machines.restore)(node)

    def measure(self, trial: Trial) -> list[Metric]:
        """The loss up to the return, and the return."""
        fault = act(trial, self.variant)
        if fault is None:
            return []
        back = act(trial, "restore")
        lost = during(trial.samples, fault.at_ns, back.at_ns if back else None)
        return [
            *self._orchestrator(trial, fault),
            *disruption(lost, trial.spec.load),
            *_duplicates(trial),
            *(_returned(trial, back) if back else []),
        ]

    def _orchestrator(self, trial: Trial, fault: Event) -> list[Metric]:
        signs = [e for e in seen(trial, fault.at_ns) if e.detail.get("node") == fault.subject]
        never = f"not within {self.restore_s:.0f} s"
        return [
            span("noticed", fault.at_ns, next(iter(signs), None), "it gave no sign of it"),
            span("redundancy_restored", fault.at_ns, elsewhere(trial, fault), never),
        ]


def victim(cluster: Cluster, context: Context) -> str:
    """A worker with a frontend, by which no load comes in and where the backend is not."""
    first, *others = cluster.nodes()
    spared = {first.name, *_places(context.ready(BACKEND))}
    fit = _places(context.ready(FRONTEND)) - spared
    named = [node.name for node in others if node.name in fit]
    if not named:
        raise TargetError(
            "No node has a frontend but the first one and the backend's: there is none to lose."
        )
    return min(named)


def _places(replicas: list[Replica]) -> set[str]:
    return {replica.node for replica in replicas}


def _wanted(context: Context) -> int:
    return context.workload.service(FRONTEND).replicas


def _restored(context: Context, lost: str) -> bool:
    others = [replica for replica in context.ready(FRONTEND) if replica.node != lost]
    return len(others) >= _wanted(context)


def _ready(cluster: NodeControl, name: str) -> bool:
    return any(node.name == name and node.ready for node in cluster.nodes())


def _count(cluster: NodeControl, context: Context, lost: str) -> None:
    """Note what runs on both sides of the cut."""
    there = cluster.running(lost, FRONTEND)
    others = sum(replica.node != lost for replica in context.ready(FRONTEND))
    context.note(DUPLICATES, lost, there=there, elsewhere=others, wanted=_wanted(context))


def elsewhere(trial: Trial, fault: Event) -> Event | None:
    """The first event after the fault from which on all were ready on other nodes."""
    wanted = trial.workload.service(FRONTEND).replicas
    rises = (e for e in seen(trial, fault.at_ns) if e.kind == "ready")
    return next((e for e in rises if len(_off(trial, e.at_ns, fault.subject)) >= wanted), None)


def _off(trial: Trial, at_ns: int, node: str) -> list[Event]:
    return [e for e in ready_at(trial, at_ns) if e.detail.get("node") != node]


def _duplicates(trial: Trial) -> list[Metric]:
    noted = trial.event(DUPLICATES)
    if noted is None:
        return []
    there, others, wanted = (int(str(noted.detail[k])) for k in ("there", "elsewhere", "wanted"))
    return [Metric(DUPLICATES, "replicas", max(0, there + others - wanted))]


def _returned(trial: Trial, back: Event) -> list[Metric]:
    bad = bad_requests(during(trial.samples, back.at_ns), trial.spec.load)
    ended_ns = trial.events[-1].at_ns
    there = len(ready_at(trial, ended_ns)) - len(_off(trial, ended_ns, back.subject))
    never = f"not within {RETURN_S:.0f} s"
    return [
        span("return_ready", back.at_ns, note(trial, "converged", READY, back.at_ns), never),
        Metric("return_failed", "req", int(bad.sum())),
        Metric("rebalanced", "replicas", there),
    ]
