"""What only hands on the nodes can do or see: processes, their runtime, static pods' files."""

from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.harness.errors import TargetError
from seatrial.harness.target import Machines

CTR = ("ctr", "-n", "k8s.io")


@dataclass(frozen=True)
class Hands:
    """Access to the nodes, where there is any."""

    machines: Machines | None

    def run(self, node: str, command: Sequence[str]) -> str:
        """Run a command on the node; what it said."""
        if self.machines is None:
            raise TargetError(
                "This needs a hand on the cluster's nodes, and this connection has none: "
                "use the lab, which has."
            )
        return self.machines.run(node, command)

    def script(self, node: str, script: str, *arguments: str) -> str:
        """Run a shell script on the node; what it said."""
        return self.run(node, ["sh", "-c", script, "sh", *arguments])

    def ctr(self, node: str, *arguments: str) -> str:
        """Ask the node's container runtime, of which the API knows only by the kubelet."""
        return self.run(node, [*CTR, *arguments])
