"""Kubernetes as a target."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from typing import ClassVar

from seatrial.harness import edge as shared_edge
from seatrial.harness.model import Delay, Preflight, Service, Settings, Workload
from seatrial.harness.stay import Stay
from seatrial.harness.target import Connection
from seatrial.targets.k8s import edge, manifests
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.delays import delays
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.images import Images
from seatrial.targets.k8s.namespaces import Namespaces
from seatrial.targets.k8s.preflight import cluster_domain, preflight
from seatrial.targets.k8s.tuning import Tuning


class KubernetesTarget:
    """A cluster, reached by the kubeconfig whose path is the connection's address."""

    name: ClassVar[str] = "k8s"
    title: ClassVar[str] = "Kubernetes"
    stop_grace_s: ClassVar[float] = manifests.STOP_GRACE_S
    unsupported: ClassVar[Mapping[str, str]] = {}
    ignored: ClassVar[Mapping[str, str]] = {
        "monitor_s": "a new replica that is ready is not watched any longer",
        "on_failure": "a rollout that fails is told of after a deadline and left where it is",
    }

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._api = Api(connection.address)
        self._namespaces = Namespaces(self._api)
        self._hands = Hands(connection.machines)
        self._edge_image = shared_edge.image(connection.registry)
        self._images = Images(self._api, self._namespaces, self._hands)

    def preflight(self) -> Preflight:
        """Read versions, nodes and settings from the cluster."""
        return preflight(self._api, self.name)

    def edged(self, found: Preflight) -> Preflight:
        """What was found, as it is where the edge is asked for."""
        settings = {**found.settings, **shared_edge.settings()}
        return replace(found, exposure=edge.EXPOSURE, settings=settings)

    def delays(self, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
        """What the cluster's and the trials' settings alone cost."""
        return delays(found, settings)

    def pull(self, images: Sequence[str]) -> None:
        """Have these images on every node."""
        self._images.pull(images)

    def discard(self, images: Sequence[str]) -> None:
        """Have no node hold these images, nor others of their repositories."""
        self._images.discard(images)

    def tune(self, settings: Settings) -> None:
        """Have the notice of a lost node in force, where nodes can be reached and are ours alone.

        It takes a new leader of the controller managers, so about half a minute when it changes.
        """
        if self._connection.machines and self._connection.exclusive:
            Tuning(self._api, self._hands).notice(settings.notice_s)

    def deploy(self, workload: Workload) -> AbstractContextManager[KubernetesDeployment]:
        """Apply the workload in a namespace of its own, which is removed on exit."""
        return Stay(partial(self.apply, workload), partial(self.clean, workload.run))

    def clean(self, run: str | None) -> list[str]:
        """Remove the namespaces of that run (None: of any run) and wait for their end."""
        try:
            return [f"namespace {name}" for name in self._namespaces.remove(run)]
        finally:
            self._api.close()

    def apply(self, workload: Workload) -> KubernetesDeployment:
        """Make the workload be there as told; what is there already stays untouched."""
        api, run = self._api, workload.run
        namespace = self._namespaces.claim(run)
        # names first: a replica that starts finds the others by them
        for service in workload.services:
            body = manifests.service(run, edge.inside(service) if workload.edge else service)
            api.apply(api.core.patch_namespaced_service, service.name, namespace, body=body)
        for service in workload.services:
            body = manifests.deployment(run, service)
            api.apply(api.apps.patch_namespaced_deployment, service.name, namespace, body=body)
        for service in edge.published(workload):
            self._apply_edge(run, service, namespace)
        return KubernetesDeployment(api, workload, namespace, self._hands)

    def _apply_edge(self, run: str, of: Service, namespace: str) -> None:
        api, name = self._api, edge.edge_name(of)
        apply_service, body = api.core.patch_namespaced_service, edge.each(run, of)
        api.apply(apply_service, edge.each_name(of), namespace, body=body)
        body = edge.configuration(run, of, namespace, self._domain)
        api.apply(api.core.patch_namespaced_config_map, name, namespace, body=body)
        body = edge.daemons(run, of, self._edge_image)
        api.apply(api.apps.patch_namespaced_daemon_set, name, namespace, body=body)

    @cached_property
    def _domain(self) -> str:
        """Asked for once: no later deployment shall take longer because of it."""
        return cluster_domain(self._api)
