"""A workload in the swarm: what the harness asks of it while a trial runs."""

from collections.abc import Mapping

from seatrial.harness.errors import TargetError
from seatrial.harness.model import Change, Endpoint, Replica
from seatrial.targets.swarm import parse, translate
from seatrial.targets.swarm.canary import UpdateCanary
from seatrial.targets.swarm.control_plane import ManagerFaults
from seatrial.targets.swarm.node_control import SwarmNodes
from seatrial.targets.swarm.task_faults import TaskFaults

LOG_LINES = 50  # of each task


class SwarmDeployment(TaskFaults, UpdateCanary, SwarmNodes, ManagerFaults):
    """A workload that Swarm accepted: the core verbs, and those of its capabilities."""

    def endpoints(self) -> list[Endpoint]:
        """The published port on every node, the manager we talk to first."""
        ports = [s.published_port for s in self.workload.services if s.published_port is not None]
        return [Endpoint(node.address, port) for port in ports for node in self.nodes()]

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
