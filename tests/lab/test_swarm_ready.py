"""Waiting for a swarm's nodes, by what its manager lists."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from seatrial.lab import layout, swarm
from seatrial.lab.engine import Engine
from seatrial.lab.nodes import Fleet


@dataclass(frozen=True)
class Listed(Fleet):
    """Nodes whose manager answers each time with the next of these states of the second one."""

    states: Iterator[str]

    def run(self, node: str, command: Sequence[str]) -> str:
        del node
        if "ls" not in command:
            return ""
        members = {"swarm-1": "Ready", "swarm-2": next(self.states)}
        return "\n".join(
            json.dumps({"ID": name, "Hostname": name, "Status": status, "Availability": "Active"})
            for name, status in members.items()
        )


def test_a_swarm_is_ready_only_when_all_nodes_are() -> None:
    states = iter(["Down", "Down", "Down", "Down", "Ready", "Ready"])
    swarm.ready(Listed(Engine(cast("Any", None)), layout.nodes("swarm", 2), states))
    assert list(states) == []
