"""Faults inside a pod, done on its node: the API is not asked for them."""

from collections.abc import Sequence

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Replica
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.accepted import Accepted
from seatrial.targets.k8s.waiting import until

# What it said, and on a last line of its own how it ended.
EXECUTE = """
ctr -n k8s.io task exec --exec-id "seatrial-$$" "$@" 2>&1 < /dev/null
printf '\\n%s' "$?"
"""
END_S = 1.0
"""The runtime may tell of a killed command's end before it tells of its container's."""


class PodFaults(Accepted, ReplicaFaults):
    """What is done to a container's processes."""

    def kill(self, replica: Replica) -> None:
        """SIGKILL the container's main process."""
        tasks = self.hands.ctr(replica.node, "task", "ls")
        process = parse.process_id(tasks, self._container(replica))
        if process is None:
            raise RejectedError(f"{replica.host} on {replica.node} runs no process to kill.")
        self.hands.run(replica.node, ["kill", "-9", str(process)])

    def execute(self, replica: Replica, command: Sequence[str]) -> str:
        """Run a command with the environment and the user of the container's own process."""
        container = self._container(replica)
        if not container:
            raise RejectedError(f"{replica.host} on {replica.node} has no running container.")
        told = self.hands.script(replica.node, EXECUTE, container, *command)
        said, _, code = told.rpartition("\n")
        if code != "0" and not until(lambda: not self._runs(replica.node, container), END_S):
            raise RejectedError(
                f"`{' '.join(command)}` in {replica.host} failed ({code}): {said.strip()}"
            )
        return said

    def _runs(self, node: str, container: str) -> bool:
        return parse.process_id(self.hands.ctr(node, "task", "ls"), container) is not None

    def _container(self, replica: Replica) -> str:
        pod = self.api.ask(self.api.core.read_namespaced_pod, replica.host, self.namespace)
        return parse.container_id(pod)
