"""FakeTarget: a test double that behaves like an orchestrator and serves real HTTP on loopback.

For tests and for people who write adapters; never an orchestrator in a report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from seatrial.harness.clock import now_ns
from seatrial.harness.errors import RejectedError
from seatrial.harness.fake_cluster import CLUSTERS, START_NS, FakeCluster, FakeReplica
from seatrial.harness.loopback import HOST, Fault
from seatrial.harness.model import (
    Change,
    Endpoint,
    Node,
    Preflight,
    Progress,
    Replica,
    ReplicaState,
    Workload,
)
from seatrial.harness.stay import Stay
from seatrial.harness.target import Connection
from seatrial.harness.workload import FAULT


@dataclass(frozen=True)
class FakeDeployment:
    """A workload on a fake cluster; its replicas can be hurt, its versions rolled and tried."""

    cluster: FakeCluster
    workload: Workload

    def endpoints(self) -> list[Endpoint]:
        """The loopback server."""
        return [Endpoint(HOST, self.cluster.server.port)]

    def replicas(self, service: str) -> list[Replica]:
        """All of them, as they are by the clock."""
        with self.cluster.using(service) as found:
            return [_told(replica) for replica in found.replicas]

    def scale(self, service: str, replicas: int) -> None:
        """Accept another number."""
        with self.cluster.using(service) as found:
            found.wanted = replace(found.wanted, replicas=replicas)

    def update(self, service: str, change: Change) -> None:
        """Accept another image or environment."""
        with self.cluster.using(service) as found:
            found.roll(found.changed(change))

    def delete(self, replica: Replica, *, force: bool = False) -> None:
        """It is gone, at once either way; another one starts."""
        del force
        with self.cluster.using(replica.service) as found:
            found.replicas.remove(found.find(replica.id))

    def kill(self, replica: Replica) -> None:
        """Its process restarts in place."""
        with self.cluster.using(replica.service) as found:
            found.find(replica.id).restart()

    def execute(self, replica: Replica, command: Sequence[str]) -> str:
        """The few commands that it knows; any other one fails."""
        if tuple(command) == ("hostname",):
            return f"{replica.host}\n"
        hooked = self.workload.service(replica.service).environment.get("FAULT_TOKEN")
        if not hooked or tuple(command) not in {(*FAULT, "crash"), (*FAULT, "hang")}:
            raise RejectedError(f"In the fake replica {replica.id} failed: {' '.join(command)}")
        if command[-1] == "crash":
            self.kill(replica)
        else:
            self._hang(replica)
        return ""

    def _hang(self, replica: Replica) -> None:
        self.cluster.server.fail(replica.id, Fault.HANG)
        with self.cluster.using(replica.service) as found:
            found.find(replica.id).hung_ns = now_ns()

    def progress(self, service: str) -> Progress:
        """Done when all are new and ready, stuck when one does not get there."""
        with self.cluster.using(service) as found:
            return found.progress()

    def rollback(self, service: str) -> None:
        """Want the version before again."""
        with self.cluster.using(service) as found:
            found.roll(found.before)

    def canary(self, service: str, change: Change) -> None:
        """Want one replica with the change beside the others."""
        with self.cluster.using(service) as found:
            found.canary = found.changed(change)

    def promote(self, service: str) -> None:
        """Want the canary's version in all."""
        with self.cluster.using(service) as found:
            found.roll(found.canary)

    def abort(self, service: str) -> None:
        """Want no canary."""
        with self.cluster.using(service) as found:
            found.canary = None

    def pulled(self) -> int:
        """Each image that was not held, once."""
        services = self.cluster.services.values()
        return sum(s.pulls for s in services if s.run == self.workload.run)

    def describe(self) -> Mapping[str, str]:
        """Its services in words."""
        services = self.cluster.services.items()
        return {f"{name}.txt": f"{name}: {len(s.replicas)} replicas\n" for name, s in services}


class FakeTarget:
    """The test double."""

    name: ClassVar[str] = "fake"
    title: ClassVar[str] = "FakeTarget (a test double, no orchestrator)"
    unsupported: ClassVar[Mapping[str, str]] = {
        "Autoscale": "The test double has no autoscaler.",
        "NodeControl": "The test double has no nodes.",
        "ControlPlaneFaults": "The test double has nothing that decides.",
        "Tunable": "The test double has no settings.",
    }

    def __init__(self, connection: Connection) -> None:
        self._cluster = CLUSTERS.setdefault(connection.address, FakeCluster())

    def preflight(self) -> Preflight:
        """What a test double can say of itself."""
        return Preflight(
            target=self.name,
            versions={"fake": "1"},
            nodes=(Node("fake-1", HOST, "manager", ready=True),),
            settings={"start": f"{START_NS / 1e9:g} s"},
            exposure="A loopback server takes the ready replicas in turn.",
        )

    def deploy(self, workload: Workload) -> Stay[FakeDeployment]:
        """Accept the workload; removed on exit."""
        return Stay(partial(self.launch, workload), partial(self.clean, workload.run))

    def launch(self, workload: Workload) -> FakeDeployment:
        """Accept the workload."""
        self._cluster.add(workload)
        return FakeDeployment(self._cluster, workload)

    def clean(self, run: str | None) -> list[str]:
        """Remove what carries the run's label."""
        return self._cluster.remove(run)

    def pull(self, images: Sequence[str]) -> None:
        """Hold them: no start waits for them."""
        for image in images:
            self._cluster.coming.pop(image, None)

    def discard(self, images: Sequence[str]) -> None:
        """Hold them no more: the next start of each waits for it."""
        self._cluster.coming.update(dict.fromkeys(images))


def _told(replica: FakeReplica) -> Replica:
    state = ReplicaState.RUNNING if replica.ready else ReplicaState.STARTING
    return Replica(
        id=replica.id,
        service=replica.service.name,
        host=replica.id,
        node="fake-1",
        state=state,
        ready=replica.ready,
        image=replica.service.image,
        restarts=replica.restarts,
    )
