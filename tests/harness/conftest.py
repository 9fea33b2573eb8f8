"""The load generator's wire to a server on loopback."""

from collections.abc import Iterator

import pytest
from support.wire import Wire, wired

from seatrial.harness.loopback import LoopbackServer


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(lambda: ("a", "v1")) as server:
        yield server


@pytest.fixture
def wire(server: LoopbackServer) -> Iterator[Wire]:
    with wired(server.port) as wire:
        yield wire
