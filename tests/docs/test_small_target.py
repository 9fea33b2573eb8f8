"""The guide's target holds to what every adapter must hold to."""

import pytest
from examples.small_target import SmallTarget

from seatrial.harness.contract_core import CoreContract
from seatrial.harness.target import Connection


@pytest.fixture(scope="module")
def connection() -> Connection:
    return Connection("small://contract", "registry.test")


class TestSmallTarget(CoreContract):
    adapter = SmallTarget
    patience_s = 10
