"""A workload in its namespace: what is asked of it and what it tells."""

from collections.abc import Iterator, Mapping
from threading import Event as Flag

from seatrial.harness.model import Change, Endpoint, Observation, Replica
from seatrial.targets.k8s import evidence, manifests, parse
from seatrial.targets.k8s.api import MERGE, STRATEGIC_MERGE
from seatrial.targets.k8s.autoscaling import PodAutoscaling
from seatrial.targets.k8s.canary import CanaryTrack
from seatrial.targets.k8s.control_plane import ControlPlane
from seatrial.targets.k8s.manifests import SERVICE_LABEL
from seatrial.targets.k8s.node_control import ClusterNodes
from seatrial.targets.k8s.pod_faults import PodFaults
from seatrial.targets.k8s.rollouts import DeploymentRollouts
from seatrial.targets.k8s.watch import PodWatch


class KubernetesDeployment(
    PodFaults, DeploymentRollouts, CanaryTrack, PodAutoscaling, ClusterNodes, ControlPlane
):
    """A workload that Kubernetes has accepted: the core verbs, and those of its capabilities."""

    def endpoints(self) -> list[Endpoint]:
        """Every node with the published port, the control plane first."""
        ports = [s.published_port for s in self.workload.services if s.published_port is not None]
        return [Endpoint(node.address, port) for port in ports for node in self.nodes()]

    def replicas(self, service: str) -> list[Replica]:
        """All pods of the service."""
        listed = self.api.ask(
            self.api.core.list_namespaced_pod,
            self.namespace,
            label_selector=f"{SERVICE_LABEL}={service}",
        )
        return list(parse.replicas(listed["items"]))

    def watch(self, service: str, stop: Flag) -> Iterator[Observation]:
        """All replicas at once and after every change that the API tells of."""
        return PodWatch(self.api, self.namespace, service).observations(stop)

    def scale(self, service: str, replicas: int) -> None:
        """Set the deployment's number of replicas."""
        self.api.read(
            self.api.apps.patch_namespaced_deployment_scale,
            service,
            self.namespace,
            body={"spec": {"replicas": replicas}},
            _content_type=MERGE,
        )

    def update(self, service: str, change: Change) -> None:
        """Change the pods' template; the deployment rolls it out by its strategy."""
        self.api.read(
            self.api.apps.patch_namespaced_deployment,
            service,
            self.namespace,
            body=manifests.change(service, change.image, dict(change.environment or {})),
            _content_type=STRATEGIC_MERGE,
        )

    def delete(self, replica: Replica, *, force: bool = False) -> None:
        """Delete the pod, with its own grace or none, and no other one of that name."""
        none = {"gracePeriodSeconds": 0} if force else {}
        self.api.read(
            self.api.core.delete_namespaced_pod,
            replica.host,
            self.namespace,
            body={"preconditions": {"uid": replica.id}, **none},
        )

    def pulled(self) -> int:
        """How many images the kubelets began to pull, by the events of the namespace."""
        listed = self.api.ask(self.api.core.list_namespaced_event, self.namespace)
        return parse.pulls(listed["items"])

    def describe(self) -> Mapping[str, str]:
        """Objects, events and the logs of replicas that are not well."""
        return evidence.describe(self.api, self.namespace)
