"""Node containers: made alike for both labs, stopped, started, frozen."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import docker
import psutil

from seatrial.harness.errors import EnvironmentUnfitError, TargetError
from seatrial.lab import engine, layout
from seatrial.lab.engine import Engine
from seatrial.lab.layout import Node

NODE_MEMORY_BYTES = 4 << 30
POLL_S = 0.1
WAY_IN = {layout.MESH: ("mesh-run",)}
"""What takes a command to where a node's orchestrator is, where that is not its container."""


def memory_limit_bytes() -> int:
    """Each node's memory: 4 GiB, less on a machine too small for three such nodes."""
    return min(NODE_MEMORY_BYTES, int(psutil.virtual_memory().total * 0.25))


def cores() -> int:
    """Each node's cores: all of the machine, the same for both labs."""
    return psutil.cpu_count() or 1


def wait(what: str, condition: Callable[[], bool], timeout_s: float) -> None:
    """Wait until the condition holds; EnvironmentUnfitError after the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise EnvironmentUnfitError(
                f"The lab waited {timeout_s:.0f} s in vain for {what}. "
                "Run `seatrial lab down` and `seatrial lab up` again."
            )
        time.sleep(POLL_S)


@dataclass(frozen=True)
class Fleet:
    """The node containers of one lab."""

    host: Engine
    nodes: tuple[Node, ...]

    def start(self, image: str) -> tuple[Node, ...]:
        """Bring every node to running; the nodes that had to be made anew."""
        made = [node for node in self.nodes if not self._usable(node, image)]
        rights = engine.rights(self.host.client, image) if made else {}
        for node in made:
            self.host.remove(node.container)
            self._create(node, image, rights)
        for node in self.nodes:
            self.wake(node)
        return tuple(made)

    def _usable(self, node: Node, image: str) -> bool:
        if not self.host.exists(node.container):
            return False
        labels = self.host.client.containers.get(node.container).labels
        peers = labels.get(f"{layout.LABEL}.peers")
        return bool(labels.get(f"{layout.LABEL}.image") == image and peers == self._peers())

    def _peers(self) -> str:
        return " ".join(f"{node.index}={node.address}" for node in self.nodes)

    def _create(self, node: Node, image: str, rights: dict[str, object]) -> None:
        node.folder.mkdir(parents=True, exist_ok=True)
        layout.state().chmod(0o700)
        engine.create(
            self.host.client,
            name=node.container,
            image=image,
            command=["node-entry"],
            address=node.address,
            labels={
                layout.LABEL: node.kind,
                f"{layout.LABEL}.node": node.name,
                f"{layout.LABEL}.image": image,
                f"{layout.LABEL}.peers": self._peers(),
            },
            environment={
                "LAB": node.kind,
                "INDEX": str(node.index),
                "ADDRESS": node.address,
                "PEERS": self._peers(),
                "REGISTRY": layout.REGISTRY,
                "SERVICES": layout.SERVICE_SUBNET,
                "POD_PREFIX": layout.POD_SUBNET.rsplit(".", 2)[0],
                "container": "docker",
            },
            binds={
                str(node.folder): {"bind": "/run/seatrial", "mode": "rw"},
                "/lib/modules": {"bind": "/lib/modules", "mode": "ro"},
            },
            tmpfs={"/run": "exec", "/tmp": "exec"},  # noqa: S108 - a mount inside the node
            mounts=[docker.types.Mount("/var", None, type="volume")],
            mem_limit=memory_limit_bytes(),
            nano_cpus=cores() * 10**9,
            **rights,
        )

    def wake(self, node: Node) -> None:
        """Start or thaw one node."""
        with engine.errors(f"Starting {node.name}"):
            container = self.host.client.containers.get(node.container)
            if container.status == "paused":
                container.unpause()
            elif container.status != "running":
                container.start()

    def freeze(self) -> None:
        """Stop the clocks of every running node, the manager last."""
        for node in reversed(self.nodes):
            if self.host.status(node.container) == "running":
                with engine.errors(f"Freezing {node.name}"):
                    self.host.client.containers.get(node.container).pause()

    def thaw(self) -> None:
        """Let frozen nodes go on."""
        for node in self.nodes:
            self.wake(node)

    def status(self) -> dict[str, str]:
        """Node name → running, paused, exited, or "" when there is none."""
        return {node.name: self.host.status(node.container) for node in self.nodes}

    def remove(self) -> None:
        """Remove every node and what it stored."""
        for node in self.nodes:
            self.host.remove(node.container)

    def run(self, node: str, command: Sequence[str]) -> str:
        """Run a command on the node of that name (seatrial.harness.target.Machines)."""
        way_in = WAY_IN.get(self.nodes[0].kind, ())
        try:
            return self.host.run(f"seatrial-{node}", [*way_in, *command])
        except EnvironmentUnfitError as error:
            raise TargetError(f"The node {node} cannot be reached: {error}") from error


def existing(host: Engine, kind: str) -> tuple[Node, ...]:
    """The nodes of a lab that are there, whatever size it was made with."""
    found = host.client.containers.list(all=True, filters={"label": f"{layout.LABEL}={kind}"})
    indices = sorted(int(c.labels[f"{layout.LABEL}.node"].rpartition("-")[2]) for c in found)
    return tuple(Node(kind, index) for index in indices)
