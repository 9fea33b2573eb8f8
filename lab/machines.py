"""Hands on a lab's nodes, as trials have them (seatrial.harness.target.Machines)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from docker.models.containers import Container

from seatrial.harness.errors import EnvironmentUnfitError, TargetError
from seatrial.lab import engine, layout
from seatrial.lab.layout import Node
from seatrial.lab.nodes import Fleet

# At the wire's two ends: before any rule of the orchestrators, after any translation of theirs.
CUT = """
iptables -w -t raw -I PREROUTING -i eth0 ! -s "$1" -j DROP &&
iptables -w -t mangle -I POSTROUTING -o eth0 ! -d "$1" -j DROP
"""
JOIN = """
while iptables -w -t raw -D PREROUTING -i eth0 ! -s "$1" -j DROP; do :; done 2> /dev/null
while iptables -w -t mangle -D POSTROUTING -o eth0 ! -d "$1" -j DROP; do :; done 2> /dev/null
"""

# What a trial breaks it mends; one that was killed could not.
MEND = f"""
{JOIN}
rm -f /run/halted-*
cd /etc/kubernetes 2> /dev/null || exit 0
[ ! -e halted.yaml ] || mv halted.yaml manifests/kube-apiserver.yaml
"""


def mend(fleet: Fleet) -> None:
    """Undo partitions and halted control planes that a killed run left."""
    for node in fleet.nodes:
        fleet.run(node.name, ["sh", "-c", MEND, "sh", layout.GATEWAY])


@dataclass(frozen=True)
class LabMachines:
    """The node containers of one lab; `ready` waits until its orchestrator has them all."""

    fleet: Fleet
    ready: Callable[[Fleet], None]

    def run(self, node: str, command: Sequence[str]) -> str:
        """Run a command on the node."""
        return self.fleet.run(node, command)

    def forget(self, port: int) -> None:
        """Drop the nodes' memory of connections to that port."""
        # 1 means that there was nothing to drop
        script = f"conntrack -D -p tcp --orig-port-dst {port} > /dev/null; [ $? -le 1 ]"
        for node in self.fleet.nodes:
            self.run(node.name, ["sh", "-c", script])

    def stop(self, node: str) -> None:
        """Kill the node container and all in it."""
        with _touching(node):
            self._container(node).kill()

    def freeze(self, node: str) -> None:
        """Stop the clock of all in the node container."""
        with _touching(node):
            self._container(node).pause()

    def partition(self, node: str) -> None:
        """Let only this machine reach the node, which is where load comes from."""
        self.run(node, ["sh", "-c", CUT, "sh", layout.GATEWAY])

    def restore(self, node: str) -> None:
        """Start, thaw or connect the node."""
        with _touching(node):
            self.fleet.wake(self._node(node))
        self.run(node, ["sh", "-c", JOIN, "sh", layout.GATEWAY])

    def settle(self) -> None:
        """Wait until all nodes are members again."""
        self.ready(self.fleet)

    def _node(self, name: str) -> Node:
        return next(node for node in self.fleet.nodes if node.name == name)

    def _container(self, node: str) -> Container:
        return self.fleet.host.client.containers.get(self._node(node).container)


@contextmanager
def _touching(node: str) -> Iterator[None]:
    """Within a trial, a node that cannot be touched is the target's failure."""
    try:
        with engine.errors(f"Touching {node}"):
            yield
    except EnvironmentUnfitError as error:
        raise TargetError(str(error)) from error
