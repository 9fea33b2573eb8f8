"""Recorded answers of a real cluster (v1.34.4), told in the harness's words."""

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.harness.model import Replica, ReplicaState
from seatrial.targets.k8s import evidence, parse, settings

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((RECORDED / name).read_text())


def replica(file: str, start: str) -> Replica:
    found = parse.replicas(recorded(file)["items"])
    return next(one for one in found if one.host.startswith(start))


def pod(name: str, **metadata: str) -> dict[str, Any]:
    found = next(p for p in recorded("pods_mixed.json")["items"] if p["metadata"]["name"] == name)
    found["metadata"] |= metadata
    return dict(found)


KILLED = "frontend-65bdd6f59c-2599x"
WELL = "frontend-65bdd6f59c-ppv2n"


@pytest.mark.parametrize(
    ("file", "start", "told", "detail"),
    [
        ("pods_mixed.json", WELL, ("running", True, 0), ""),
        ("pods_mixed.json", KILLED, ("failed", False, 0), "Error"),
        ("pods_mixed.json", "crashing", ("failed", False, 1), "CrashLoopBackOff: back-off 10s"),
        ("pods_mixed.json", "absent", ("starting", False, 0), "ImagePullBackOff: Back-off"),
        ("pods_mixed.json", "huge", ("pending", False, 0), "Unschedulable: 0/3 nodes"),
        ("pods_mixed.json", "slow-849d864f64-tqfrt", ("stopping", False, 0), ""),
        ("pods_starting.json", "backend", ("starting", False, 0), "ContainerCreating"),
        ("pods_starting.json", WELL, ("starting", False, 0), ""),
    ],
)
def test_a_pod_is_a_replica_in_neutral_words(
    file: str, start: str, told: tuple[str, bool, int], detail: str
) -> None:
    found = replica(file, start)
    assert (found.state, found.ready, found.restarts) == told
    assert found.detail.startswith(detail)
    assert bool(found.detail) == bool(detail)


def test_a_replica_is_told_by_uid_and_its_replies_by_the_pod_s_name() -> None:
    found = replica("pods_mixed.json", WELL)
    assert found.id == "2a0a9802-6605-4917-ba4f-5c5c1444bdd9"
    assert (found.host, found.service, found.node) == (WELL, "frontend", "k8s-1")
    assert found.image == "198.18.0.2:5000/counter:v1"


def test_a_pod_told_to_stop_is_not_ready_although_its_condition_still_says_so() -> None:
    leaving = pod(WELL, deletionTimestamp="2026-11-24T14:18:06Z")
    assert parse.replica(leaving).state is ReplicaState.STOPPING
    assert not parse.replica(leaving).ready


@pytest.mark.parametrize(
    ("phase", "told", "state"),
    [
        ("Succeeded", True, ReplicaState.STOPPED),
        ("Failed", True, ReplicaState.STOPPED),
        ("Succeeded", False, ReplicaState.STOPPED),
        ("Failed", False, ReplicaState.FAILED),
    ],
)
def test_an_ended_pod_failed_only_when_nobody_told_it_to_stop(
    phase: str, *, told: bool, state: ReplicaState
) -> None:
    ended = pod(WELL, **({"deletionTimestamp": "2026-11-24T14:18:06Z"} if told else {}))
    ended["status"]["phase"] = phase
    assert parse.state(ended) is state


def test_the_main_process_of_a_container_is_found_on_its_node() -> None:
    container = parse.container_id(pod(WELL))
    tasks = (RECORDED / "ctr_task_ls.txt").read_text()
    process = parse.process_id(tasks, container)
    assert process is not None
    assert f"{container}    {process} " in tasks


def test_a_container_that_does_not_run_has_no_process() -> None:
    assert parse.container_id(pod(KILLED)) == ""
    assert parse.process_id("TASK PID STATUS\nabc 7 STOPPED\n", "abc") is None
    assert parse.process_id("TASK PID STATUS\nabc 7 RUNNING\n", "") is None


def test_the_control_plane_is_the_first_node() -> None:
    found = parse.nodes(recorded("nodes.json"))
    assert [(node.name, node.address, node.role) for node in found] == [
        ("k8s-1", "198.18.0.21", "manager"),
        ("k8s-2", "198.18.0.22", "worker"),
        ("k8s-3", "198.18.0.23", "worker"),
    ]
    assert all(node.ready for node in found)


def test_a_node_without_heartbeats_is_not_ready() -> None:
    listed = recorded("nodes.json")
    for condition in listed["items"][1]["status"]["conditions"]:
        condition["status"] = "Unknown"
    assert [node.ready for node in parse.nodes(listed)] == [True, False, True]


def test_a_flag_that_is_not_given_has_the_default_of_its_release() -> None:
    pods = recorded("controller_manager.json")["items"]
    now = settings.component("kube-controller-manager", pods, "v1.34.4")
    assert now["node-monitor-grace-period"] == "50s (default)"
    before = settings.component("kube-controller-manager", pods, "v1.31.0")
    assert before["node-monitor-grace-period"] == "40s (default)"


def test_a_flag_that_is_given_is_told_as_it_is() -> None:
    pods = recorded("controller_manager.json")["items"]
    pods[0]["spec"]["containers"][0]["command"].append("--node-monitor-grace-period=20s")
    found = settings.component("kube-controller-manager", pods, "v1.34.4")
    assert found["node-monitor-grace-period"] == "20s"


def test_a_control_plane_out_of_sight_is_not_taken_for_one_with_defaults() -> None:
    found = settings.component("kube-apiserver", [], "v1.34.4")
    assert found["default-unreachable-toleration-seconds"] == (
        "300 (default; the cluster does not show its own)"
    )


def test_kubelet_and_kube_proxy_tell_how_they_run() -> None:
    found = settings.kubelet(recorded("configz.json"))
    assert found["kubelet nodeStatusUpdateFrequency"] == "10s"
    assert found["kubelet serializeImagePulls"] == "true"
    assert settings.proxy_mode(recorded("kube_proxy.json")) == "iptables"
    assert settings.proxy_mode({"data": {"config.conf": 'a: b\nmode: ""\n'}}) == "iptables"
    assert settings.proxy_mode({"data": {"config.conf": "mode: ipvs\n"}}) == "ipvs"
    assert settings.proxy_mode(None) == "unknown"


def test_an_event_is_one_line() -> None:
    event = recorded("events.json")["items"][0]
    line = evidence.event_line(event)
    assert "\n" not in line
    assert line.startswith(evidence.event_time(event))
    assert event["message"] in line


def test_evidence_has_no_secret_and_no_bookkeeping() -> None:
    shown = evidence.clean(
        {
            "managedFields": [1],
            "env": [{"name": "FAULT_TOKEN", "value": "abc"}, {"name": "PORT", "value": "80"}],
        }
    )
    assert shown == {
        "env": [{"name": "FAULT_TOKEN", "value": "(not shown)"}, {"name": "PORT", "value": "80"}]
    }


def test_pulls_are_counted_by_the_kubelets_own_events() -> None:
    events = recorded("events.json")["items"]
    assert parse.pulls(events) == 2
    pulling = next(event for event in events if event["reason"] == "Pulling")
    assert parse.pulls([*events, {**pulling, "count": 3}, {**pulling, "count": None}]) == 6
