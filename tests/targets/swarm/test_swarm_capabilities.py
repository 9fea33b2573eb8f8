"""What the adapter offers besides the core: what it sends to the API, and to nodes."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from played import SERVICE, Answer, Nodes, api

from seatrial.harness import capability
from seatrial.harness.errors import RejectedError, TargetError
from seatrial.harness.model import Change, Replica, ReplicaState, Settings
from seatrial.harness.target import Connection
from seatrial.harness.workload import counter
from seatrial.targets.swarm.deployment import SwarmDeployment
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.target import SwarmTarget

RECORDED = Path(__file__).parent / "recorded"
NODES = json.loads((RECORDED / "nodes.json").read_text())
SWARM = json.loads((RECORDED / "swarm.json").read_text())
FIRST = {"Swarm": {"NodeID": next(n["ID"] for n in NODES if n["Spec"]["Role"] == "manager")}}
TASK = {"Status": {"State": "running", "ContainerStatus": {"ContainerID": "c1"}}}
REPLICA = Replica("t1", "frontend", "t1", "swarm-2", ReplicaState.RUNNING, ready=True)
DAY_NS = 24 * 3600 * 10**9


def deployment(address: str, nodes: Nodes | None = None) -> SwarmDeployment:
    workload = counter("r", "registry")
    services = {"frontend": SERVICE["ID"]}
    return SwarmDeployment(Engine(address), Hands(nodes), workload, services)


def lists(path: str) -> Answer:
    """The nodes, and which of them is the first."""
    return 200, FIRST if path.endswith("/info") else NODES


class Kept:
    """A service as Swarm keeps it: it answers with what it was last sent."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = deepcopy(SERVICE)
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, path: str) -> Answer:
        if "/update" in path:
            self.told["Spec"] = self.sent[-1][1]
        return 200, self.told


def test_neither_deployment_nor_target_lacks_what_swarm_can() -> None:
    made = deployment("unix:///none.sock")
    offered = ("ReplicaFaults", "Rollouts", "Canary", "NodeControl", "ControlPlaneFaults")
    assert all(isinstance(made, getattr(capability, name)) for name in offered)
    assert not isinstance(made, capability.Autoscale)
    target = SwarmTarget(Connection("unix:///none.sock", "registry"))
    assert isinstance(target, capability.ImageCache)
    assert isinstance(target, capability.Tunable)


def test_a_forced_end_has_no_grace(tmp_path: Path) -> None:
    nodes = Nodes()
    with api(tmp_path, lambda _: (200, TASK)) as address:
        deployment(address, nodes).delete(REPLICA, force=True)
    ((node, command),) = nodes.told
    assert node == "swarm-2"
    assert command[-1] == "c1"
    assert "docker rm --force" in command[2]


def test_a_command_runs_in_the_tasks_container_and_its_words_come_back(tmp_path: Path) -> None:
    nodes = Nodes(answer="said")
    with api(tmp_path, lambda _: (200, TASK)) as address:
        assert deployment(address, nodes).execute(REPLICA, ["echo", "a b"]) == "said"
    ((node, command),) = nodes.told
    assert node == "swarm-2"
    assert command[-3:] == ["c1", "echo", "a b"]


def test_a_rollback_is_the_engines_own(tmp_path: Path) -> None:
    sent: list[Any] = []
    with api(tmp_path, lambda _: (200, SERVICE), sent) as address:
        deployment(address).rollback("frontend")
    ((path, body),) = sent
    assert path.endswith(f"/update?version={SERVICE['Version']['Index']}&rollback=previous")
    assert body == SERVICE["Spec"]


def test_an_overtaken_rollback_is_repeated(tmp_path: Path) -> None:
    answers = iter([(500, {"message": "rpc error: update out of sequence"}), (200, {})])

    def script(path: str) -> Answer:
        return next(answers) if "/update" in path else (200, SERVICE)

    with api(tmp_path, script) as address:
        deployment(address).rollback("frontend")
    assert not list(answers)


def test_a_refused_rollback_has_the_engines_words(tmp_path: Path) -> None:
    def script(path: str) -> Answer:
        words = {"message": "service does not have a previous spec"}
        return (400, words) if "/update" in path else (200, SERVICE)

    with (
        api(tmp_path, script) as address,
        pytest.raises(RejectedError, match="does not have a previous spec"),
    ):
        deployment(address).rollback("frontend")


def test_a_canary_is_one_task_more_then_an_update_that_stops_after_one(tmp_path: Path) -> None:
    kept = Kept()
    with api(tmp_path, kept, kept.sent) as address:
        deployment(address).canary("frontend", Change(image="registry/counter:v2"))
    (_, scaled), (_, changed) = kept.sent
    assert scaled["Mode"] == changed["Mode"] == {"Replicated": {"Replicas": 4}}
    assert scaled["TaskTemplate"] == SERVICE["Spec"]["TaskTemplate"]
    assert changed["TaskTemplate"]["ContainerSpec"]["Image"] == "registry/counter:v2"
    pace = {k: changed["UpdateConfig"][k] for k in ("Parallelism", "Delay", "Order")}
    assert pace == {"Parallelism": 1, "Delay": DAY_NS, "Order": "start-first"}
    assert changed["UpdateConfig"]["FailureAction"] == "pause"


