"""The Swarm adapter holds to the contract where the routing mesh is there."""

import json
import urllib.request
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

import pytest

from seatrial.harness.contract import TargetContract
from seatrial.harness.contract_ground import ready, until
from seatrial.harness.model import Endpoint, Settings
from seatrial.harness.target import Connection, Deployment
from seatrial.lab.provider import MeshProvider
from seatrial.targets.swarm.target import SwarmTarget


def served_by(endpoint: Endpoint) -> str:
    """The replica that one new connection came to, "" when there was no page."""
    url = f"http://{endpoint.host}:{endpoint.port}/"
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return str(json.load(reply)["replica"])
    except OSError:
        return ""


@pytest.mark.mesh
@pytest.mark.timeout(900)
class TestSwarmTargetOnTheMesh(TargetContract):
    adapter = SwarmTarget
    patience_s: ClassVar[float] = 240
    settings: ClassVar[Settings] = Settings(probe_period_s=3)
    """A check is a process of its own, which such a kernel is slow to start."""

    @pytest.fixture(scope="class")
    @classmethod
    def connection(cls) -> Iterator[Connection]:
        with MeshProvider().provide("swarm") as connection:
            yield connection

    def test_every_node_spreads_connections_over_the_tasks_of_all(
        self, deployment: Deployment
    ) -> None:
        replicas = ready(deployment).values()
        assert len({replica.node for replica in replicas}) > 1
        wanted = sorted(replica.host for replica in replicas) * 2

        def in_turn(endpoint: Endpoint) -> bool:
            return sorted(served_by(endpoint) for _ in wanted) == sorted(wanted)

        for endpoint in deployment.endpoints():
            assert until(partial(in_turn, endpoint), self.patience_s), endpoint
