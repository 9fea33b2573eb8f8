"""The Kubernetes adapter on the real lab."""

import time
from collections import Counter
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from seatrial.harness.contract import TargetContract
from seatrial.harness.contract_ground import ready
from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Observation
from seatrial.harness.target import Connection
from seatrial.harness.workload import BACKEND, FRONTEND
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
        assert time.monotonic() - began < 10  # it waits for no event that does not come
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
        for names in images(target, connection):
            assert f"{connection.registry}/counter:v1" in names
        assert target.clean(None) == []

    def test_discarded_images_are_on_no_node_under_any_name(
        self, target: KubernetesTarget, connection: Connection
    ) -> None:
        counter = f"{connection.registry}/counter"
        target.pull([f"{counter}:v1", f"{counter}:v2"])
        held = images(target, connection)
        target.discard([f"{counter}:v1"])
        for before, after in zip(held, images(target, connection), strict=True):
            assert not [name for name in after if name.startswith(counter)]
            ids = [name for name in before - after if name.startswith("sha256:")]
            assert len(ids) >= 2  # other versions may have been there too
        target.pull([f"{counter}:v1", f"{counter}:v2"])

    def test_a_command_is_run_with_the_environment_of_its_container(
        self, deployment: KubernetesDeployment
    ) -> None:
        replica = next(iter(ready(deployment).values()))
        told = deployment.execute(replica, ["sh", "-c", "echo $HOSTNAME at $REDIS_HOST"])
        assert told == f"{replica.host} at backend\n"
        with pytest.raises(RejectedError, match="no such luck"):
            deployment.execute(replica, ["sh", "-c", "echo no such luck >&2; exit 3"])

    def test_what_runs_is_counted_on_the_nodes(self, deployment: KubernetesDeployment) -> None:
        for service in (FRONTEND, BACKEND):
            placed = Counter(replica.node for replica in deployment.replicas(service))
            for node in deployment.nodes():
                assert deployment.running(node.name, service) == placed[node.name]


def images(target: KubernetesTarget, connection: Connection) -> list[set[str]]:
    """The names of all images, node by node."""
    assert connection.machines is not None
    command = ["ctr", "-n", "k8s.io", "images", "ls", "-q"]
    nodes = target.preflight().nodes
    return [set(connection.machines.run(node.name, command).split()) for node in nodes]


def ids(observation: Observation) -> set[str]:
    return {replica.id for replica in observation.replicas}
