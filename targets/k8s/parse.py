"""From the API's JSON to the harness's words. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from seatrial.harness.model import Node, Replica, ReplicaState
from seatrial.targets.k8s.manifests import CONTROL_PLANE_LABEL, SERVICE_LABEL

Json = Mapping[str, Any]

ENDED = {"Succeeded": ReplicaState.STOPPED, "Failed": ReplicaState.FAILED}


def replica(pod: Json) -> Replica:
    """A pod as a replica."""
    metadata, spec = pod["metadata"], pod["spec"]
    container = _container(pod)
    return Replica(
        id=metadata["uid"],
        service=metadata.get("labels", {}).get(SERVICE_LABEL, ""),
        host=metadata["name"],
        node=spec.get("nodeName", ""),
        state=state(pod),
        ready=_holds(pod, "Ready") and not _told_to_stop(pod),
        image=spec["containers"][0]["image"],
        restarts=container.get("restartCount", 0),
        detail=_detail(pod),
    )


def replicas(pods: Iterable[Json]) -> tuple[Replica, ...]:
    """Pods as replicas, ordered by name so that two readings compare."""
    return tuple(sorted(map(replica, pods), key=lambda found: found.host))


def state(pod: Json) -> ReplicaState:
    """Where the pod is in its life."""
    phase = pod["status"].get("phase")
    if _told_to_stop(pod):
        return ReplicaState.STOPPED if phase in ENDED else ReplicaState.STOPPING
    if phase in ENDED:
        return ENDED[phase]
    if not pod["spec"].get("nodeName"):
        return ReplicaState.PENDING
    return _container_state(_container(pod))


def _container_state(container: Json) -> ReplicaState:
    now = container.get("state", {})
    if "running" in now:
        return ReplicaState.RUNNING
    # between its end and the next start, at once or after a back-off, nothing runs
    ended = "terminated" in now or "terminated" in container.get("lastState", {})
    return ReplicaState.FAILED if ended else ReplicaState.STARTING


def _detail(pod: Json) -> str:
    now = _container(pod).get("state", {})
    told = now.get("waiting") or now.get("terminated") or _unscheduled(pod)
    return ": ".join(word for word in (told.get("reason", ""), told.get("message", "")) if word)


def _unscheduled(pod: Json) -> Json:
    scheduled = conditions(pod).get("PodScheduled", {})
    return scheduled if scheduled.get("status") == "False" else {}


def _container(pod: Json) -> Json:
    """The status of the one container, empty before the kubelet has told of it."""
    found: Json = next(iter(pod["status"].get("containerStatuses") or ()), {})
    return found


def pulls(events: Iterable[Json]) -> int:
    """How many pulls of images these events tell of; like ones come as one, with their number."""
    return sum(event.get("count") or 1 for event in events if event.get("reason") == "Pulling")


def _told_to_stop(pod: Json) -> bool:
    return "deletionTimestamp" in pod["metadata"]


def conditions(of: Json) -> dict[str, Json]:
    """An object's conditions by their type."""
    return {found["type"]: found for found in of["status"].get("conditions") or ()}


def _holds(of: Json, condition: str) -> bool:
    return bool(conditions(of).get(condition, {}).get("status") == "True")


def controller(of: Json) -> Json:
    """The reference to what made the object and would make it again, empty when nothing would."""
    owners: list[Json] = of["metadata"].get("ownerReferences") or []
    return next((owner for owner in owners if owner.get("controller")), {})


def container_id(pod: Json) -> str:
    """The id by which the node's runtime knows the running container, "" when none runs."""
    container = _container(pod)
    if "running" not in container.get("state", {}):
        return ""
    return str(container.get("containerID", "")).rpartition("://")[2]


def process_id(tasks: str, container: str) -> int | None:
    """The main process of a container in the answer of `ctr task ls`; None when it is not there."""
    for line in tasks.splitlines():
        match line.split():
            case [found, pid, "RUNNING"] if found == container:
                return int(pid)
    return None


def column(table: str, index: int) -> list[str]:
    """One column of a table that `ctr` printed, without its head."""
    return [line.split()[index] for line in table.splitlines()[1:] if line.split()]


def repository(reference: str) -> str:
    """An image's name without tag and digest; a registry's port is no tag."""
    folder, slash, name = reference.partition("@")[0].rpartition("/")
    return folder + slash + name.partition(":")[0]


def references(images: str, repositories: Collection[str]) -> set[str]:
    """All names that `ctr images ls` has for images of these repositories: tags, digests, ids."""
    named = list(zip(column(images, 0), column(images, 2), strict=True))
    digests = {digest for name, digest in named if repository(name) in repositories}
    return {name for name, digest in named if digest in digests}


def nodes(listed: Json) -> tuple[Node, ...]:
    """The machines of the cluster, the control plane first."""
    found = (_node(item) for item in listed["items"])
    return tuple(sorted(found, key=lambda node: (node.role != "manager", node.name)))


def _node(item: Json) -> Node:
    labels = item["metadata"].get("labels", {})
    addresses = {found["type"]: found["address"] for found in item["status"]["addresses"]}
    return Node(
        name=item["metadata"]["name"],
        address=addresses["InternalIP"],
        role="manager" if CONTROL_PLANE_LABEL in labels else "worker",
        ready=_holds(item, "Ready"),
    )
