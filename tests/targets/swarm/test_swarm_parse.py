"""Answers recorded from Docker 26.1 in the harness's words."""

import json
from pathlib import Path
from typing import Any

import pytest

from seatrial.harness.model import Node, Progress, ReplicaState, RolloutState
from seatrial.targets.swarm import parse

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str) -> Any:  # noqa: ANN401 - as the API answers
    return json.loads((RECORDED / f"{name}.json").read_text())


@pytest.fixture
def names() -> dict[str, str]:
    return {node["ID"]: parse.host_name(node) for node in recorded("nodes")}


def test_a_killed_and_a_stopped_task_are_told_with_those_that_replace_them(
    names: dict[str, str],
) -> None:
    found = parse.replicas(recorded("tasks_killed_and_stopped"), "frontend", names)
    assert sorted((r.state, r.ready, r.detail) for r in found) == [
        (ReplicaState.FAILED, False, "task: non-zero exit (137)"),
        (ReplicaState.RUNNING, True, "started"),
        (ReplicaState.STARTING, False, "prepared"),
        (ReplicaState.STARTING, False, "prepared"),
        (ReplicaState.STOPPED, False, "finished"),
    ]
    assert {r.node for r in found} <= {"swarm-1", "swarm-2", "swarm-3"}
    assert all(r.id == r.host and r.restarts == 0 for r in found)
    assert {r.image for r in found} == {"198.18.0.2:5000/counter:v1"}


def test_replicas_are_told_the_oldest_first(names: dict[str, str]) -> None:
    tasks = recorded("tasks_killed_and_stopped")
    created = {task["ID"]: task["CreatedAt"] for task in tasks}
    told = [created[r.id] for r in parse.replicas(reversed(tasks), "frontend", names)]
    assert told == sorted(created.values())


def test_an_image_that_cannot_be_pulled_is_a_failed_replica(names: dict[str, str]) -> None:
    found = parse.replicas(recorded("tasks_rejected"), "frontend", names)
    failed = next(r for r in found if r.image.endswith("nothere:1"))
    assert failed.state is ReplicaState.FAILED
    assert failed.detail == "No such image: 198.18.0.2:5000/nothere:1"
    assert ReplicaState.STOPPING in {r.state for r in found}


@pytest.mark.parametrize(
    ("current", "desired", "state"),
    [
        ("new", "running", ReplicaState.PENDING),
        ("pending", "running", ReplicaState.PENDING),
        ("preparing", "running", ReplicaState.STARTING),
        ("ready", "ready", ReplicaState.STARTING),
        ("starting", "running", ReplicaState.STARTING),
        ("starting", "shutdown", ReplicaState.STOPPING),
        ("running", "remove", ReplicaState.STOPPING),
        ("shutdown", "shutdown", ReplicaState.STOPPED),
        ("failed", "shutdown", ReplicaState.FAILED),
        ("orphaned", "shutdown", ReplicaState.FAILED),
    ],
)
def test_every_pair_of_states_is_one_word(current: str, desired: str, state: ReplicaState) -> None:
    assert parse.state({"Status": {"State": current}, "DesiredState": desired}) is state


def test_a_task_without_a_node_and_with_a_digest_is_told(names: dict[str, str]) -> None:
    task = {
        "ID": "t",
        "DesiredState": "running",
        "Status": {"State": "pending", "Err": "no suitable node"},
        "Spec": {"ContainerSpec": {"Image": "app:v1@sha256:abc"}},
    }
    found = parse.replica(task, "frontend", names)
    assert (found.node, found.image, found.detail) == ("", "app:v1", "no suitable node")


def test_a_paused_update_is_stuck_with_swarms_own_words() -> None:
    found = parse.progress(recorded("service"))
    assert found.state is RolloutState.STUCK
    assert found.detail.startswith("paused: update paused due to failure")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("updating", RolloutState.GOING),
        ("completed", RolloutState.DONE),
        ("rollback_started", RolloutState.RETURNING),
        ("rollback_paused", RolloutState.STUCK),
        ("rollback_completed", RolloutState.RETURNED),
    ],
)
def test_every_state_of_an_update_is_one_of_a_rollout(told: str, state: RolloutState) -> None:
    assert parse.progress({"UpdateStatus": {"State": told}}).state is state


def test_a_service_that_had_nothing_to_replace_is_done() -> None:
    assert parse.progress({}) == Progress(RolloutState.DONE)


@pytest.mark.parametrize("rest", ["", ":v1", ":v1@sha256:abc", "@sha256:abc"])
def test_a_repository_is_an_image_without_tag_and_digest(rest: str) -> None:
    assert parse.repository(f"198.18.0.2:5000/counter{rest}") == "198.18.0.2:5000/counter"


def test_nodes_begin_with_the_one_we_talk_to() -> None:
    answers = recorded("nodes")
    first = answers[2]["ID"]
    assert [node.name for node in parse.nodes(answers, first)] == ["swarm-3", "swarm-1", "swarm-2"]


def test_a_node_has_its_address_and_role() -> None:
    manager, worker, _ = parse.nodes(recorded("nodes"), "")
    assert manager == Node("swarm-1", "198.18.0.11", "manager", ready=True)
    assert (worker.address, worker.role) == ("198.18.0.12", "worker")


def test_a_drained_node_is_not_ready() -> None:
    answer = recorded("nodes")[1]
    answer["Spec"]["Availability"] = "drain"
    assert not parse.node(answer).ready


def test_versions_name_the_engine_and_its_parts() -> None:
    found = parse.versions(recorded("version"))
    assert found["engine"] == "26.1.5+dfsg1"
    assert found["api"] == "1.45"
    assert found["containerd"] == "1.7.24~ds1"


def test_settings_are_by_swarms_names_and_without_tokens() -> None:
    found = parse.settings(recorded("swarm"))
    assert found["Dispatcher.HeartbeatPeriod"] == "5s"
    assert found["Orchestration.TaskHistoryRetentionLimit"] == "5"
    assert "SWMTKN" not in str(found)


def test_the_table_has_a_line_for_every_task(names: dict[str, str]) -> None:
    tasks = recorded("tasks_rejected")
    head, *lines = parse.table(tasks, names).splitlines()
    assert head.split()[:2] == ["ID", "SLOT"]
    assert len(lines) == len(tasks)
    assert any(line.endswith("No such image: 198.18.0.2:5000/nothere:1") for line in lines)


def test_evidence_keeps_variables_but_not_secrets() -> None:
    service = recorded("service")
    service["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"].append("FAULT_TOKEN=made-up")
    text = parse.evidence([service])
    assert "REDIS_HOST=backend" in text
    assert "FAULT_TOKEN=(not recorded)" in text
    assert "made-up" not in text
