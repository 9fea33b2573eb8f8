"""Nodes as their control plane has them, and what really runs there."""

from seatrial.harness.capability import NodeControl
from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Node
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.accepted import Accepted
from seatrial.targets.k8s.api import NOT_FOUND, STRATEGIC_MERGE, status
from seatrial.targets.k8s.manifests import Manifest

STAYS = (None, "Node", "DaemonSet")
"""Controllers whose pods a drain leaves: none would make such a pod again elsewhere."""


class ClusterNodes(Accepted, NodeControl):
    """Nodes are drained as `kubectl drain` does it."""

    def nodes(self) -> list[Node]:
        """All nodes, the control plane first."""
        return list(parse.nodes(self.api.ask(self.api.core.list_node)))

    def drain(self, node: str) -> None:
        """Cordon the node, and ask for the eviction of its pods, of whichever namespace."""
        self._cordon(node, unschedulable=True)
        listed = self.api.ask(
            self.api.core.list_pod_for_all_namespaces, field_selector=f"spec.nodeName={node}"
        )
        for pod in listed["items"]:
            if parse.controller(pod).get("kind") not in STAYS:
                self._evict(pod["metadata"]["name"], pod["metadata"]["namespace"])

    def activate(self, node: str) -> None:
        """Let pods be scheduled on the node again."""
        self._cordon(node, unschedulable=False)

    def running(self, node: str, service: str) -> int:
        """How many of the service's containers run there, as the node's runtime knows."""
        containers = self.hands.ctr(
            node, "containers", "ls", "-q", labelled(container=service, namespace=self.namespace)
        )
        tasks = self.hands.ctr(node, "task", "ls")
        found = (parse.process_id(tasks, container) for container in containers.split())
        return sum(process is not None for process in found)

    def _cordon(self, node: str, *, unschedulable: bool) -> None:
        body = {"spec": {"unschedulable": unschedulable}}
        self.api.read(self.api.core.patch_node, node, body=body, _content_type=STRATEGIC_MERGE)

    def _evict(self, pod: str, namespace: str) -> None:
        evict = self.api.core.create_namespaced_pod_eviction
        try:
            self.api.read(evict, pod, namespace, body=eviction(pod, namespace))
        except RejectedError as error:
            if status(error) != NOT_FOUND:  # it went by itself
                raise


def labelled(*, container: str, namespace: str) -> str:
    """The runtime's filter for a container of that name in the pods of a namespace."""
    labels = {"container.name": container, "pod.namespace": namespace}
    return ",".join(f'labels."io.kubernetes.{key}"=={value}' for key, value in labels.items())


def eviction(pod: str, namespace: str) -> Manifest:
    """A request to end a pod that a disruption budget may refuse."""
    metadata = {"name": pod, "namespace": namespace}
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
