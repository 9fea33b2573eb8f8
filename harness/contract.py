"""What every adapter must hold to, as a pytest class to inherit from.

Give it the class attribute `adapter` (the `Target` class) and, in the test module, a module-scoped
fixture `connection` (how to reach the orchestrator). The tests wait for conditions with bounds, so
that a slow engine passes and one that never does what it accepted fails.
"""

import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.model import Change, Replica, Workload
from seatrial.harness.target import Connection, Deployment, Target
from seatrial.harness.workload import FRONTEND, counter

RUN = "contract"
OTHER_RUN = "contract-other"
REPLICAS = 3
POLL_S = 0.1


def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Whether the condition came to hold within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_S)
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


class TargetContract:
    """Inherit, set `adapter`, provide the fixture `connection`."""

    adapter: ClassVar[type[Target]]
    patience_s: ClassVar[float] = 90

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
        return counter(RUN, connection.registry)

    def settle(self, deployment: Deployment, replicas: int) -> dict[str, Replica]:
        """Wait until exactly that many replicas are there and ready, and the service answers."""

        def settled() -> bool:
            return len(ready(deployment)) == replicas and answers(deployment)

        assert until(settled, self.patience_s), deployment.replicas(FRONTEND)
        return ready(deployment)

    def test_preflight_tells_versions_nodes_settings_and_exposure(self, target: Target) -> None:
        """What a report says of a target is read from it."""
        found = target.preflight()
        assert found.target == target.name
        assert found.versions
        assert found.settings
        assert found.exposure
        assert found.nodes
        assert all(node.ready for node in found.nodes)

    def test_a_deployment_serves_and_its_ids_are_stable(self, deployment: Deployment) -> None:
        """The same replicas are told by the same ids, with the host name that replies carry."""
        first, second = ready(deployment), ready(deployment)
        assert first.keys() == second.keys()
        assert len({replica.host for replica in first.values()}) == len(first)

    def test_deploying_again_changes_nothing(
        self, target: Target, deployment: Deployment, workload: Workload
    ) -> None:
        """Deploy is idempotent; leaving the second deployment removes what both are."""
        before = ready(deployment)
        with target.deploy(workload) as again:
            assert ready(again).keys() == before.keys()
        assert target.clean(RUN) == []

    def test_requests_are_accepted_not_awaited(
        self, target: Target, connection: Connection
    ) -> None:
        """Of a version that never gets ready, deploy and scale return all the same."""
        with target.deploy(counter(RUN, connection.registry, version="unready")) as deployment:
            assert not ready(deployment)
            deployment.scale(FRONTEND, 4)
            assert not ready(deployment)

    def test_scale_converges_and_keeps_the_replicas_that_stay(self, deployment: Deployment) -> None:
        """Up adds to those that are there; down leaves some of them."""
        three = self.settle(deployment, REPLICAS)
        deployment.scale(FRONTEND, 5)
        five = self.settle(deployment, 5)
        assert three.keys() < five.keys()
        deployment.scale(FRONTEND, 2)
        assert self.settle(deployment, 2).keys() < five.keys()

    def test_delete_removes_exactly_that_one(self, deployment: Deployment) -> None:
        """One goes, its neighbours stay, a new one comes."""
        before = self.settle(deployment, REPLICAS)
        victim = min(before.values(), key=lambda replica: replica.host)
        deployment.delete(victim)
        assert until(lambda: victim.id not in ready(deployment), self.patience_s)
        after = self.settle(deployment, REPLICAS)
        assert before.keys() - after.keys() == {victim.id}

    def test_a_killed_process_comes_back(self, deployment: Deployment) -> None:
        """In the same replica (one restart more) or in a new one; the others are untouched."""
        assert isinstance(deployment, ReplicaFaults), "NOT_IMPLEMENTED: ReplicaFaults"
        before = self.settle(deployment, REPLICAS)
        victim = min(before.values(), key=lambda replica: replica.host)
        deployment.kill(victim)

        def came_back() -> bool:
            now = ready(deployment)
            same = now.get(victim.id)
            restarted = same is not None and same.restarts > victim.restarts
            return len(now) == len(before) and (same is None or restarted)

        assert until(came_back, self.patience_s), deployment.replicas(FRONTEND)
        others = before.keys() - {victim.id}
        now = ready(deployment)
        assert others <= now.keys()
        assert all(now[other].restarts == before[other].restarts for other in others)

    def test_update_replaces_every_replica(
        self, deployment: Deployment, connection: Connection
    ) -> None:
        """In the end all that is ready runs the new image."""
        image = counter(RUN, connection.registry, version="v2").service(FRONTEND).image
        deployment.update(FRONTEND, Change(image=image))

        def updated() -> bool:
            images = [replica.image for replica in ready(deployment).values()]
            return len(images) == REPLICAS and all(found.startswith(image) for found in images)

        assert until(updated, self.patience_s), deployment.replicas(FRONTEND)

    def test_describe_is_evidence_without_secrets(self, deployment: Deployment) -> None:
        """The orchestrator's own words on the frontend, and no key or token."""
        evidence = deployment.describe()
        assert any(FRONTEND in text for text in evidence.values())
        assert not any("PRIVATE KEY" in text or "SWMTKN" in text for text in evidence.values())

    def test_an_error_inside_still_removes_everything(
        self, target: Target, workload: Workload
    ) -> None:
        """The removal is complete when the context is left, however it is left."""
        with pytest.raises(RuntimeError, match="in the middle"), target.deploy(workload):
            raise RuntimeError("in the middle")
        assert target.clean(RUN) == []

    def test_clean_removes_what_a_crash_left_and_only_of_that_run(
        self, target: Target, connection: Connection, workload: Workload
    ) -> None:
        """A deployment nobody left: another adapter object finds it by its label."""
        target.deploy(workload).__enter__()
        another = type(self).adapter(connection)
        assert another.clean(OTHER_RUN) == []
        assert another.clean(RUN) != []
        assert another.clean(RUN) == []
