"""One pod of a changed template beside the stable ones, in a deployment of its own."""

from seatrial.harness.capability import Canary
from seatrial.harness.model import Change
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.accepted import Accepted
from seatrial.targets.k8s.api import STRATEGIC_MERGE
from seatrial.targets.k8s.manifests import CANARY, SERVICE_LABEL, TRACK_LABEL, Manifest
from seatrial.targets.k8s.parse import Json


class CanaryTrack(Accepted, Canary):
    """A second deployment behind the same service: Kubernetes has no canary of its own."""

    def canary(self, service: str, change: Change) -> None:
        """Make a deployment of one replica, like the stable one but for the change."""
        apps, name = self.api.apps, canary_name(service)
        stable = self.api.ask(apps.read_namespaced_deployment, service, self.namespace)
        body = beside(stable, change)
        self.api.apply(apps.patch_namespaced_deployment, name, self.namespace, body=body)

    def promote(self, service: str) -> None:
        """Roll the canary's template out to the stable deployment, and delete the canary."""
        apps, name = self.api.apps, canary_name(service)
        canary = self.api.ask(apps.read_namespaced_deployment, name, self.namespace)
        self.api.read(
            apps.patch_namespaced_deployment,
            service,
            self.namespace,
            body=promotion(service, canary),
            _content_type=STRATEGIC_MERGE,
        )
        self.abort(service)

    def abort(self, service: str) -> None:
        """Delete the canary's deployment; its pods end in the background, with their grace."""
        delete = self.api.apps.delete_namespaced_deployment
        self.api.read(delete, canary_name(service), self.namespace)


def canary_name(service: str) -> str:
    """The canary's deployment."""
    return f"{service}-canary"


def beside(stable: Json, change: Change) -> Manifest:
    """A deployment of one replica like the stable one but for the change and the track."""
    metadata, spec = stable["metadata"], stable["spec"]
    labels = {**spec["template"]["metadata"]["labels"], TRACK_LABEL: CANARY}
    selector = {label: labels[label] for label in (SERVICE_LABEL, TRACK_LABEL)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": canary_name(metadata["name"]), "labels": labels},
        "spec": {
            **spec,
            "replicas": 1,
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": labels},
                "spec": _changed(spec["template"]["spec"], change),
            },
        },
    }


def _changed(pod: Json, change: Change) -> Manifest:
    container = pod["containers"][0]
    environment = {**_environment(container), **(change.environment or {})}
    image = change.image or container["image"]
    changed = {"image": image, "env": manifests.variables(environment)}
    return {**pod, "containers": [{**container, **changed}]}


def promotion(service: str, canary: Json) -> Manifest:
    """The patch by which the stable deployment becomes what the canary is."""
    container = canary["spec"]["template"]["spec"]["containers"][0]
    return manifests.change(service, container["image"], _environment(container))


def _environment(container: Json) -> dict[str, str]:
    """A container's environment; the API leaves empty values out."""
    return {found["name"]: found.get("value", "") for found in container.get("env", ())}
