"""FakeTarget holds to the contract that every adapter holds to."""

import pytest

from seatrial.harness.contract import TargetContract
from seatrial.harness.fake import FakeTarget
from seatrial.harness.target import Connection


@pytest.fixture(scope="module")
def connection() -> Connection:
    return Connection("fake://contract", "registry.test")


class TestFakeTarget(TargetContract):
    adapter = FakeTarget
    patience_s = 10
