"""The edge on request, as Kubernetes' objects and in what the adapter asks of the API."""

import json
from pathlib import Path

import pytest
from scripted_api import Handler, answer

from seatrial.harness.capability import Edge
from seatrial.harness.edge import settings
from seatrial.harness.model import Preflight, Settings
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND, PUBLISHED_PORT, counter
from seatrial.targets.k8s import edge, manifests
from seatrial.targets.k8s.target import KubernetesTarget
from seatrial.targets.swarm import edge as swarm_edge

WORKLOAD = counter("trial", "registry:5000", settings=Settings(edge=True))
SERVICE = WORKLOAD.service(FRONTEND)
NODES = json.loads((Path(__file__).parent / "recorded" / "nodes.json").read_text())
FOUND = Preflight("k8s", {}, (), {"kube-proxy mode": "iptables"}, "NodePort")
NAMESPACE = {"metadata": {"name": "seatrial-trial-x"}}


def pod() -> manifests.Manifest:
    found: manifests.Manifest = edge.daemons("trial", SERVICE, "r/edge:1")["spec"]["template"]
    return found


def haproxy(namespace: str = "n", domain: str = "cluster.local") -> str:
    return str(edge.configuration("trial", SERVICE, namespace, domain)["data"]["haproxy.cfg"])


def test_an_edge_runs_on_every_node_on_the_published_port_of_the_node_itself() -> None:
    made = pod()["spec"]
    assert edge.daemons("trial", SERVICE, "r/edge:1")["kind"] == "DaemonSet"
    assert made["hostNetwork"] is True
    assert made["tolerations"] == [{"operator": "Exists"}]
    (container,) = made["containers"]
    assert container["image"] == "r/edge:1"
    assert [port["hostPort"] for port in container["ports"]] == [PUBLISHED_PORT]
    assert f"bind :{PUBLISHED_PORT}\n" in haproxy()


def test_it_asks_cluster_dns_for_the_address_of_each_replica_by_a_whole_name() -> None:
    each = edge.each("trial", SERVICE)
    assert each["spec"]["clusterIP"] == "None"
    assert f"{each['metadata']['name']}.n.svc.a.domain:8080\n" in haproxy("n", "a.domain")
    assert "    parse-resolv-conf\n" in haproxy()
    assert pod()["spec"]["dnsPolicy"] == "ClusterFirstWithHostNet"


def test_the_name_stands_for_the_replicas_and_for_no_edge() -> None:
    selector = edge.each("trial", SERVICE)["spec"]["selector"]
    replica = manifests.deployment("trial", SERVICE)["spec"]["template"]["metadata"]["labels"]
    assert selector.items() <= replica.items()
    assert not selector.items() <= pod()["metadata"]["labels"].items()


def test_its_configuration_is_the_swarm_s_but_for_port_and_names() -> None:
    mine, theirs = haproxy().splitlines(), swarm_edge.config(SERVICE).splitlines()
    other = [a.split()[0] for a, b in zip(mine, theirs, strict=True) if a != b]
    assert other == ["parse-resolv-conf", "bind", "server-template"]


def test_its_configuration_is_where_haproxy_looks_for_it() -> None:
    made = pod()["spec"]
    ((mount,), (volume,)) = made["containers"][0]["volumeMounts"], made["volumes"]
    configuration = edge.configuration("trial", SERVICE, "n", "cluster.local")
    assert (mount["name"], volume["configMap"]["name"]) == (
        volume["name"],
        configuration["metadata"]["name"],
    )
    path = Path(mount["mountPath"], *configuration["data"])
    dockerfile = Path(__file__).parents[3] / "app" / "Dockerfile"
    assert f'"{path}"' in dockerfile.read_text()


def test_everything_of_it_carries_the_label_of_its_run() -> None:
    made = [
        edge.each("trial", SERVICE),
        edge.configuration("trial", SERVICE, "n", "cluster.local"),
        edge.daemons("trial", SERVICE, "r/edge:1"),
        pod(),
    ]
    assert {found["metadata"]["labels"]["seatrial.run"] for found in made} == {"trial"}


@pytest.fixture
def target(kubeconfig: str) -> KubernetesTarget:
    return KubernetesTarget(Connection(kubeconfig, "registry:5000"))


def test_a_workload_that_asks_for_it_gets_it_instead_of_a_node_port(
    target: KubernetesTarget,
) -> None:
    configz = {"kubeletconfig": {"clusterDomain": "a.domain"}}
    Handler.script = [answer({"items": []}), answer(NAMESPACE), *[answer({})] * 5]
    Handler.script += [answer(NODES), answer(configz), answer({})]
    target.apply(WORKLOAD)
    told = [body for body in Handler.told if body and "kind" in body]
    kinds = [(body["kind"], body["metadata"].get("name")) for body in told]
    assert kinds == [
        ("Namespace", None),
        ("Service", "backend"),
        ("Service", "frontend"),
        ("Deployment", "backend"),
        ("Deployment", "frontend"),
        ("Service", "frontend-each"),
        ("ConfigMap", "frontend-edge"),
        ("DaemonSet", "frontend-edge"),
    ]
    assert all(body["spec"]["type"] == "ClusterIP" for body in told if body["kind"] == "Service")
    assert "frontend-each.seatrial-trial-x.svc.a.domain" in told[6]["data"]["haproxy.cfg"]
    assert told[7]["spec"]["template"]["spec"]["containers"][0]["image"] == "registry:5000/edge:1"


def test_the_domain_is_the_usual_one_where_kubelets_may_not_be_asked(
    target: KubernetesTarget,
) -> None:
    Handler.script = [answer({"items": []}), answer(NAMESPACE), *[answer({})] * 5]
    Handler.script += [answer(NODES), answer({"message": "forbidden"}, 403), answer({})]
    target.apply(WORKLOAD)
    (configuration,) = (body for body in Handler.told if body and body.get("kind") == "ConfigMap")
    assert ".svc.cluster.local:8080" in configuration["data"]["haproxy.cfg"]


def test_what_was_found_says_that_the_edge_is_in_front(target: KubernetesTarget) -> None:
    edged = target.edged(FOUND)
    assert isinstance(target, Edge)
    assert "HAProxy" in edged.exposure
    assert settings().items() <= edged.settings.items()
    assert FOUND.settings.items() <= edged.settings.items()
