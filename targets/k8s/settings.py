"""The settings that decide results, by Kubernetes' own names, as the cluster tells them. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seatrial.targets.k8s.parse import Json

SYSTEM = "kube-system"
"""The namespace of the cluster's own pods."""
MANAGER = "kube-controller-manager"
SERVER = "kube-apiserver"
GRACE = "node-monitor-grace-period"

# flag → its documented default
FLAGS: Mapping[str, Mapping[str, str]] = {
    MANAGER: {
        "node-monitor-period": "5s",
        GRACE: "50s",
        "node-eviction-rate": "0.1",
        "unhealthy-zone-threshold": "0.55",
        "horizontal-pod-autoscaler-sync-period": "15s",
        "horizontal-pod-autoscaler-downscale-stabilization": "5m0s",
    },
    SERVER: {
        "default-not-ready-toleration-seconds": "300",
        "default-unreachable-toleration-seconds": "300",
    },
}
LONGER_GRACE_SINCE = (1, 32)
SHORTER_GRACE = "40s"

CLUSTER_DOMAIN = "cluster.local"
"""What installers set where nobody asks for another."""

KUBELET = (
    "nodeStatusUpdateFrequency",
    "nodeStatusReportFrequency",
    "nodeLeaseDurationSeconds",
    "syncFrequency",
    "serializeImagePulls",
    "cgroupDriver",
)


def component(name: str, pods: Iterable[Json], version: str) -> dict[str, str]:
    """The flags of a control plane's component, from its pods' command lines."""
    lines = [command_line(pod) for pod in pods]
    given = flags(lines[0]) if lines else {}
    # a managed control plane does not show its pods
    origin = "default" if lines else "default; the cluster does not show its own"
    defaults = {flag: f"{default} ({origin})" for flag, default in _defaults(name, version).items()}
    return defaults | {flag: given[flag] for flag in defaults if flag in given}


def _defaults(name: str, version: str) -> dict[str, str]:
    defaults = dict(FLAGS[name])
    if GRACE in defaults and _release(version) < LONGER_GRACE_SINCE:
        defaults[GRACE] = SHORTER_GRACE
    return defaults


def _release(version: str) -> tuple[int, ...]:
    """(1, 34) of v1.34.4."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def command_line(pod: Json) -> Sequence[str]:
    """What the pod's first container runs."""
    container = pod["spec"]["containers"][0]
    return [*(container.get("command") or ()), *(container.get("args") or ())]


def flags(words: Sequence[str]) -> dict[str, str]:
    """The flags of a command line that have a value."""
    matches = (re.fullmatch(r"--([^=]+)=(.*)", word) for word in words)
    return {match[1]: match[2] for match in matches if match}


def kubelet(configz: Json) -> dict[str, str]:
    """A kubelet's settings, as it runs with them."""
    running: Mapping[str, Any] = configz["kubeletconfig"]
    return {f"kubelet {name}": _word(running[name]) for name in KUBELET if name in running}


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def cluster_domain(configz: Json) -> str:
    """The domain that cluster DNS answers for."""
    return str(configz["kubeletconfig"].get("clusterDomain") or CLUSTER_DOMAIN)


def proxy_mode(config_map: Json | None) -> str:
    """How kube-proxy balances: iptables, ipvs, nftables; "unknown" when the cluster hides it."""
    if config_map is None:
        return "unknown"
    found = re.search(r'^mode: *"?(\w*)"?', config_map["data"]["config.conf"], re.MULTILINE)
    return (found[1] if found else "") or "iptables"


def applied(deployment: Json) -> dict[str, str]:
    """What a service with nothing set is deployed with."""
    spec, pod = deployment["spec"], deployment["spec"]["template"]["spec"]
    return {
        **spec["strategy"]["rollingUpdate"],
        "progressDeadlineSeconds": str(spec["progressDeadlineSeconds"]),
        "terminationGracePeriodSeconds": str(pod["terminationGracePeriodSeconds"]),
    }
