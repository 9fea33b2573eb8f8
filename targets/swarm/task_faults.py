"""Faults of one task, by hands on its node: Swarm's API reaches into no container."""

from collections.abc import Sequence

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.model import Replica
from seatrial.targets.swarm import translate
from seatrial.targets.swarm.accepted import Accepted


class TaskFaults(Accepted, ReplicaFaults):
    """A task's container stopped, removed, killed or told to do something, on its own node."""

    def delete(self, replica: Replica, *, force: bool = False) -> None:
        """Stop the task's container as an operator would, or with force remove it as it runs.

        Without force: the stop signal, the service's grace, then a kill. Unlike for a task that
        Swarm itself ends, its peers are not told before the signal.
        """
        container = self._container(replica)
        if force:
            self.hands.remove(replica.node, container)
        else:
            service = self.workload.service(replica.service)
            self.hands.stop(replica.node, container, translate.stop_grace_s(service))

    def kill(self, replica: Replica) -> None:
        """SIGKILL the main process from outside its container."""
        self.hands.kill(replica.node, self._container(replica))

    def execute(self, replica: Replica, command: Sequence[str]) -> str:
        """`docker exec` on the task's node."""
        return self.hands.execute(replica.node, self._container(replica), command)
