"""Makes a Kubernetes cluster of the nodes, with kubeadm."""

import json
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

from seatrial.harness.errors import TargetError
from seatrial.lab import layout
from seatrial.lab.layout import Node
from seatrial.lab.nodes import Fleet, wait

ADMIN = "/etc/kubernetes/admin.conf"
JOIN_PERIOD = "2h"
EVER = datetime.min.replace(tzinfo=UTC)


def form(fleet: Fleet) -> None:
    """Make all nodes members of one cluster; nothing is done where that is so already."""
    first = fleet.nodes[0]
    for node in fleet.nodes:
        wait(f"containerd of {node.name}", partial(_ok, fleet, node, "ctr", "version"), 60)
    if not _ok(fleet, first, "test", "-s", "/var/lib/kubelet/config.yaml"):
        _init(fleet, first)
    _save_kubeconfig(fleet, first)
    outside = [
        n
        for n in fleet.nodes[1:]
        if not _ok(fleet, n, "test", "-s", "/etc/kubernetes/kubelet.conf")
    ]
    join = (
        _kubeadm(fleet, first, "token", "create", "--ttl", JOIN_PERIOD, "--print-join-command")
        if outside
        else ""
    )
    for node in outside:
        fleet.run(
            node.name, [*join.split(), f"--node-name={node.name}", "--ignore-preflight-errors=all"]
        )
    ready(fleet)


def awake(fleet: Fleet) -> None:
    """Wait until a thawed cluster is itself again: by its old lease a node still looks ready."""
    ready(fleet, since=datetime.now(UTC))


def ready(fleet: Fleet, timeout_s: float = 120, since: datetime = EVER) -> None:
    """Wait until all nodes are ready, by leases renewed after `since`, and cluster DNS answers."""
    first = fleet.nodes[0]
    wait("all Kubernetes nodes to be ready", lambda: _ready(fleet, first, since), timeout_s)
    wait("CoreDNS", lambda: _available(fleet, first, "coredns"), timeout_s)


def _init(fleet: Fleet, first: Node) -> None:
    template = files("seatrial.lab").joinpath("config/kubeadm.yaml").read_text()
    config = template.format(
        address=first.address,
        node=first.name,
        version=layout.KUBERNETES_VERSION,
        repository=f"{layout.REGISTRY}/kubernetes",
        services=layout.SERVICE_SUBNET,
        pods=layout.POD_SUBNET,
    )
    fleet.host.write(first.container, "/etc/kubernetes/kubeadm.yaml", config)
    _kubeadm(fleet, first, "init", "--config", "/etc/kubernetes/kubeadm.yaml", "--skip-token-print")
    addons = files("seatrial.lab").joinpath("config/addons.yaml").read_text()
    addons = addons.format(repository=f"{layout.REGISTRY}/kubernetes")
    fleet.host.write(first.container, "/etc/kubernetes/addons.yaml", addons)
    _kubectl(
        fleet,
        first,
        "apply",
        "--server-side",
        "--force-conflicts",
        "-f",
        "/etc/kubernetes/addons.yaml",
    )


def _save_kubeconfig(fleet: Fleet, first: Node) -> None:
    path = layout.kubeconfig()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(fleet.run(first.name, ["cat", ADMIN]))


def _ok(fleet: Fleet, node: Node, *command: str) -> bool:
    try:
        fleet.run(node.name, command)
    except TargetError:
        return False
    return True


def _kubeadm(fleet: Fleet, node: Node, *arguments: str) -> str:
    return fleet.run(node.name, ["kubeadm", *arguments])


def _kubectl(fleet: Fleet, node: Node, *arguments: str) -> str:
    return fleet.run(
        node.name, ["kubectl", "--kubeconfig", ADMIN, "--request-timeout=10s", *arguments]
    )


def _ready(fleet: Fleet, first: Node, since: datetime) -> bool:
    try:
        listed = _kubectl(
            fleet,
            first,
            "get",
            "nodes,leases.coordination.k8s.io",
            "-o",
            "json",
            "-n",
            "kube-node-lease",
        )
    except TargetError:
        return False
    items = json.loads(listed)["items"]
    for cordoned in (i for i in items if i.get("spec", {}).get("unschedulable")):
        # a trial that was killed may have left it so
        _kubectl(fleet, first, "uncordon", cordoned["metadata"]["name"])
    conditions = [c for item in items for c in item.get("status", {}).get("conditions", [])]
    renewed = [item["spec"]["renewTime"] for item in items if item["kind"] == "Lease"]
    ready = sum(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    fresh = sum(datetime.fromisoformat(at) >= since for at in renewed)
    return bool(min(ready, fresh) >= len(fleet.nodes))


def _available(fleet: Fleet, first: Node, deployment: str) -> bool:
    path = "jsonpath={.status.availableReplicas}"
    try:
        return (
            _kubectl(fleet, first, "-n", "kube-system", "get", "deployment", deployment, "-o", path)
            != ""
        )
    except TargetError:
        return False
