"""Makes a swarm of the nodes."""

import json

from seatrial.harness.errors import TargetError
from seatrial.lab import layout
from seatrial.lab.layout import Node
from seatrial.lab.nodes import Fleet, wait


def form(fleet: Fleet) -> None:
    """Make all nodes members of one swarm; nothing is done where that is so already."""
    manager = fleet.nodes[0]
    for node in fleet.nodes:
        wait(f"the engine of {node.name}", lambda node=node: _answers(fleet, node), 60)
    if _state(fleet, manager) != "active":
        _docker(
            fleet,
            manager,
            "swarm",
            "init",
            "--advertise-addr",
            manager.address,
            "--default-addr-pool",
            layout.OVERLAY_POOL,
        )
    outside = [node for node in fleet.nodes[1:] if _state(fleet, node) != "active"]
    token = (
        _docker(fleet, manager, "swarm", "join-token", "-q", "worker").strip() if outside else ""
    )
    for node in outside:
        _docker(fleet, node, "swarm", "join", "--token", token, f"{manager.address}:2377")
    ready(fleet)


def ready(fleet: Fleet, timeout_s: float = 60) -> None:
    """Wait until the manager sees all nodes ready; drop members that are no more."""
    manager = fleet.nodes[0]
    wait(
        "all Swarm nodes to be ready", lambda: _ready(fleet, manager) >= len(fleet.nodes), timeout_s
    )
    _forget_lost(fleet, manager)


def _docker(fleet: Fleet, node: Node, *arguments: str) -> str:
    return fleet.run(node.name, ["docker", *arguments])


def _answers(fleet: Fleet, node: Node) -> bool:
    try:
        _docker(fleet, node, "version", "--format", "{{.Server.Version}}")
    except TargetError:
        return False
    return True


def _state(fleet: Fleet, node: Node) -> str:
    return _docker(fleet, node, "info", "--format", "{{.Swarm.LocalNodeState}}").strip()


def _members(fleet: Fleet, manager: Node) -> list[dict[str, str]]:
    try:
        lines = _docker(fleet, manager, "node", "ls", "--format", "{{json .}}").splitlines()
    except TargetError:
        return []
    return [json.loads(line) for line in lines]


def _ready(fleet: Fleet, manager: Node) -> int:
    members = _members(fleet, manager)
    return sum(m["Status"] == "Ready" and m["Availability"] == "Active" for m in members)


def _forget_lost(fleet: Fleet, manager: Node) -> None:
    for member in _members(fleet, manager):
        if member["Status"] == "Down":
            _docker(fleet, manager, "node", "rm", "--force", member["ID"])
