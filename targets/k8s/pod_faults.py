"""Faults inside a pod, done on its node: the API is not asked for them."""

from collections.abc import Sequence

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Replica
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.accepted import Accepted

# A command that ends its container is killed with it, and the runtime tells of that end first.
EXECUTE = """
container=$1; shift
ctr -n k8s.io task exec --exec-id "seatrial-$$" "$container" "$@" < /dev/null
code=$?
for look in 1 2 3 4 5 6 7 8 9 10; do
  [ "$code" -ne 0 ] || exit 0
  tasks=$(ctr -n k8s.io task ls) || exit "$code"
  echo "$tasks" | grep -q "^$container .* RUNNING" || exit 0
  sleep 0.1
done
exit "$code"
"""


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
        try:
            return self.hands.script(replica.node, EXECUTE, container, *command)
        except TargetError as error:
            said = f"`{' '.join(command)}` in {replica.host} failed: {error}"
            raise RejectedError(said) from error

    def _container(self, replica: Replica) -> str:
        pod = self.api.ask(self.api.core.read_namespaced_pod, replica.host, self.namespace)
        return parse.container_id(pod)
