"""What the parts of the contract stand on: the app deployed, and waiting with a bound."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from seatrial.harness.model import Replica, Settings, Workload
from seatrial.harness.target import Connection, Deployment, Target
from seatrial.harness.workload import FRONTEND, STOCK, counter

RUN = "contract"
OTHER_RUN = "contract-other"
REPLICAS = 3
POLL_S = 0.1


def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether the condition came to hold within the time.

    Between two looks there is as much time as a look takes: an engine that is slow to answer has
    other things to do than to be asked.
    """
    deadline = time.monotonic() + timeout_s
    began = time.monotonic()
    while not condition():
        now = time.monotonic()
        if now > deadline:
            return False
        time.sleep(max(POLL_S, now - began))
        began = time.monotonic()
    return True


def ready(deployment: Deployment) -> dict[str, Replica]:
    """The frontend's ready replicas by id."""
    return {r.id: r for r in deployment.replicas(FRONTEND) if r.ready}


def answers(deployment: Deployment) -> bool:
    """Whether the published service gives a page."""
    endpoint = deployment.endpoints()[0]
    try:
        url = f"http://{endpoint.host}:{endpoint.port}/"
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)  # noqa: PLR2004 - HTTP's own number
    except OSError:
        return False


def offers(target: Target, deployment: Deployment, capability: type) -> bool:
    """Whether the deployment can; where not, the adapter must say that its orchestrator cannot."""
    name = capability.__name__
    there = isinstance(deployment, capability)
    assert there != (name in target.unsupported), f"NOT_IMPLEMENTED, or both: {name}"
    return there


class ContractGround:
    """Deploys the counter app for each test. What a subclass must give says harness/contract.py."""

    adapter: ClassVar[type[Target]]
    patience_s: ClassVar[float] = 90
    settings: ClassVar[Settings] = STOCK

    @pytest.fixture(scope="class")
    @classmethod
    def target(cls, connection: Connection) -> Iterator[Target]:
        """The adapter, with nothing left of earlier runs before and after."""
        target = cls.adapter(connection)
        target.clean(None)
        yield target
        target.clean(None)

    @pytest.fixture
    def deployment(self, target: Target, workload: Workload) -> Iterator[Deployment]:
        """The counter app with all replicas ready."""
        with target.deploy(workload) as deployment:
            self.settle(deployment, REPLICAS)
            yield deployment

    @pytest.fixture
    def workload(self, connection: Connection) -> Workload:
        """The counter app, three replicas of v1."""
        return counter(RUN, connection.registry, settings=self.settings)

    def settle(self, deployment: Deployment, replicas: int) -> dict[str, Replica]:
        """Wait until exactly that many replicas are there and ready, and the service answers."""

        def settled() -> bool:
            return len(ready(deployment)) == replicas and answers(deployment)

        assert until(settled, self.patience_s), deployment.replicas(FRONTEND)
        return ready(deployment)
