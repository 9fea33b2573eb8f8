"""Makes a swarm of the nodes."""

import json
import time
from functools import partial

from seatrial.harness.errors import TargetError
from seatrial.lab import layout
from seatrial.lab.layout import Node
from seatrial.lab.nodes import Fleet, wait

SETTLE_S = 5.0


def form(fleet: Fleet) -> None:
    """Make all nodes members of one swarm; nothing is done where that is so already."""
    manager = fleet.nodes[0]
    for node in fleet.nodes:
        wait(f"the engine of {node.name}", partial(_answers, fleet, node), 120)
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


def awake(fleet: Fleet) -> None:
    """Wait until a thawed swarm is itself again: the manager first takes the others for lost."""
    ready(fleet, settle_s=SETTLE_S)


def ready(fleet: Fleet, timeout_s: float = 60, *, settle_s: float = 0) -> None:
    """Wait until the manager has seen all nodes ready for settle_s; drop those they replaced."""
    manager = fleet.nodes[0]
    began = time.monotonic()

    def all_ready() -> bool:
        nonlocal began
        if _ready(fleet, manager) < len(fleet.nodes):
            began = time.monotonic()
            _activate(fleet, manager)
            return False
        return time.monotonic() - began >= settle_s

    wait("all Swarm nodes to be ready", all_ready, timeout_s)
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


def _activate(fleet: Fleet, manager: Node) -> None:
    """A trial that was killed may have left a node drained."""
    for member in _members(fleet, manager):
        if member["Availability"] == "Drain":
            _docker(fleet, manager, "node", "update", "--availability", "active", member["ID"])


def _forget_lost(fleet: Fleet, manager: Node) -> None:
    """Drop what a node that was made anew has left: its name is there again, and ready.

    One that is down and has no successor may come back, but would be refused after its removal.
    """
    members = _members(fleet, manager)
    ready = {member["Hostname"] for member in members if member["Status"] == "Ready"}
    for member in members:
        if member["Status"] == "Down" and member["Hostname"] in ready:
            _docker(fleet, manager, "node", "rm", "--force", member["ID"])
