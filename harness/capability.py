"""What an adapter may implement besides the core: small protocols, found with isinstance.

Which of the missing ones its orchestrator *cannot* do an adapter says in `Target.unsupported`; any
other missing one is NOT_IMPLEMENTED. Verbs return when the request is accepted; the harness waits.
"""

from collections.abc import Iterator, Mapping, Sequence
from threading import Event as Flag
from typing import ClassVar, Protocol, runtime_checkable

from seatrial.harness.model import (
    Change,
    Delay,
    Node,
    Observation,
    Preflight,
    Progress,
    Replica,
    ScalingPolicy,
    Settings,
)


@runtime_checkable
class Watchable(Protocol):
    """The orchestrator tells of changes by itself; without it the harness polls `replicas`."""

    def watch(self, service: str, stop: Flag) -> Iterator[Observation]:
        """Yield all replicas at once and after every change, until stop is set.

        Takes the time before it decodes. Sets `gap` where something may have been missed.
        """
        ...


@runtime_checkable
class ImageCache(Protocol):
    """A target whose nodes can be told to hold images, so that no trial waits for a pull."""

    def pull(self, images: Sequence[str]) -> None:
        """Have these images on every node; they are there on return."""
        ...

    def discard(self, images: Sequence[str]) -> None:
        """Have no node hold any of these images, nor layers that only they have."""
        ...


@runtime_checkable
class Pulls(Protocol):
    """The orchestrator tells of the images that its nodes fetch."""

    def pulled(self) -> int:
        """How many times a node began to fetch an image for this deployment, so far."""
        ...


@runtime_checkable
class Edge(Protocol):
    """A target that can put the edge (harness/edge.py) before the published service.

    It does for a workload that says so, instead of the orchestrator's own way in.
    """

    def edged(self, found: Preflight) -> Preflight:
        """What preflight found, as it is with the edge in front."""
        ...


@runtime_checkable
class ReplicaFaults(Protocol):
    """Faults of one replica that its orchestrator was not asked for."""

    def kill(self, replica: Replica) -> None:
        """SIGKILL the replica's main process from outside its container."""
        ...

    def execute(self, replica: Replica, command: Sequence[str]) -> str:
        """Run a command inside the replica's container; what it said, RejectedError if it failed.

        A command that ends the container it runs in has not failed.
        """
        ...


@runtime_checkable
class Rollouts(Protocol):
    """The orchestrator's own account of a rollout, and its own way back."""

    def progress(self, service: str) -> Progress:
        """How the service's latest rollout goes, as the orchestrator itself judges it."""
        ...

    def rollback(self, service: str) -> None:
        """Ask for the version before, by the orchestrator's own undo."""
        ...


@runtime_checkable
class Canary(Protocol):
    """One replica of a new version beside the old ones, behind the same way in."""

    def canary(self, service: str, change: Change) -> None:
        """Ask for one replica more, and for exactly one of all to have the change."""
        ...

    def promote(self, service: str) -> None:
        """Ask for the change in all, and for as many replicas as before the canary."""
        ...

    def abort(self, service: str) -> None:
        """Ask for the canary's end, and for as many replicas as before it."""
        ...


@runtime_checkable
class Autoscale(Protocol):
    """Replicas by use of processor, decided by the orchestrator."""

    def autoscale(self, service: str, policy: ScalingPolicy) -> None:
        """Ask for the number of replicas to follow their use of processor."""
        ...


@runtime_checkable
class NodeControl(Protocol):
    """What the orchestrator itself knows and does of its nodes."""

    def nodes(self) -> list[Node]:
        """All members, the one whose API we use first."""
        ...

    def drain(self, node: str) -> None:
        """Ask for the node's replicas to be moved away, and for no new ones there."""
        ...

    def activate(self, node: str) -> None:
        """Let the node have replicas again."""
        ...

    def running(self, node: str, service: str) -> int:
        """How many replicas of the service run there, counted on the node and not by the API."""
        ...


@runtime_checkable
class ControlPlaneFaults(Protocol):
    """Faults of what decides, while what runs is left alone as far as the orchestrator lets it."""

    def halt(self) -> None:
        """End the only manager's or API server's process, and keep it from starting again."""
        ...

    def resume(self) -> None:
        """Let it start again."""
        ...


@runtime_checkable
class Predictable(Protocol):
    """A target that can tell what its settings alone cost."""

    def delays(self, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
        """From the cluster's settings and those that trials are deployed with. No I/O."""
        ...


@runtime_checkable
class Graceful(Protocol):
    """A target that tells how long a replica is given to end where nothing is set."""

    stop_grace_s: ClassVar[float]


@runtime_checkable
class Tunable(Protocol):
    """A target whose cluster-wide settings may be changed, because it is nobody else's."""

    def tune(self, settings: Settings) -> None:
        """Have the cluster-wide ones of these in force (`notice_s`); None means its own default.

        Complete on return. Preflight reads back what it came to.
        """
        ...


@runtime_checkable
class Ignoring(Protocol):
    """A target without a counterpart for some of the settings: there they do nothing."""

    ignored: ClassVar[Mapping[str, str]]
    """Field of `Settings` → what becomes of it."""
