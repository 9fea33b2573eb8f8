"""Where everything of the lab is: names, addresses, folders. No I/O.

Addresses are from 198.18.0.0/15, set aside by RFC 2544 for benchmarks: no LAN or VPN uses them.

    198.18.0.0/24    the lab's bridge: .2 registry, .11… Swarm nodes, .21… Kubernetes nodes,
                     .31… Swarm nodes with a kernel of their own
    198.18.1.0/30    between such a kernel and the container it runs in, seen by no one else
    198.19.0.0/18    pods, one /24 a node
    198.19.64.0/18   Kubernetes services
    198.19.128.0/18  Swarm's overlay networks
    198.19.192.0/18  the bridges of the engines in the Swarm nodes
"""

from dataclasses import dataclass
from pathlib import Path

from seatrial.harness import state as user

NETWORK = "seatrial-lab"
SUBNET = "198.18.0.0/24"
GATEWAY = "198.18.0.1"
REGISTRY_NAME = "seatrial-lab-registry"
REGISTRY_ADDRESS = "198.18.0.2"
REGISTRY = f"{REGISTRY_ADDRESS}:5000"
POD_SUBNET = "198.19.0.0/18"
SERVICE_SUBNET = "198.19.64.0/18"
OVERLAY_POOL = "198.19.128.0/18"
BRIDGE_POOL = "198.19.192.0/18"

LABEL = "seatrial.lab"
"""Everything of the lab on the host's engine carries this label."""

KUBERNETES_VERSION = "v1.34.4"
KINDS = ("swarm", "k8s")
"""What is compared: the labs that are meant where none is named."""

MESH = "mesh"
"""A Swarm in kernels that have IPVS, for its routing mesh. Slow: for tests, never for times."""

SIZES = {"swarm": 3, "k8s": 3, MESH: 3}
FIRST_ADDRESS = {"swarm": 11, "k8s": 21, MESH: 31}
MOST_NODES = 9


@dataclass(frozen=True, slots=True)
class Node:
    """One node container of a lab; the first of a lab is its manager or control plane."""

    kind: str
    index: int

    @property
    def name(self) -> str:
        """Its host name and its container's name: swarm-1, k8s-1."""
        return f"{self.kind}-{self.index}"

    @property
    def container(self) -> str:
        """The container's name on the host's engine."""
        return f"seatrial-{self.name}"

    @property
    def address(self) -> str:
        """Its fixed address: a node that comes back under another is another node."""
        return f"198.18.0.{FIRST_ADDRESS[self.kind] + self.index - 1}"

    @property
    def folder(self) -> Path:
        """A folder of the host that the node sees as /run/seatrial."""
        return state() / self.kind / self.name


def nodes(kind: str, count: int) -> tuple[Node, ...]:
    """The nodes of a lab of that size."""
    return tuple(Node(kind, index) for index in range(1, count + 1))


def state() -> Path:
    """The lab's private folder of this user."""
    return user.state() / "lab"


def swarm_socket(kind: str = "swarm") -> str:
    """What a Swarm client of that lab dials."""
    return f"unix://{nodes(kind, 1)[0].folder / 'docker.sock'}"


def kubeconfig() -> Path:
    """The administrator's kubeconfig of the Kubernetes lab."""
    return state() / "k8s" / "admin.conf"