def test_a_promoted_canary_goes_on_under_the_services_own_policy(tmp_path: Path) -> None:
    kept = Kept()
    with api(tmp_path, kept, kept.sent) as address:
        made = deployment(address)
        made.canary("frontend", Change(image="registry/counter:v2"))
        made.promote("frontend")
    _, last = kept.sent[-1]
    assert last["Mode"] == {"Replicated": {"Replicas": 3}}
    assert (last["UpdateConfig"]["Delay"], last["UpdateConfig"]["Order"]) == (0, "stop-first")
    assert last["TaskTemplate"]["ContainerSpec"]["Image"] == "registry/counter:v2"


def test_a_withdrawn_canary_is_rolled_back_and_one_task_taken_away(tmp_path: Path) -> None:
    sent: list[Any] = []
    with api(tmp_path, lambda _: (200, SERVICE), sent) as address:
        deployment(address).abort("frontend")
    (back, _), (_, scaled) = sent
    assert "rollback=previous" in back
    assert scaled["Mode"] == {"Replicated": {"Replicas": 2}}


@pytest.mark.parametrize(("verb", "wanted"), [("drain", "drain"), ("activate", "active")])
def test_a_nodes_availability_is_set_and_the_rest_of_it_kept(
    tmp_path: Path, verb: str, wanted: str
) -> None:
    sent: list[Any] = []
    with api(tmp_path, lists, sent) as address:
        getattr(deployment(address), verb)("swarm-2")
    node = next(n for n in NODES if n["Description"]["Hostname"] == "swarm-2")
    ((path, body),) = sent
    assert path.endswith(f"/nodes/{node['ID']}/update?version={node['Version']['Index']}")
    assert body == {**node["Spec"], "Availability": wanted}


def test_a_node_that_is_not_there_is_named(tmp_path: Path) -> None:
    with api(tmp_path, lists) as address, pytest.raises(RejectedError, match="no node nine"):
        deployment(address).drain("nine")


def test_what_runs_on_a_node_is_counted_there() -> None:
    nodes = Nodes(answer="2\n")
    assert deployment("unix:///none.sock", nodes).running("swarm-3", "frontend") == 2
    ((node, command),) = nodes.told
    assert (node, command[-1]) == ("swarm-3", "r-frontend")


def test_the_manager_that_is_halted_is_resumed_without_asking_it(tmp_path: Path) -> None:
    nodes = Nodes()
    with api(tmp_path, lists) as address:
        made = deployment(address, nodes)
        made.halt()
    made.resume()
    (halted, halt), (resumed, resume) = nodes.told
    assert (halted, resumed) == ("swarm-1", "swarm-1")
    assert "pkill -9 -x dockerd" in halt[2]
    assert resume[2] == "rm -f /run/halted-dockerd"


@pytest.mark.parametrize(("notice_s", "period_ns"), [(9.0, 3 * 10**9), (None, 5 * 10**9)])
def test_a_silence_is_three_heartbeats(
    tmp_path: Path, notice_s: float | None, period_ns: int
) -> None:
    swarm, sent = deepcopy(SWARM), list[Any]()
    swarm["Spec"]["Dispatcher"]["HeartbeatPeriod"] = 10**9

    def script(path: str) -> Answer:
        if "/update" in path:
            swarm["Spec"] = sent[-1][1]
        return 200, swarm

    with api(tmp_path, script, sent) as address:
        SwarmTarget(Connection(address, "registry")).tune(Settings(notice_s=notice_s))
    ((_, body),) = sent
    assert body == {**SWARM["Spec"], "Dispatcher": {"HeartbeatPeriod": period_ns}}


def test_a_period_that_is_in_force_is_not_sent(tmp_path: Path) -> None:
    sent: list[Any] = []
    with api(tmp_path, lambda _: (200, SWARM), sent) as address:
        SwarmTarget(Connection(address, "registry")).tune(Settings())
    assert sent == []


def test_a_period_that_is_not_taken_over_is_said(tmp_path: Path) -> None:
    with (
        api(tmp_path, lambda _: (200, SWARM)) as address,
        pytest.raises(TargetError, match="did not take over"),
    ):
        SwarmTarget(Connection(address, "registry")).tune(Settings(notice_s=9))


def test_images_are_discarded_on_every_node_by_their_repositories(tmp_path: Path) -> None:
    nodes = Nodes()
    with api(tmp_path, lists) as address:
        target = SwarmTarget(Connection(address, "registry", machines=nodes))  # type: ignore[arg-type] # only run
        target.discard(["registry:5000/counter:v1", "registry:5000/backend:1"])
    assert [node for node, _ in nodes.told] == ["swarm-1", "swarm-2", "swarm-3"]
    repositories = ["registry:5000/backend", "registry:5000/counter"]
    assert all(command[-2:] == repositories for _, command in nodes.told)


def test_images_cannot_be_discarded_without_access_to_nodes(tmp_path: Path) -> None:
    with (
        api(tmp_path, lists) as address,
        pytest.raises(TargetError, match="no access to the nodes"),
    ):
        SwarmTarget(Connection(address, "registry")).discard(["registry/counter:v1"])


def test_a_fault_token_is_not_in_the_evidence(tmp_path: Path) -> None:
    service = deepcopy(SERVICE)
    service["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"].append("FAULT_TOKEN=made-up")

    def script(path: str) -> Answer:
        if "/logs" in path:
            return 500, {"message": "no log"}
        return 200, [service] if "/services?" in path else []

    with api(tmp_path, script) as address:
        evidence = deployment(address).describe()
    assert "FAULT_TOKEN=(not recorded)" in evidence["services.json"]
    assert not any("made-up" in text for text in evidence.values())
