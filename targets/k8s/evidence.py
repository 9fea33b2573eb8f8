"""The cluster's own account of a run, as files. Never secrets."""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from seatrial.harness.errors import TargetError
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.parse import Json

LOG_LINES = 50
SECRET = re.compile("token|password|secret|credential|key", re.IGNORECASE)


def describe(api: Api, namespace: str) -> dict[str, str]:
    """Objects and events of the namespace, and the last words of replicas that are not well."""
    kinds = {
        "deployments": api.apps.list_namespaced_deployment,
        "replicasets": api.apps.list_namespaced_replica_set,
        "services": api.core.list_namespaced_service,
        "pods": api.core.list_namespaced_pod,
        "autoscalers": api.autoscaling.list_namespaced_horizontal_pod_autoscaler,
        "events": api.core.list_namespaced_event,
    }
    found = {kind: api.ask(verb, namespace)["items"] for kind, verb in kinds.items()}
    told = "\n".join(map(event_line, sorted(found.pop("events"), key=event_time)))
    files = {f"{kind}.json": json.dumps(clean(items), indent=1) for kind, items in found.items()}
    return {**files, "events.txt": told, **_logs(api, namespace, found["pods"])}


def clean(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """The same without bookkeeping, and without the values of variables that may be secret."""
    if isinstance(value, list):
        return [clean(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "value" in value and SECRET.search(str(value.get("name", ""))):
        return {**value, "value": "(not shown)"}
    return {key: clean(item) for key, item in value.items() if key != "managedFields"}


def event_time(event: Json) -> str:
    """When it was last seen; Kubernetes' wall clock, mostly in whole seconds."""
    metadata = event["metadata"]
    return str(
        event.get("lastTimestamp") or event.get("eventTime") or metadata["creationTimestamp"]
    )


def event_line(event: Json) -> str:
    """One event on one line."""
    about = event["involvedObject"]
    return (
        f"{event_time(event)} {event.get('type', '')} {event.get('reason', '')} "
        f"{about.get('kind', '')}/{about.get('name', '')} x{event.get('count') or 1}: "
        f"{' '.join(event.get('message', '').split())}"
    )


def _logs(api: Api, namespace: str, pods: Iterable[Json]) -> dict[str, str]:
    logs: dict[str, str] = {}
    for replica in map(parse.replica, pods):
        if not replica.ready:
            logs[f"{replica.host}.log"] = _log(api, namespace, replica.host, previous=False)
        if replica.restarts:
            name = f"{replica.host}.previous.log"
            logs[name] = _log(api, namespace, replica.host, previous=True)
    return logs


def _log(api: Api, namespace: str, pod: str, *, previous: bool) -> str:
    read = api.core.read_namespaced_pod_log
    with suppress(TargetError):
        return api.read(read, pod, namespace, previous=previous, tail_lines=LOG_LINES).decode(
            errors="replace"
        )
    return "no log: the kubelet does not give one\n"
