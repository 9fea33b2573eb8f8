"""An API that refuses, hangs, is gone or was overtaken: a small HTTP server plays it."""

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from played import SERVICE, Answer, Nodes, api

from seatrial.harness.errors import RejectedError, TargetError, UnreachableError
from seatrial.harness.model import Replica, ReplicaState
from seatrial.harness.target import Connection
from seatrial.harness.workload import counter
from seatrial.targets.swarm.deployment import SwarmDeployment
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.patience import wait
from seatrial.targets.swarm.removal import Removal
from seatrial.targets.swarm.revision import revise
from seatrial.targets.swarm.target import SwarmTarget


@pytest.fixture
def gone(tmp_path: Path) -> Iterator[str]:
    """An address without a server. The SDK leaves sockets open whose connect failed."""
    yield f"unix://{tmp_path}/none.sock"
    gc.collect()


unclosed = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


def test_a_refusal_has_the_engines_own_words(tmp_path: Path) -> None:
    words = "This node is not a swarm manager."
    with (
        api(tmp_path, lambda _: (503, {"message": words})) as address,
        pytest.raises(RejectedError, match=words),
        Engine(address).calling("Listing tasks") as client,
    ):
        client.tasks()


def test_a_hanging_api_is_unreachable_within_its_time(tmp_path: Path) -> None:
    hang = threading.Event()

    def script(_: str) -> Answer:
        hang.wait(10)
        return 200, []

    began = time.monotonic()
    with api(tmp_path, script) as address:
        with (
            pytest.raises(UnreachableError, match="does not answer"),
            Engine(address, timeout_s=1).calling("Listing tasks") as client,
        ):
            client.tasks()
        hang.set()
    assert time.monotonic() - began < 9


@unclosed
def test_no_socket_is_unreachable(gone: str) -> None:
    target = SwarmTarget(Connection(gone, "registry"))
    with pytest.raises(UnreachableError):
        target.preflight()
    with pytest.raises(UnreachableError), target.deploy(counter("r", "registry")):
        pytest.fail("deployed to nothing")


@unclosed
def test_leaving_while_the_api_is_dead_raises_but_hides_no_other_error(gone: str) -> None:
    target = SwarmTarget(Connection(gone, "registry"))
    context = target.deploy(counter("r", "registry"))
    with pytest.raises(UnreachableError):
        context.__exit__(None, None, None)
    first = RuntimeError("in the middle")
    assert not context.__exit__(RuntimeError, first, None)
    assert "The removal failed too" in first.__notes__[0]


def test_an_overtaken_update_is_read_again_and_repeated(tmp_path: Path) -> None:
    updates = iter([(500, {"message": "rpc error: update out of sequence"}), (200, {})])
    asked: list[str] = []

    def script(path: str) -> Answer:
        asked.append(path)
        return next(updates) if "/update" in path else (200, SERVICE)

    with api(tmp_path, script) as address:
        revise(Engine(address), SERVICE["ID"], lambda spec: spec.scaled(5))
    assert len(asked) == 4


def test_a_network_is_removed_once_swarm_has_detached_its_last_task(tmp_path: Path) -> None:
    removals = iter([(403, {"message": "network r is in use by task t"}), (200, {})])

    def script(path: str) -> Answer:
        if "/networks/" in path:
            return next(removals)
        return 200, [{"Name": "r", "Id": "n"}] if "/networks" in path else []

    with api(tmp_path, script) as address:
        assert Removal(Engine(address), Hands(None), "r")() == ["network r"]
    assert not list(removals)


def test_what_does_not_go_is_said_after_a_bound(tmp_path: Path) -> None:
    def script(path: str) -> Answer:
        return 200, [{"ID": "t"}] if "/tasks" in path else []

    with (
        api(tmp_path, script) as address,
        pytest.raises(TargetError, match="removed tasks to end"),
    ):
        Removal(Engine(address), Hands(None), "r", patience_s=0.2)()


def test_other_refusals_of_an_update_are_not_repeated(tmp_path: Path) -> None:
    asked: list[str] = []

    def script(path: str) -> Answer:
        asked.append(path)
        return (400, {"message": "invalid"}) if "/update" in path else (200, SERVICE)

    with api(tmp_path, script) as address, pytest.raises(RejectedError, match="invalid"):
        revise(Engine(address), SERVICE["ID"], lambda spec: spec.scaled(5))
    assert len(asked) == 2


def deployment(address: str, hands: Hands) -> SwarmDeployment:
    return SwarmDeployment(
        Engine(address), hands, counter("r", "registry"), {"frontend": SERVICE["ID"]}
    )


REPLICA = Replica("t1", "frontend", "t1", "swarm-2", ReplicaState.RUNNING, ready=True)


def test_a_replica_is_stopped_with_its_services_grace_on_its_node(tmp_path: Path) -> None:
    nodes = Nodes()
    task = {"Status": {"State": "running", "ContainerStatus": {"ContainerID": "c1"}}}
    with api(tmp_path, lambda _: (200, task)) as address:
        deployment(address, Hands(nodes)).delete(REPLICA)
    ((node, command),) = nodes.told
    assert node == "swarm-2"
    assert command[-2:] == ["c1", "10"]


def test_a_task_without_a_container_cannot_be_killed(tmp_path: Path) -> None:
    task = {"Status": {"State": "pending"}}
    with (
        api(tmp_path, lambda _: (200, task)) as address,
        pytest.raises(RejectedError, match="pending: it has no container"),
    ):
        deployment(address, Hands(Nodes())).kill(REPLICA)


def test_a_service_that_is_not_there_is_named() -> None:
    with pytest.raises(RejectedError, match="no service cache, only frontend"):
        deployment("unix:///none.sock", Hands(None)).scale("cache", 2)


def test_without_machines_the_mesh_is_believed_and_nothing_can_be_killed() -> None:
    hands = Hands(None)
    assert hands.ipvs(["swarm-1"])
    assert hands.containers(["swarm-1"], "seatrial.run") == []
    with pytest.raises(TargetError, match="no access to the nodes"):
        hands.kill("swarm-1", "c1")


@pytest.mark.parametrize(("answer", "mesh"), [("yes\n", True), ("no\n", False)])
def test_the_mesh_needs_ipvs_on_every_node(answer: str, mesh: bool) -> None:  # noqa: FBT001 - a parameter
    assert Hands(Nodes(answer=answer)).ipvs(["swarm-1", "swarm-2"]) is mesh


def test_what_fails_on_a_node_is_rejected_with_its_words() -> None:
    with pytest.raises(RejectedError, match=r"swarm-1 failed: no such container"):
        Hands(Nodes(failing=True)).kill("swarm-1", "c1")


def test_waiting_has_an_end() -> None:
    with pytest.raises(TargetError, match="for pigs to fly"):
        wait("pigs to fly", lambda: False, 0.05)
