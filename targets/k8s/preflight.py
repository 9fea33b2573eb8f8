"""What the cluster is, read from the cluster."""

from collections.abc import Iterable
from importlib.metadata import version as installed

from kubernetes.client import VersionApi

from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Preflight, Service
from seatrial.targets.k8s import manifests, parse, settings
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.parse import Json
from seatrial.targets.k8s.settings import SYSTEM

EXPOSURE = (
    "NodePort: on every node kube-proxy ({mode}) hands each new connection to any ready replica, "
    "on whichever node that runs; kept connections stay with their replica."
)


def preflight(api: Api, target: str) -> Preflight:
    """Ask for versions, nodes and settings."""
    server = str(api.ask(VersionApi(api.client).get_code)["gitVersion"])
    listed = api.ask(api.core.list_node)
    mode = settings.proxy_mode(_proxy_config(api))
    return Preflight(
        target=target,
        versions=_versions(server, listed["items"]),
        nodes=parse.nodes(listed),
        settings={**_control_plane(api, server), **_kubelet(api, listed), **_deployed(mode)},
        exposure=EXPOSURE.format(mode=mode),
    )


def _versions(server: str, nodes: Iterable[Json]) -> dict[str, str]:
    told = [node["status"]["nodeInfo"] for node in nodes]
    return {
        "server": server,
        "kubelet": _each(info["kubeletVersion"] for info in told),
        "container runtime": _each(info["containerRuntimeVersion"] for info in told),
        "operating system": _each(info["osImage"] for info in told),
        "kernel": _each(info["kernelVersion"] for info in told),
        "client": f"kubernetes {installed('kubernetes')} (Python)",
    }


def _each(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))


def _control_plane(api: Api, server: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in settings.FLAGS:
        selector = f"component={name}"
        pods = api.ask(api.core.list_namespaced_pod, SYSTEM, label_selector=selector)["items"]
        found |= settings.component(name, pods, server)
    return found


def _kubelet(api: Api, listed: Json) -> dict[str, str]:
    found = _configz(api, listed)
    return settings.kubelet(found) if found else {}


def cluster_domain(api: Api) -> str:
    """The cluster's domain as a kubelet knows it; the usual one where kubelets may not be asked."""
    found = _configz(api, api.ask(api.core.list_node))
    return settings.cluster_domain(found) if found else settings.CLUSTER_DOMAIN


def _configz(api: Api, listed: Json) -> Json | None:
    name = parse.nodes(listed)[-1].name
    try:
        found: Json = api.ask(api.core.connect_get_node_proxy_with_path, name, "configz")
    except RejectedError:  # the user may not ask kubelets: they stay unsaid
        return None
    return found


def _proxy_config(api: Api) -> Json | None:
    try:
        found: Json = api.ask(api.core.read_namespaced_config_map, "kube-proxy", SYSTEM)
    except RejectedError:  # replaced by another, or not for this user's eyes
        return None
    return found


def _deployed(mode: str) -> dict[str, str]:
    default = manifests.deployment("", Service("", "", 0))
    return {"kube-proxy mode": mode, **settings.applied(default)}
