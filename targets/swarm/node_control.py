"""What Swarm knows and does of its nodes, and what really runs there."""

from seatrial.harness.capability import NodeControl
from seatrial.harness.errors import RejectedError
from seatrial.targets.swarm import parse, translate
from seatrial.targets.swarm.accepted import Accepted
from seatrial.targets.swarm.revision import overtaken


class SwarmNodes(Accepted, NodeControl):
    """Nodes are drained as `docker node update --availability drain` does it."""

    def drain(self, node: str) -> None:
        """Have the node's tasks made anew elsewhere, and ended there."""
        self._make(node, "drain")

    def activate(self, node: str) -> None:
        """Let the node have tasks again; Swarm moves none back."""
        self._make(node, "active")

    def running(self, node: str, service: str) -> int:
        """The service's running containers, counted by the node's own engine."""
        return self.hands.running(node, translate.service_name(self.workload.run, service))

    @overtaken
    def _make(self, name: str, availability: str) -> None:
        with self.engine.calling(f"Making {name} {availability}") as api:
            found = next((n for n in api.nodes() if parse.host_name(n) == name), None)
            if found is None:
                raise RejectedError(f"The swarm has no node {name}.")
            spec = {**found["Spec"], "Availability": availability}
            api.update_node(found["ID"], found["Version"]["Index"], spec)
