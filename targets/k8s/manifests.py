"""A workload as Kubernetes' objects, ready to be applied. Pure.

What a workload leaves open is set to Kubernetes' documented default all the same, so that the
object says what was measured and no admission hook can change it unseen.
"""

import math
import re
from collections.abc import Sequence
from typing import Any

from seatrial.harness.model import Order, Probe, Resources, Service, UpdatePolicy

RUN_LABEL = "seatrial.run"
SERVICE_LABEL = "seatrial.service"
TRACK_LABEL = "seatrial.track"
STABLE, CANARY = "stable", "canary"
CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane"
LOST = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
"""The taints of a node that is lost."""
STOP_GRACE_S = 30
ROLLING_UPDATE = {"maxSurge": "25%", "maxUnavailable": "25%"}
PROGRESS_DEADLINE_S = 600

Manifest = dict[str, Any]

WORKERS: Manifest = {
    "requiredDuringSchedulingIgnoredDuringExecution": {
        "nodeSelectorTerms": [
            {"matchExpressions": [{"key": CONTROL_PLANE_LABEL, "operator": "DoesNotExist"}]}
        ]
    }
}


def namespace(run: str) -> Manifest:
    """The namespace of a run, found by its label.

    The API gives it a name that no other ever had: cluster DNS may answer for half a minute with
    what a name of before stood for.
    """
    name = re.sub(r"[^a-z0-9]+", "-", f"seatrial-{run}-".lower())
    metadata = {"generateName": name, "labels": {RUN_LABEL: run}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def service(run: str, of: Service) -> Manifest:
    """The name by which a service is found; on each node's port when it is published."""
    port: Manifest = {"name": "main", "port": of.port, "targetPort": of.port, "protocol": "TCP"}
    spec: Manifest = {"type": "ClusterIP", "selector": {SERVICE_LABEL: of.name}, "ports": [port]}
    if of.published_port is not None:
        port["nodePort"] = of.published_port
        spec |= {"type": "NodePort", "externalTrafficPolicy": "Cluster"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(run, of), "spec": spec}


def deployment(run: str, of: Service) -> Manifest:
    """The replicas of a service and how they are replaced."""
    labels = {**_labels(run, of), TRACK_LABEL: STABLE}
    selector = {label: labels[label] for label in (SERVICE_LABEL, TRACK_LABEL)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(run, of),
        "spec": {
            "replicas": of.replicas,
            "selector": {"matchLabels": selector},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": _rolling_update(of.update)},
            "minReadySeconds": _seconds(of.update.delay_s) if of.update else 0,
            "progressDeadlineSeconds": PROGRESS_DEADLINE_S,
            "template": {"metadata": {"labels": labels}, "spec": _pod(of)},
        },
    }


def change(of: str, image: str | None, environment: dict[str, str]) -> Manifest:
    """A strategic merge patch of a deployment: what is not named stays."""
    container: Manifest = {"name": of, "env": variables(environment)}
    if image is not None:
        container["image"] = image
    return {"spec": {"template": {"spec": {"containers": [container]}}}}


def holder(run: str, images: Sequence[str]) -> Manifest:
    """A pod on every node, of whatever taint, that holds these images by idling in each."""
    labels = {RUN_LABEL: run}
    containers = [
        {"name": f"image-{index}", "image": image, "command": ["sleep", "infinity"]}
        for index, image in enumerate(images)
    ]
    pod = {
        "automountServiceAccountToken": False,
        "tolerations": [{"operator": "Exists"}],
        "containers": containers,
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "images", "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def _labels(run: str, of: Service) -> dict[str, str]:
    return {RUN_LABEL: run, SERVICE_LABEL: of.name}


def _metadata(run: str, of: Service) -> Manifest:
    return {"name": of.name, "labels": _labels(run, of)}


def _pod(of: Service) -> Manifest:
    grace_s = STOP_GRACE_S if of.stop_grace_s is None else of.stop_grace_s
    pod: Manifest = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": _seconds(grace_s),
        "containers": [_container(of)],
    }
    if of.replacement_delay_s is not None:
        pod["tolerations"] = [_toleration(taint, of.replacement_delay_s) for taint in LOST]
    if of.workers_only:
        pod["affinity"] = {"nodeAffinity": WORKERS}
    return pod


def _toleration(taint: str, duration_s: float) -> Manifest:
    return {
        "key": taint,
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": _seconds(duration_s),
    }


def _container(of: Service) -> Manifest:
    container: Manifest = {
        "name": of.name,
        "image": of.image,
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"containerPort": of.port, "protocol": "TCP"}],
        "env": variables(dict(of.environment)),
        "resources": _resources(of.resources),
    }
    if of.readiness:
        container["readinessProbe"] = _probe(of.readiness, of.port)
    if of.liveness:
        container["livenessProbe"] = _probe(of.liveness, of.port)
    if of.pre_stop_s > 0:
        container["lifecycle"] = {"preStop": {"sleep": {"seconds": _seconds(of.pre_stop_s)}}}
    return container


def variables(environment: dict[str, str]) -> list[dict[str, str]]:
    """An environment as a container has it."""
    return [{"name": name, "value": value} for name, value in environment.items()]


def _probe(probe: Probe, port: int) -> Manifest:
    return {
        "httpGet": {"path": probe.path, "port": port, "scheme": "HTTP"},
        "initialDelaySeconds": _seconds(probe.start_s),
        "periodSeconds": max(1, _seconds(probe.period_s)),
        "timeoutSeconds": max(1, _seconds(probe.timeout_s)),
        "failureThreshold": probe.failures,
        "successThreshold": 1,
    }


def _resources(resources: Resources) -> Manifest:
    requests = {
        "cpu": f"{round(resources.cpu_reserved * 1000)}m",
        "memory": f"{resources.memory_reserved_mib}Mi",
    }
    limits = {}
    if resources.cpu_limit is not None:
        limits["cpu"] = f"{round(resources.cpu_limit * 1000)}m"
    if resources.memory_limit_mib is not None:
        limits["memory"] = f"{resources.memory_limit_mib}Mi"
    return {"requests": requests, "limits": limits}


def _rolling_update(policy: UpdatePolicy | None) -> Manifest:
    if policy is None:
        return dict(ROLLING_UPDATE)
    if policy.order is Order.START_FIRST:
        return {"maxSurge": policy.parallelism, "maxUnavailable": 0}
    return {"maxSurge": 0, "maxUnavailable": policy.parallelism}


def _seconds(duration_s: float) -> int:
    """Kubernetes counts whole seconds: never less than asked for."""
    return math.ceil(duration_s)
