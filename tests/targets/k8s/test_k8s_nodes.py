"""What needs nodes: their control plane's verbs, and hands on the machines themselves."""

from typing import Any

import pytest
from scripted_api import Handler, answer

from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Replica, ReplicaState, Settings
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND, counter
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.deployment import KubernetesDeployment
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.target import KubernetesTarget

WORKLOAD = counter("trial", "registry:5000")
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


RUNNING = {"containerID": "containerd://aa", "state": {"running": {}}}


def test_a_command_says_what_it_said(api: Api) -> None:
    nodes = Nodes(**{"task exec": "one\ntwo\n\n0"})
    Handler.script = [answer({"status": {"containerStatuses": [RUNNING]}})]
    assert on(api, nodes).execute(REPLICA, ["cat", "file"]) == "one\ntwo\n"
    assert nodes.ran[0][1].endswith(" aa cat file")


def test_a_command_that_fails_in_a_container_that_goes_on_is_refused(api: Api) -> None:
    nodes = Nodes(**{"task exec": "no such file\n\n2", "task ls": "aa 1 RUNNING\n"})
    Handler.script = [answer({"status": {"containerStatuses": [RUNNING]}})]
    with pytest.raises(RejectedError, match=r"`cat file` in frontend-1 failed \(2\): no such"):
        on(api, nodes).execute(REPLICA, ["cat", "file"])


def test_a_command_that_ends_its_container_has_not_failed(api: Api) -> None:
    nodes = Nodes(**{"task exec": "\n137", "task ls": "aa 1 STOPPED\n"})
    Handler.script = [answer({"status": {"containerStatuses": [RUNNING]}})]
    assert on(api, nodes).execute(REPLICA, ["crash"]) == ""


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
