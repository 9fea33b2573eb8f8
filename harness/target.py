"""What an adapter implements. Verbs return when the request is accepted; the harness waits.

This is the core; what else an adapter may offer is in capability.py.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from seatrial.harness.model import (
    Change,
    Endpoint,
    Preflight,
    Replica,
    Workload,
)


@runtime_checkable
class Machines(Protocol):
    """Hands on the machines of a target, where there are such hands (the lab has them).

    A scenario that breaks machines names this protocol among its `needs`.
    """

    def run(self, node: str, command: Sequence[str]) -> str:
        """Run a command on the node, return its standard output; TargetError when it fails."""
        ...

    def forget(self, port: int) -> None:
        """Have all nodes drop what they remember of connections to that port of theirs.

        A node that translates addresses keeps the way of a closed connection for two minutes. A new
        connection from the same port of the client would be sent that way, to a replica of an
        earlier trial that is gone.
        """
        ...

    def stop(self, node: str) -> None:
        """End the node at once, as a cut of its power would: no process of it is told."""
        ...

    def freeze(self, node: str) -> None:
        """Stop the node's clock: its connections stay open, and nothing answers on them."""
        ...

    def partition(self, node: str) -> None:
        """Cut the node off from all others; what runs there goes on, and load still gets in."""
        ...

    def restore(self, node: str) -> None:
        """Undo whichever of these it was; on return the node runs, and joins by itself."""
        ...

    def settle(self) -> None:
        """Wait until the orchestrator calls every node ready; EnvironmentUnfitError after a time.

        Around trials only: in them the harness waits and times.
        """
        ...


@dataclass(frozen=True)
class Connection:
    """How an adapter reaches its orchestrator.

    Attributes:
        address: what the adapter dials: `unix:///…/docker.sock` for Swarm, a kubeconfig's path
            for Kubernetes.
        registry: the prefix of the counter app's images as the nodes pull them, without a slash
            at its end, for example `198.18.0.2:5000`.
        machines: access to the nodes, None where there is none.
        notes: in plain words, what a report must say of this cluster (for example which other
            lab was frozen meanwhile).
        exclusive: nobody else uses this cluster, so what an earlier run left there may be removed.
    """

    address: str
    registry: str
    machines: Machines | None = None
    notes: tuple[str, ...] = ()
    exclusive: bool = False


class Deployment(Protocol):
    """A workload that a target has accepted."""

    def endpoints(self) -> list[Endpoint]:
        """Where the published service answers, the one to load first; known once accepted."""
        ...

    def replicas(self, service: str) -> list[Replica]:
        """All replicas of the service that the orchestrator still tells of, ended ones too."""
        ...

    def scale(self, service: str, replicas: int) -> None:
        """Ask for that many replicas."""
        ...

    def update(self, service: str, change: Change) -> None:
        """Ask for the change to be rolled out to all replicas."""
        ...

    def delete(self, replica: Replica, *, force: bool = False) -> None:
        """Ask for this replica's graceful end; with force for its end at once, without grace."""
        ...

    def describe(self) -> Mapping[str, str]:
        """The orchestrator's own account, as evidence: file name → text. Never secrets."""
        ...


class Target(Protocol):
    """One orchestrator."""

    name: ClassVar[str]
    title: ClassVar[str]  # for people: "Docker Swarm"
    unsupported: ClassVar[Mapping[str, str]]  # protocol's name → why this orchestrator cannot

    def __init__(self, connection: Connection) -> None:
        """No I/O yet."""
        ...

    def preflight(self) -> Preflight:
        """Read versions, nodes and settings; UnreachableError when the API does not answer."""
        ...

    def deploy(self, workload: Workload) -> AbstractContextManager[Deployment]:
        """Ask for the workload; on exit, also after an error, everything of it is removed.

        Deploying the same workload again changes nothing. The removal is complete on return.
        """
        ...

    def clean(self, run: str | None) -> list[str]:
        """Remove everything labelled seatrial.run=<run> (None: of any run), and nothing else.

        Returns what was removed, in the orchestrator's words. Complete on return.
        """
        ...


class Provider(Protocol):
    """Makes targets available, one active at a time. The lab is one."""

    def names(self) -> list[str]:
        """The targets that can be provided now."""
        ...

    def provide(self, target: str) -> AbstractContextManager[Connection]:
        """Make the target active (others down or frozen) and say how to reach it."""
        ...
