"""A workload in its namespace: what is asked of it and what it tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Event as Flag

from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Change, Endpoint, Observation, Replica, Workload
from seatrial.harness.target import Machines
from seatrial.targets.k8s import evidence, manifests, parse
from seatrial.targets.k8s.api import MERGE, STRATEGIC_MERGE, Api
from seatrial.targets.k8s.manifests import SERVICE_LABEL
from seatrial.targets.k8s.watch import PodWatch


@dataclass(frozen=True)
class KubernetesDeployment:
    """A workload that Kubernetes has accepted."""

    api: Api
    workload: Workload
    namespace: str
    machines: Machines | None

    def endpoints(self) -> list[Endpoint]:
        """Every node with the published port, the control plane first."""
        ports = [s.published_port for s in self.workload.services if s.published_port is not None]
        nodes = parse.nodes(self.api.ask(self.api.core.list_node))
        return [Endpoint(node.address, port) for port in ports for node in nodes]

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

    def delete(self, replica: Replica) -> None:
        """Delete the pod, with its own grace, and no other one of that name."""
        self.api.read(
            self.api.core.delete_namespaced_pod,
            replica.host,
            self.namespace,
            body={"preconditions": {"uid": replica.id}},
        )

    def kill(self, replica: Replica) -> None:
        """SIGKILL the container's main process, on its node."""
        if self.machines is None:
            raise TargetError(
                "Killing a process needs a hand on the cluster's nodes, and this connection has "
                "none: use the lab."
            )
        pod = self.api.ask(self.api.core.read_namespaced_pod, replica.host, self.namespace)
        tasks = self.machines.run(replica.node, ["ctr", "-n", "k8s.io", "task", "ls"])
        process = parse.process_id(tasks, parse.container_id(pod))
        if process is None:
            raise RejectedError(f"{replica.host} on {replica.node} runs no process to kill.")
        self.machines.run(replica.node, ["kill", "-9", str(process)])

    def describe(self) -> Mapping[str, str]:
        """Objects, events and the logs of replicas that are not well."""
        return evidence.describe(self.api, self.namespace)
