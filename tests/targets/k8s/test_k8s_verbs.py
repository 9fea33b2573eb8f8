"""What each verb asks of the API, in which order, and what it makes of the answer."""

from pathlib import Path
from typing import Any

import pytest
from scripted_api import Handler, answer

from seatrial.harness.capability import (
    Autoscale,
    Canary,
    ControlPlaneFaults,
    ImageCache,
    NodeControl,
    ReplicaFaults,
    Rollouts,
    Tunable,
    Watchable,
)
from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Change, Replica, ReplicaState, ScalingPolicy, Settings
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND, counter
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.target import KubernetesTarget

RECORDED = Path(__file__).parent / "recorded"
WORKLOAD = counter("trial", "registry:5000", fault_token="sesame")
STABLE = manifests.deployment("trial", WORKLOAD.service(FRONTEND))
REPLICA = Replica("uid-1", FRONTEND, "frontend-1", "k8s-2", ReplicaState.RUNNING, ready=True)


class Nodes:
    """Hands that note what is run, and answer by the first word that a script has."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.ran: list[tuple[str, str]] = []

    def run(self, node: str, command: list[str]) -> str:
        words = " ".join(command)
        self.ran.append((node, words))
        return next((text for word, text in self.answers.items() if word in words), "")


@pytest.fixture
def deployment(api: Api) -> KubernetesDeployment:
    return KubernetesDeployment(api, WORKLOAD, "n", Hands(None))


def on(api: Api, nodes: Nodes) -> KubernetesDeployment:
    return KubernetesDeployment(api, WORKLOAD, "n", Hands(nodes))  # type: ignore[arg-type]


def pod(name: str, *, kind: str | None = "ReplicaSet", namespace: str = "n") -> dict[str, Any]:
    owners = [{"kind": kind, "uid": "u", "controller": True}] if kind else []
    metadata = {"name": name, "namespace": namespace, "ownerReferences": owners}
    return {"metadata": metadata, "spec": {}, "status": {}}


def node(name: str, *, manager: bool) -> dict[str, Any]:
    labels = {manifests.CONTROL_PLANE_LABEL: ""} if manager else {}
    addresses = [{"type": "InternalIP", "address": "10.0.0.1"}]
    return {"metadata": {"name": name, "labels": labels}, "status": {"addresses": addresses}}


NODES = {"items": [node("b", manager=True), node("a", manager=False)]}


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


def test_a_drain_cordons_first_and_evicts_what_would_be_made_again_elsewhere(
    deployment: KubernetesDeployment,
) -> None:
    pods = [
        pod("frontend-1"),
        pod("coredns-1", namespace="kube-system"),
        pod("kube-proxy-1", kind="DaemonSet", namespace="kube-system"),
        pod("etcd", kind="Node", namespace="kube-system"),
        pod("bare", kind=None),
    ]
    Handler.script = [answer({}), answer({"items": pods}), answer({})]
    deployment.drain("k8s-2")
    assert Handler.told[0] == {"spec": {"unschedulable": True}}
    assert Handler.asked == [
        "PATCH /api/v1/nodes/k8s-2",
        "GET /api/v1/pods?fieldSelector=spec.nodeName%3Dk8s-2",
        "POST /api/v1/namespaces/n/pods/frontend-1/eviction",
        "POST /api/v1/namespaces/kube-system/pods/coredns-1/eviction",
    ]


def test_a_pod_that_went_by_itself_does_not_stop_a_drain(deployment: KubernetesDeployment) -> None:
    pods = {"items": [pod("gone"), pod("frontend-1")]}
    Handler.script = [answer({}), answer(pods), answer({"message": "no"}, 404), answer({})]
    deployment.drain("k8s-2")
    assert Handler.asked[-1] == "POST /api/v1/namespaces/n/pods/frontend-1/eviction"


def test_an_eviction_that_a_budget_refuses_is_said(deployment: KubernetesDeployment) -> None:
    Handler.script = [answer({}), answer({"items": [pod("frontend-1")]})]
    Handler.script += [answer({"message": "would violate the pod's disruption budget"}, 429)]
    with pytest.raises(RejectedError, match="disruption budget"):
        deployment.drain("k8s-2")


def test_an_activated_node_is_uncordoned(deployment: KubernetesDeployment) -> None:
    Handler.script = [answer({})]
    deployment.activate("k8s-2")
    assert Handler.told == [{"spec": {"unschedulable": False}}]


def test_what_runs_on_a_node_is_counted_without_the_api(api: Api) -> None:
    nodes = Nodes(**{"containers ls": "aa\nbb\ncc\n", "task ls": "TASK PID STATUS\n"})
    nodes.answers["task ls"] += "aa 1 RUNNING\nbb 2 STOPPED\ndd 3 RUNNING\n"
    assert on(api, nodes).running("k8s-2", FRONTEND) == 1
    assert Handler.asked == []
    assert nodes.ran[0][1].endswith(
        'labels."io.kubernetes.container.name"==frontend,labels."io.kubernetes.pod.namespace"==n'
    )


def test_the_api_server_is_ended_on_the_first_node_and_resumed_while_it_is_dead(api: Api) -> None:
    nodes, Handler.script = Nodes(), [answer(NODES), answer({}, 503)]
    deployment = on(api, nodes)
    deployment.halt()
    deployment.resume()
    assert [name for name, _ in nodes.ran] == ["b", "b"]
    assert len(Handler.asked) == 1


@pytest.mark.parametrize("verb", ["kill", "execute", "running", "halt", "resume"])
def test_without_hands_on_the_nodes_a_verb_that_needs_them_says_so(api: Api, verb: str) -> None:
    running = {"containerID": "containerd://aa", "state": {"running": {}}}
    found = {"status": {"containerStatuses": [running]}}
    Handler.script = [answer({**found, **NODES})]
    arguments = {
        "kill": (REPLICA,),
        "execute": (REPLICA, ["true"]),
        "running": ("k8s-2", FRONTEND),
    }.get(verb, ())
    deployment = KubernetesDeployment(api, WORKLOAD, "n", Hands(None))
    with pytest.raises(TargetError, match="needs a hand on the cluster's nodes"):
        getattr(deployment, verb)(*arguments)


def test_nothing_is_executed_where_no_container_runs(api: Api) -> None:
    nodes, Handler.script = Nodes(), [answer({"status": {}})]
    with pytest.raises(RejectedError, match="no running container"):
        on(api, nodes).execute(REPLICA, ["true"])
    assert nodes.ran == []


def test_a_cluster_that_is_shared_or_out_of_reach_is_not_tuned(kubeconfig: str) -> None:
    nodes = Nodes()
    for connection in (
        Connection(kubeconfig, "registry:5000", exclusive=True),
        Connection(kubeconfig, "registry:5000", machines=nodes),  # type: ignore[arg-type]
    ):
        KubernetesTarget(connection).tune(Settings(notice_s=20.0))
    assert (Handler.asked, nodes.ran) == ([], [])


def test_evidence_never_has_the_fault_token(deployment: KubernetesDeployment) -> None:
    items = {"items": [STABLE | {"status": {}}]}
    none = answer({"items": []})
    Handler.script = [answer(items), answer(items), none]
    told = deployment.describe()
    assert "FAULT_TOKEN" in told["deployments.json"]
    assert "autoscalers.json" in told
    assert not any("sesame" in text for text in told.values())
