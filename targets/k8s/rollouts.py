"""How a deployment's rollout goes, and the way back to the pods it had before."""

from collections.abc import Iterable

from seatrial.harness.capability import Rollouts
from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Progress, RolloutState
from seatrial.targets.k8s.accepted import Accepted
from seatrial.targets.k8s.api import JSON_PATCH
from seatrial.targets.k8s.manifests import Manifest
from seatrial.targets.k8s.parse import Json, conditions, controller

REVISION = "deployment.kubernetes.io/revision"
HASH_LABEL = "pod-template-hash"
DEADLINE_EXCEEDED = "ProgressDeadlineExceeded"


class DeploymentRollouts(Accepted, Rollouts):
    """Rollouts of one deployment, as `kubectl rollout` tells and undoes them."""

    def progress(self, service: str) -> Progress:
        """What `kubectl rollout status` would say."""
        return progress(self._deployment(service))

    def rollback(self, service: str) -> None:
        """What `kubectl rollout undo` does: the template of the revision before comes back."""
        sets = self.api.ask(self.api.apps.list_namespaced_replica_set, self.namespace)["items"]
        template = previous(self._deployment(service), sets)
        if template is None:
            raise RejectedError(f"{service} has no revision before this one to go back to.")
        self.api.read(
            self.api.apps.patch_namespaced_deployment,
            service,
            self.namespace,
            body=[{"op": "replace", "path": "/spec/template", "value": template}],
            _content_type=JSON_PATCH,
        )

    def _deployment(self, name: str) -> Json:
        verb = self.api.apps.read_namespaced_deployment
        found: Json = self.api.ask(verb, name, self.namespace)
        return found


def progress(deployment: Json) -> Progress:
    """A rollout by the counts and the condition that `kubectl rollout status` goes by."""
    told = conditions(deployment).get("Progressing", {})
    detail = ": ".join(told[part] for part in ("reason", "message") if told.get(part))
    if not _observed(deployment):
        return Progress(RolloutState.GOING, "not yet seen by its controller")
    if told.get("reason") == DEADLINE_EXCEEDED:
        return Progress(RolloutState.STUCK, detail)
    state = RolloutState.DONE if _complete(deployment) else RolloutState.GOING
    return Progress(state, detail)


def _observed(deployment: Json) -> bool:
    seen: int = deployment["status"].get("observedGeneration", 0)
    return bool(seen >= deployment["metadata"]["generation"])


def _complete(deployment: Json) -> bool:
    """All are of the new template, none of an older one is left, and all are available."""
    status, wanted = deployment["status"], deployment["spec"]["replicas"]
    updated = status.get("updatedReplicas", 0)
    available = status.get("availableReplicas", 0)
    return bool(updated >= wanted and status.get("replicas", 0) <= updated <= available)


def previous(deployment: Json, sets: Iterable[Json]) -> Manifest | None:
    """The pods' template of the revision before the latest, None when there is none."""
    uid = deployment["metadata"]["uid"]
    own = sorted((found for found in sets if controller(found).get("uid") == uid), key=_revision)
    if len(own) < 2:  # noqa: PLR2004 - the latest and one before it
        return None
    template = own[-2]["spec"]["template"]
    labels = {key: value for key, value in _labels(template).items() if key != HASH_LABEL}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def _labels(template: Json) -> dict[str, str]:
    return dict(template["metadata"]["labels"])


def _revision(replica_set: Json) -> int:
    return int(replica_set["metadata"].get("annotations", {}).get(REVISION, 0))
