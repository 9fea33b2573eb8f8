"""The Kubernetes adapter on the real lab."""

import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from seatrial.harness.contract import TargetContract
from seatrial.harness.model import Observation
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND
from seatrial.lab.provider import LabProvider
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.target import KubernetesTarget

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with LabProvider().provide("k8s") as connection:
        yield connection


class TestKubernetes(TargetContract):
    adapter = KubernetesTarget

    def test_a_watch_tells_how_replicas_come(self, deployment: KubernetesDeployment) -> None:
        stop, told = Event(), list[Observation]()
        follower = Thread(target=lambda: told.extend(deployment.watch(FRONTEND, stop)))
        follower.start()
        time.sleep(0.5)
        deployment.scale(FRONTEND, 5)
        self.settle(deployment, 5)
        stop.set()
        began = time.monotonic()
        follower.join()
        assert time.monotonic() - began < 1
        counts = [sum(replica.ready for replica in seen.replicas) for seen in told]
        assert (counts[0], counts[-1]) == (3, 5)
        assert counts == sorted(counts)
        assert not any(seen.gap for seen in told)
        assert [seen.at_ns for seen in told] == sorted(seen.at_ns for seen in told)
        newcomer = next(r.id for r in told[-1].replicas if r.id not in ids(told[0]))
        states = [r.state for seen in told for r in seen.replicas if r.id == newcomer]
        assert list(dict.fromkeys(states))[-2:] == ["starting", "running"]

    def test_images_are_on_all_nodes_after_a_pull(
        self, target: KubernetesTarget, connection: Connection
    ) -> None:
        target.pull([f"{connection.registry}/counter:v1", f"{connection.registry}/backend:1"])
        assert connection.machines is not None
        for node in target.preflight().nodes:
            names = connection.machines.run(
                node.name, ["ctr", "-n", "k8s.io", "images", "ls", "-q"]
            )
            assert f"{connection.registry}/counter:v1" in names.split()
        assert target.clean(None) == []


def ids(observation: Observation) -> set[str]:
    return {replica.id for replica in observation.replicas}
