"""The real labs: both are up when these run (`make lab`)."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from seatrial.harness.errors import TargetError
from seatrial.lab import engine, layout, life, nodes
from seatrial.lab.engine import Engine
from seatrial.lab.host import Say
from seatrial.lab.nodes import Fleet
from seatrial.lab.provider import LabProvider
from seatrial.lab.sources import Source

pytestmark = [pytest.mark.lab, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def host() -> Engine:
    return Engine(engine.connect())


@pytest.fixture
def say() -> Say:
    return lambda _: None


def until(condition: Callable[[], bool], timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.parametrize("kind", layout.KINDS)
def test_one_lab_is_active_and_the_other_frozen(host: Engine, kind: str) -> None:
    with LabProvider().provide(kind) as connection:
        states = {lab.kind: lab.word for lab in life.status()}
        assert states.pop(kind) == "up"
        assert set(states.values()) == {"frozen"}
        assert any("frozen" in note for note in connection.notes)
    assert len(nodes.existing(host, kind)) == 3


def test_the_swarm_has_three_ready_nodes() -> None:
    with LabProvider().provide("swarm") as connection:
        assert connection.machines is not None
        listed = connection.machines.run(
            "swarm-1", ["docker", "node", "ls", "--format", "{{.Status}}"]
        )
    assert listed.split() == ["Ready"] * 3


def test_the_cluster_has_three_ready_nodes_of_the_pinned_version() -> None:
    with LabProvider().provide("k8s") as connection:
        assert connection.machines is not None
        command = [
            "kubectl",
            "--kubeconfig",
            "/etc/kubernetes/admin.conf",
            "get",
            "nodes",
            "-o",
            "json",
        ]
        listed = json.loads(connection.machines.run("k8s-1", command))["items"]
    assert [n["status"]["nodeInfo"]["kubeletVersion"] for n in listed] == [
        layout.KUBERNETES_VERSION
    ] * 3


def test_metrics_server_reads_every_node() -> None:
    with LabProvider().provide("k8s") as connection:
        machines = connection.machines
        assert machines is not None
        command = [
            "kubectl",
            "--kubeconfig",
            "/etc/kubernetes/admin.conf",
            "top",
            "nodes",
            "--no-headers",
        ]

        def read() -> bool:
            try:
                return machines.run("k8s-1", command).count("k8s-") == 3
            except TargetError:  # the API is not registered yet
                return False

        assert until(read, 120)


@pytest.mark.parametrize(("kind", "victim"), [("swarm", 3), ("k8s", 3)])
def test_a_node_that_was_stopped_comes_back_as_itself(
    host: Engine, say: Say, kind: str, victim: int
) -> None:
    with LabProvider().provide(kind):
        node = layout.nodes(kind, 3)[victim - 1]
        container = host.client.containers.get(node.container)
        container.stop(timeout=5)
        life.up(kind, 3, Source.AUTO, say)
        container.reload()
        address = container.attrs["NetworkSettings"]["Networks"][layout.NETWORK]["IPAddress"]
        assert (container.status, address) == ("running", node.address)
        if kind == "k8s":
            routes = host.run(node.container, ["ip", "route"])
            assert f"198.19.1.0/24 via {layout.nodes(kind, 3)[0].address}" in routes


@pytest.mark.parametrize("kind", layout.KINDS)
def test_a_lab_that_is_half_gone_is_repaired(host: Engine, say: Say, kind: str) -> None:
    host.remove(layout.nodes(kind, 3)[1].container)
    life.up(kind, 3, Source.AUTO, say)
    with LabProvider().provide(kind):
        fleet = Fleet(host, nodes.existing(host, kind))
        assert set(fleet.status().values()) == {"running"}


SWARM_DRAIN = (
    "docker node update --availability drain swarm-3; touch /run/halted-dockerd; pkill -x dockerd"
)
K8S_DRAIN = "kubectl --kubeconfig /etc/kubernetes/admin.conf cordon k8s-3; "
K8S_HALT = (
    "cd /etc/kubernetes && mv manifests/kube-apiserver.yaml halted.yaml; pkill kube-apiserver"
)
LEFT = {"swarm": SWARM_DRAIN, "k8s": K8S_DRAIN + K8S_HALT}


@pytest.mark.parametrize("kind", layout.KINDS)
def test_what_a_killed_trial_left_broken_is_mended(host: Engine, kind: str) -> None:
    first, _, last = layout.nodes(kind, 3)
    with LabProvider().provide(kind) as connection:
        machines = connection.machines
        assert machines is not None
        machines.partition(last.name)
        machines.run(first.name, ["sh", "-c", f"{LEFT[kind]}; true"])
    with LabProvider().provide(kind) as connection:
        assert connection.machines is not None
        connection.machines.settle()
    for table in ("raw", "mangle"):
        assert "eth0" not in host.run(last.container, ["iptables-save", "-t", table])


def test_nodes_forget_connections_to_a_port(host: Engine) -> None:
    first = layout.nodes("k8s", 1)[0]
    port = 10250  # the kubelet's: something listens there
    listing = f"conntrack -L -p tcp -s {layout.GATEWAY} --orig-port-dst {port}".split()
    with LabProvider().provide("k8s") as connection:
        machines = connection.machines
        assert machines is not None
        with socket.create_connection((first.address, port), timeout=5):
            assert f"dport={port}" in host.run(first.container, listing)
            machines.forget(port)
            assert host.run(first.container, listing) == ""


def test_the_registry_serves_the_app_and_takes_nothing() -> None:
    url = f"http://{layout.REGISTRY}/v2"
    with urllib.request.urlopen(f"{url}/counter/tags/list", timeout=10) as answer:
        assert set(json.load(answer)["tags"]) == {"v1", "v2", "crash", "unready", "error"}
    upload = urllib.request.Request(f"{url}/counter/blobs/uploads/", method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(upload, timeout=10)
    assert refused.value.code == 405
    refused.value.close()


def test_no_unencrypted_engine_is_reachable_on_the_labs_network(host: Engine) -> None:
    for node in nodes.existing(host, "swarm"):
        for port in (2375, 2376):
            with pytest.raises(OSError, match=r"refused|timed out"):
                urllib.request.urlopen(f"http://{node.address}:{port}/version", timeout=3)


def test_connection_files_are_private() -> None:
    assert layout.state().stat().st_mode & 0o077 == 0
    assert layout.kubeconfig().stat().st_mode & 0o077 == 0
