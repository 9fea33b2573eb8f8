"""Hands on a target's nodes as a trial has them: what they break, the trial's end restores."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from seatrial.harness.target import Machines


@dataclass(frozen=True)
class Hands:
    """The `Machines` of a connection, and which of them are broken now."""

    machines: Machines
    broken: set[str] = field(default_factory=set)

    def run(self, node: str, command: Sequence[str]) -> str:
        """Run a command on the node."""
        return self.machines.run(node, command)

    def forget(self, port: int) -> None:
        """Have all nodes forget connections to that port."""
        self.machines.forget(port)

    def stop(self, node: str) -> None:
        """End the node at once."""
        self.broken.add(node)
        self.machines.stop(node)

    def freeze(self, node: str) -> None:
        """Stop the node's clock."""
        self.broken.add(node)
        self.machines.freeze(node)

    def partition(self, node: str) -> None:
        """Cut the node off from all others."""
        self.broken.add(node)
        self.machines.partition(node)

    def restore(self, node: str) -> None:
        """Undo whichever it was."""
        self.machines.restore(node)
        self.broken.discard(node)

    def settle(self) -> None:
        """Wait until every node is ready."""
        self.machines.settle()

    def repair(self) -> None:
        """Restore what is broken still, and wait for it: a removal needs its nodes."""
        if not self.broken:
            return
        for node in sorted(self.broken):
            self.restore(node)
        self.settle()
