"""The Swarm adapter holds to the contract on the real engine of the lab."""

from collections.abc import Iterator

import pytest

from seatrial.harness.contract import TargetContract
from seatrial.harness.target import Connection
from seatrial.lab.provider import LabProvider
from seatrial.targets.swarm.target import SwarmTarget


@pytest.mark.lab
@pytest.mark.timeout(300)
class TestSwarmTarget(TargetContract):
    adapter = SwarmTarget

    @pytest.fixture(scope="class")
    @classmethod
    def connection(cls) -> Iterator[Connection]:
        with LabProvider().provide("swarm") as connection:
            yield connection
