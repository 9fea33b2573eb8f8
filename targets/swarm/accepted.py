"""A workload that Swarm accepted: what all verbs on it share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Node, Replica, Workload
from seatrial.targets.swarm import parse
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.revision import revise
from seatrial.targets.swarm.spec import ServiceSpec


@dataclass(frozen=True)
class Accepted:
    """`services` are the services' ids by their neutral names. Each family of verbs adds to it."""

    engine: Engine
    hands: Hands
    workload: Workload
    services: Mapping[str, str]
    _node_names: dict[str, str] = field(default_factory=dict)

    def nodes(self) -> list[Node]:
        """All members, the manager we talk to first."""
        with self.engine.calling("Listing nodes") as api:
            first = api.info()["Swarm"]["NodeID"]
            return list(parse.nodes(api.nodes(), first))

    def _id(self, service: str) -> str:
        try:
            return self.services[service]
        except KeyError as error:
            raise RejectedError(
                f"The workload has no service {service}, only {', '.join(self.services)}."
            ) from error

    def _names(self, tasks: list[parse.Answer]) -> Mapping[str, str]:
        """The nodes' names by id; asked for again only when a task is on a node not seen before."""
        if any(task.get("NodeID") not in self._node_names for task in tasks if task.get("NodeID")):
            with self.engine.calling("Listing nodes") as api:
                self._node_names.update({n["ID"]: parse.host_name(n) for n in api.nodes()})
        return self._node_names

    def _container(self, replica: Replica) -> str:
        with self.engine.calling(f"Inspecting task {replica.id}") as api:
            status = api.inspect_task(replica.id)["Status"]
        container = status.get("ContainerStatus", {}).get("ContainerID")
        if not container:
            raise RejectedError(f"The task {replica.id} is {status['State']}: it has no container.")
        return str(container)

    def _revise(self, service: str, revision: Callable[[ServiceSpec], ServiceSpec]) -> None:
        revise(self.engine, self._id(service), revision)
