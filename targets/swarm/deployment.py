"""A workload in the swarm: what the harness asks of it while a trial runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Change, Endpoint, Replica, Workload
from seatrial.targets.swarm import parse, translate
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.revision import revise
from seatrial.targets.swarm.spec import ServiceSpec

LOG_LINES = 50  # of each task


@dataclass(frozen=True)
class SwarmDeployment:
    """A workload that Swarm accepted. `services` are the services' ids by their neutral names."""

    engine: Engine
    hands: Hands
    workload: Workload
    services: Mapping[str, str]
    _node_names: dict[str, str] = field(default_factory=dict)

    def endpoints(self) -> list[Endpoint]:
        """The published port on every node, the manager we talk to first."""
        with self.engine.calling("Listing nodes") as api:
            first = api.info()["Swarm"]["NodeID"]
            nodes = parse.nodes(api.nodes(), first)
        ports = [s.published_port for s in self.workload.services if s.published_port is not None]
        return [Endpoint(node.address, port) for port in ports for node in nodes]

    def replicas(self, service: str) -> list[Replica]:
        """All tasks of the service, those of its history too."""
        with self.engine.calling(f"Listing the tasks of {service}") as api:
            tasks = api.tasks(filters={"service": self._id(service)})
        return parse.replicas(tasks, service, self._names(tasks))

    def scale(self, service: str, replicas: int) -> None:
        """Ask for that many replicas."""
        self._revise(service, lambda spec: spec.scaled(replicas))

    def update(self, service: str, change: Change) -> None:
        """Ask for the change; the nodes themselves pull a new image."""
        self._revise(service, lambda spec: spec.changed(change))

    def delete(self, replica: Replica) -> None:
        """Stop the task's container as an operator would: Swarm has no verb for one task.

        The stop signal, the service's grace, then a kill. Unlike for a task that Swarm itself
        ends, its peers are not told before the signal.
        """
        service = self.workload.service(replica.service)
        container = self._container(replica)
        self.hands.stop(replica.node, container, translate.stop_grace_s(service))

    def kill(self, replica: Replica) -> None:
        """SIGKILL the main process from outside its container."""
        self.hands.kill(replica.node, self._container(replica))

    def describe(self) -> Mapping[str, str]:
        """Inspections, the list of tasks and the last lines of every task's log."""
        label = f"{translate.RUN_LABEL}={self.workload.run}"
        with self.engine.calling("Collecting evidence") as api:
            services = api.services(filters={"label": label})
            tasks = api.tasks(filters={"label": label})
        logs = {f"{s['Spec']['Name']}.log": self._log(s["ID"]) for s in services}
        return {
            "services.json": parse.evidence(services),
            "tasks.json": parse.evidence(tasks),
            "tasks.txt": parse.table(tasks, self._names(tasks)),
            **logs,
        }

    def _log(self, service_id: str) -> str:
        """Evidence that cannot be had (a node is down) is said, and hides no other evidence."""
        try:
            with self.engine.calling("Reading logs") as api:
                lines = api.service_logs(
                    service_id, stdout=True, stderr=True, details=True, tail=LOG_LINES, is_tty=False
                )
                return b"".join(lines).decode(errors="replace")
        except TargetError as error:
            return f"{error}\n"

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
