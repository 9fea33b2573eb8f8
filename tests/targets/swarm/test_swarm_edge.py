"""The edge on request, on a swarm that has its routing mesh."""

import json
from pathlib import Path
from typing import Any

from played import Answer, api

from seatrial.harness.capability import Edge
from seatrial.harness.edge import settings
from seatrial.harness.model import Preflight, Settings
from seatrial.harness.target import Connection
from seatrial.harness.workload import PUBLISHED_PORT, counter
from seatrial.targets.swarm.target import SwarmTarget

NODES = json.loads((Path(__file__).parent / "recorded" / "nodes.json").read_text())
FOUND = Preflight("swarm", {}, (), {"UpdateConfig.Order": "stop-first"}, "mesh", ("no IPVS",))


def empty(path: str) -> Answer:
    """A swarm in which nothing is, and everything may be made."""
    if path.endswith("/create"):
        return 201, {"ID": "made", "Id": "made"}
    if path.endswith("/info"):
        return 200, {"Swarm": {"NodeID": NODES[0]["ID"]}}
    return 200, NODES if path.endswith("/nodes") else []


def launched(tmp_path: Path, *, edge: bool) -> dict[str, Any]:
    """The services that were created, by name."""
    sent: list[tuple[str, Any]] = []
    with api(tmp_path, empty, sent) as address:
        workload = counter("r", "registry", settings=Settings(edge=edge))
        SwarmTarget(Connection(address, "registry")).launch(workload)
    return {body["Name"]: body for path, body in sent if path.endswith("/services/create")}


def test_asked_for_it_takes_the_place_of_the_mesh(tmp_path: Path) -> None:
    made = launched(tmp_path, edge=True)
    assert set(made) == {"r-backend", "r-frontend", "r-frontend-edge"}
    assert made["r-frontend"]["EndpointSpec"] == {"Mode": "dnsrr"}
    edge = made["r-frontend-edge"]
    assert edge["Mode"] == {"Global": {}}
    assert edge["TaskTemplate"]["ContainerSpec"]["Image"] == "registry/edge:1"
    (port,) = edge["EndpointSpec"]["Ports"]
    assert (port["PublishedPort"], port["PublishMode"]) == (PUBLISHED_PORT, "host")


def test_not_asked_for_it_is_not_there(tmp_path: Path) -> None:
    made = launched(tmp_path, edge=False)
    assert set(made) == {"r-backend", "r-frontend"}
    (port,) = made["r-frontend"]["EndpointSpec"]["Ports"]
    assert port["PublishMode"] == "ingress"


def test_what_was_found_says_that_the_edge_is_in_front() -> None:
    target = SwarmTarget(Connection("unix:///none.sock", "registry"))
    edged = target.edged(FOUND)
    assert isinstance(target, Edge)
    assert "HAProxy" in edged.exposure
    assert edged.fallbacks == ()  # it is what was asked for, and took over from nothing
    assert edged.settings == {**FOUND.settings, **settings()}
