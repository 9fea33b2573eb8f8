"""Rollouts are judged and undone as kubectl does it."""

from typing import Any

import pytest
from scripted_api import Handler, answer

from seatrial.harness.errors import RejectedError
from seatrial.harness.model import RolloutState
from seatrial.harness.workload import FRONTEND, counter
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.rollouts import previous, progress

WORKLOAD = counter("trial", "registry:5000")


def told(reason: str = "ReplicaSetUpdated", generation: int = 2, **counts: int) -> dict[str, Any]:
    """A deployment of three with what its controller last said of generation 2."""
    said = {"type": "Progressing", "status": "True", "reason": reason, "message": "as said"}
    status = {"observedGeneration": 2, "conditions": [said], **counts}
    metadata = {"name": FRONTEND, "uid": "mine", "generation": generation}
    return {"metadata": metadata, "spec": {"replicas": 3}, "status": status}


def revision(number: int, image: str, owner: str = "mine") -> dict[str, Any]:
    """A replica set as a deployment's controller makes it."""
    labels = {"seatrial.service": FRONTEND, "pod-template-hash": f"h{number}"}
    return {
        "metadata": {
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"kind": "Deployment", "uid": owner, "controller": True}],
        },
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {"image": image}}},
    }


DONE = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": 3}


@pytest.mark.parametrize(
    ("deployment", "state"),
    [
        (told(**DONE), RolloutState.DONE),
        (told(generation=3, **DONE), RolloutState.GOING),
        (told("ProgressDeadlineExceeded", generation=3, **DONE), RolloutState.GOING),
        (told(**{**DONE, "updatedReplicas": 2}), RolloutState.GOING),
        (told(**{**DONE, "replicas": 4}), RolloutState.GOING),
        (told(**{**DONE, "availableReplicas": 2}), RolloutState.GOING),
        (told(), RolloutState.GOING),
        (told("ProgressDeadlineExceeded", **DONE), RolloutState.STUCK),
    ],
)
def test_a_rollout_is_done_when_kubectl_would_say_so(
    deployment: dict[str, Any], state: RolloutState
) -> None:
    assert progress(deployment).state is state


def test_a_rollout_is_told_in_the_controller_s_words() -> None:
    assert progress(told(**DONE)).detail == "ReplicaSetUpdated: as said"
    assert progress(told(generation=3)).detail == "not yet seen by its controller"


def test_a_deployment_that_no_controller_has_seen_is_going() -> None:
    fresh = {"metadata": {"generation": 1}, "spec": {"replicas": 3}, "status": {}}
    assert progress(fresh).state is RolloutState.GOING


def test_the_revision_before_is_the_second_highest_of_its_own() -> None:
    sets = [
        revision(10, "v3"),
        revision(9, "v2"),
        revision(2, "v1"),
        revision(11, "other", "another"),
    ]
    found = previous(told(), sets)
    assert found == {
        "metadata": {"labels": {"seatrial.service": FRONTEND}},
        "spec": {"image": "v2"},
    }


def test_a_rollback_patches_the_template_of_before_into_the_deployment(api: Api) -> None:
    Handler.script = [
        answer({"items": [revision(1, "v1"), revision(2, "v2")]}),
        answer(told()),
        answer({}),
    ]
    KubernetesDeployment(api, WORKLOAD, "n", Hands(None)).rollback(FRONTEND)
    template = {"metadata": {"labels": {"seatrial.service": FRONTEND}}, "spec": {"image": "v1"}}
    assert Handler.told[2] == [{"op": "replace", "path": "/spec/template", "value": template}]
    assert Handler.asked[2] == "PATCH /apis/apps/v1/namespaces/n/deployments/frontend"


def test_without_a_revision_before_there_is_no_way_back(api: Api) -> None:
    Handler.script = [answer({"items": [revision(1, "v1")]}), answer(told())]
    with pytest.raises(RejectedError, match="no revision before"):
        KubernetesDeployment(api, WORKLOAD, "n", Hands(None)).rollback(FRONTEND)
    assert len(Handler.asked) == 2
