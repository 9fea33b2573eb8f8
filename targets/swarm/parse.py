"""What the API answers, in the harness's words. No I/O."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seatrial.harness.model import Node, Progress, Replica, ReplicaState, RolloutState

Answer = Mapping[str, Any]
"""A decoded answer of the API."""

STATES = {
    "new": ReplicaState.PENDING,
    "pending": ReplicaState.PENDING,
    "assigned": ReplicaState.STARTING,
    "accepted": ReplicaState.STARTING,
    "preparing": ReplicaState.STARTING,
    "ready": ReplicaState.STARTING,  # prepared and waiting for its start, not "ready to serve"
    "starting": ReplicaState.STARTING,  # until its health check passes
    "running": ReplicaState.RUNNING,
    "complete": ReplicaState.STOPPED,
    "shutdown": ReplicaState.STOPPED,
    "remove": ReplicaState.STOPPED,
    "failed": ReplicaState.FAILED,
    "rejected": ReplicaState.FAILED,
    "orphaned": ReplicaState.FAILED,
}
ROLLOUTS = {
    "updating": RolloutState.GOING,
    "paused": RolloutState.STUCK,
    "completed": RolloutState.DONE,
    "rollback_started": RolloutState.RETURNING,
    "rollback_paused": RolloutState.STUCK,
    "rollback_completed": RolloutState.RETURNED,
}
ENDED = {ReplicaState.STOPPED, ReplicaState.FAILED}
TOLD_TO_END = {"shutdown", "remove"}
COLUMNS = ("ID", "SLOT", "IMAGE", "NODE", "DESIRED", "CURRENT", "SINCE", "ERROR")
SECRET = re.compile(r"^([^=]*(?:TOKEN|PASSWORD|SECRET)[^=]*)=.*", re.IGNORECASE | re.DOTALL)


def replica(task: Answer, service: str, nodes: Mapping[str, str]) -> Replica:
    """One task; `nodes` are the nodes' host names by their ids."""
    status = task["Status"]
    return Replica(
        id=task["ID"],
        service=service,
        host=task["ID"],  # the host name template of every container we deploy
        node=nodes.get(task.get("NodeID", ""), ""),
        state=state(task),
        ready=status["State"] == task["DesiredState"] == "running",
        image=task["Spec"]["ContainerSpec"]["Image"].partition("@")[0],
        detail=status.get("Err") or status.get("Message", ""),
    )


def state(task: Answer) -> ReplicaState:
    """Swarm's state and the state it wants, in one word."""
    found = STATES[task["Status"]["State"]]
    told = task["DesiredState"] in TOLD_TO_END
    return ReplicaState.STOPPING if told and found not in ENDED else found


def replicas(tasks: Iterable[Answer], service: str, nodes: Mapping[str, str]) -> list[Replica]:
    """All tasks, the oldest first."""
    in_order = sorted(tasks, key=lambda task: (task["CreatedAt"], task["ID"]))
    return [replica(task, service, nodes) for task in in_order]


def progress(service: Answer) -> Progress:
    """Its latest update by Swarm's own account; without one nothing had to be replaced."""
    status = service.get("UpdateStatus") or {}
    if "State" not in status:
        return Progress(RolloutState.DONE)
    return Progress(ROLLOUTS[status["State"]], f"{status['State']}: {status.get('Message', '')}")


def host_name(node: Answer) -> str:
    """A node's own name."""
    return str(node["Description"]["Hostname"])


def node(answer: Answer) -> Node:
    """One member of the swarm."""
    ready = answer["Status"]["State"] == "ready"
    return Node(
        name=host_name(answer),
        address=address(answer),
        role=answer["Spec"]["Role"],
        ready=ready and answer["Spec"]["Availability"] == "active",
    )


def address(answer: Answer) -> str:
    """A node's address: a manager may not know its own but for the one it listens on as such."""
    told = answer.get("ManagerStatus", {}).get("Addr", "")
    return told.rpartition(":")[0] or str(answer["Status"]["Addr"])


def nodes(answers: Iterable[Answer], first: str) -> tuple[Node, ...]:
    """All members, that of the id `first` before the others, these by name."""
    order = sorted(answers, key=lambda answer: (answer["ID"] != first, host_name(answer)))
    return tuple(node(answer) for answer in order)


def repository(image: str) -> str:
    """An image's name without its tag; a port in the registry's name is none."""
    path, slash, name = image.partition("@")[0].rpartition("/")
    return path + slash + name.partition(":")[0]


def versions(answer: Answer) -> dict[str, str]:
    """The engine, its API, and what the engine says it is made of."""
    components = {part["Name"].lower(): part["Version"] for part in answer.get("Components", ())}
    components.pop("engine", None)
    return {"engine": answer["Version"], "api": answer["ApiVersion"], **components}


def settings(swarm: Answer) -> dict[str, str]:
    """Those of the whole swarm that decide results. What else the answer holds is not passed on."""
    spec = swarm["Spec"]
    return {
        "Dispatcher.HeartbeatPeriod": seconds(spec["Dispatcher"]["HeartbeatPeriod"]),
        "Orchestration.TaskHistoryRetentionLimit": str(
            spec["Orchestration"]["TaskHistoryRetentionLimit"]
        ),
        "Raft.ElectionTick": str(spec["Raft"]["ElectionTick"]),
        "Raft.HeartbeatTick": str(spec["Raft"]["HeartbeatTick"]),
    }


def seconds(nanoseconds: int) -> str:
    """A duration as the command line writes it."""
    return f"{nanoseconds / 1e9:g}s"


def table(tasks: Sequence[Answer], nodes: Mapping[str, str]) -> str:
    """The tasks as `docker service ps` lists them."""
    in_order = sorted(tasks, key=lambda task: task["CreatedAt"])
    rows = [COLUMNS, *(_row(task, nodes) for task in in_order)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def _row(task: Answer, nodes: Mapping[str, str]) -> tuple[str, ...]:
    status, node_id = task["Status"], task.get("NodeID", "")
    return (
        task["ID"],
        str(task.get("Slot", "")),
        task["Spec"]["ContainerSpec"]["Image"],
        nodes.get(node_id, node_id),
        task["DesiredState"],
        status["State"],
        status["Timestamp"],
        status.get("Err", ""),
    )


def evidence(answers: Sequence[Answer]) -> str:
    """Answers as text, without the values of variables that are secrets by their name."""
    return json.dumps(_without_secrets(answers), indent=2, sort_keys=True) + "\n"


def _without_secrets(value: object) -> object:
    match value:
        case Mapping():
            return {key: _without_secrets(inner) for key, inner in value.items()}
        case str():
            return SECRET.sub(r"\1=(not recorded)", value)
        case Sequence():
            return [_without_secrets(inner) for inner in value]
    return value
