"""What each verb asks of the API, in which order, and what it makes of the answer."""

import pytest
from scripted_api import Handler, answer

from seatrial.harness.capability import (
    Autoscale,
    Canary,
    ControlPlaneFaults,
    ImageCache,
    NodeControl,
    Pulls,
    ReplicaFaults,
    Rollouts,
    Tunable,
    Watchable,
)
from seatrial.harness.model import Change, Replica, ReplicaState, ScalingPolicy
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND, counter
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.target import KubernetesTarget

WORKLOAD = counter("trial", "registry:5000", fault_token="sesame")
STABLE = manifests.deployment("trial", WORKLOAD.service(FRONTEND))
REPLICA = Replica("uid-1", FRONTEND, "frontend-1", "k8s-2", ReplicaState.RUNNING, ready=True)


@pytest.fixture
def deployment(api: Api) -> KubernetesDeployment:
    return KubernetesDeployment(api, WORKLOAD, "n", Hands(None))


@pytest.mark.parametrize(
    "capability",
    [
        Autoscale,
        Canary,
        ControlPlaneFaults,
        NodeControl,
        ReplicaFaults,
        Rollouts,
        Watchable,
    ],
)
def test_a_deployment_can_do_all_of_it(deployment: KubernetesDeployment, capability: type) -> None:
    assert isinstance(deployment, capability)


def test_a_target_can_be_tuned_and_its_images_discarded() -> None:
    target = KubernetesTarget(Connection("/none", "registry:5000"))
    assert isinstance(target, Tunable)
    assert isinstance(target, ImageCache)


@pytest.mark.parametrize(
    ("force", "body"),
    [
        (False, {"preconditions": {"uid": "uid-1"}}),
        (True, {"preconditions": {"uid": "uid-1"}, "gracePeriodSeconds": 0}),
    ],
)
def test_a_pod_is_deleted_by_its_uid_with_its_own_grace_or_none(
    deployment: KubernetesDeployment, *, force: bool, body: object
) -> None:
    Handler.script = [answer({})]
    deployment.delete(REPLICA, force=force)
    assert Handler.asked == ["DELETE /api/v1/namespaces/n/pods/frontend-1"]
    assert Handler.told == [body]


def test_a_canary_is_a_deployment_of_its_own_behind_the_same_service(
    deployment: KubernetesDeployment,
) -> None:
    Handler.script = [answer(STABLE), answer({})]
    deployment.canary(FRONTEND, Change(image="counter:v2", environment={"FLAVOUR": "new"}))
    made = Handler.told[1]
    assert (made["metadata"]["name"], made["spec"]["replicas"]) == ("frontend-canary", 1)
    labels = made["spec"]["template"]["metadata"]["labels"]
    selected = manifests.service("trial", WORKLOAD.service(FRONTEND))["spec"]["selector"]
    assert selected.items() <= labels.items()
    assert made["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert not STABLE["spec"]["selector"]["matchLabels"].items() <= labels.items()
    container = made["spec"]["template"]["spec"]["containers"][0]
    environment = {found["name"]: found["value"] for found in container["env"]}
    assert (container["name"], container["image"]) == (FRONTEND, "counter:v2")
    assert environment == {**WORKLOAD.service(FRONTEND).environment, "FLAVOUR": "new"}


def test_promotion_rolls_the_canary_s_change_out_and_deletes_it(
    deployment: KubernetesDeployment,
) -> None:
    canary = {
        "spec": {
            "template": {
                "spec": {"containers": [{"image": "counter:v2", "env": [{"name": "EMPTY"}]}]}
            }
        }
    }
    Handler.script = [answer(canary), answer({})]
    deployment.promote(FRONTEND)
    assert Handler.told[1] == manifests.change(FRONTEND, "counter:v2", {"EMPTY": ""})
    assert [asked.partition("?")[0] for asked in Handler.asked] == [
        "GET /apis/apps/v1/namespaces/n/deployments/frontend-canary",
        "PATCH /apis/apps/v1/namespaces/n/deployments/frontend",
        "DELETE /apis/apps/v1/namespaces/n/deployments/frontend-canary",
    ]


def test_an_aborted_canary_is_deleted_and_nothing_else(deployment: KubernetesDeployment) -> None:
    Handler.script = [answer({})]
    deployment.abort(FRONTEND)
    assert Handler.asked == ["DELETE /apis/apps/v1/namespaces/n/deployments/frontend-canary"]


def test_what_is_scaled_automatically_is_the_stable_deployment(
    deployment: KubernetesDeployment,
) -> None:
    Handler.script = [answer({})]
    deployment.autoscale(FRONTEND, ScalingPolicy(2, 6, cpu_percent=50, calm_s=14.2))
    made = Handler.told[0]
    assert made["metadata"]["labels"]["seatrial.run"] == "trial"
    assert made["spec"] == {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": FRONTEND},
        "minReplicas": 2,
        "maxReplicas": 6,
        "metrics": [
            {
                "type": "Resource",
                "resource": {
                    "name": "cpu",
                    "target": {"type": "Utilization", "averageUtilization": 50},
                },
            }
        ],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 15}},
    }


def test_the_cluster_s_own_window_is_left_alone(deployment: KubernetesDeployment) -> None:
    Handler.script = [answer({})]
    deployment.autoscale(FRONTEND, ScalingPolicy(2, 6, cpu_percent=50))
    assert "behavior" not in Handler.told[0]["spec"]


def test_evidence_never_has_the_fault_token(deployment: KubernetesDeployment) -> None:
    items = {"items": [STABLE | {"status": {}}]}
    none = answer({"items": []})
    Handler.script = [answer(items), answer(items), none]
    told = deployment.describe()
    assert "FAULT_TOKEN" in told["deployments.json"]
    assert "autoscalers.json" in told
    assert not any("sesame" in text for text in told.values())


def test_pulls_are_read_off_the_events_of_the_namespace(deployment: KubernetesDeployment) -> None:
    events = [{"reason": "Pulled"}, {"reason": "Pulling", "count": 2}, {"reason": "Pulling"}]
    Handler.script = [answer({"items": events})]
    assert isinstance(deployment, Pulls)
    assert deployment.pulled() == 3
    assert "/events" in Handler.asked[-1]
