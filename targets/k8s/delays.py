"""What Kubernetes' settings alone cost, as the floors of its recoveries. No I/O.

Sources: kube-controller-manager's node-monitor-grace-period, the tolerations that admission adds,
the kubelet's leases, the first restart of a container without back-off, the deployment's progress
deadline, the autoscaler's stabilisation. Kubernetes' own documentation names each.
"""

import re
from collections.abc import Iterator, Mapping

from seatrial.harness.model import Delay, Preflight, Probe, Settings
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.settings import FLAGS

BACK_OFF_S = (0.0, 10.0, 20.0, 40.0, 80.0)
LEASE_S = 40.0
RENEWED = 4
"""A kubelet renews its lease four times in the lease's duration."""

DEFAULTS = {name: told for flags in FLAGS.values() for name, told in flags.items()}
"""For a cluster that has not been looked at."""

GRACE = "node-monitor-grace-period"
TOLERATION = "default-unreachable-toleration-seconds"
DOWNSCALE = "horizontal-pod-autoscaler-downscale-stabilization"

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def delays(found: Preflight, settings: Settings) -> tuple[Delay, ...]:
    """One for each step that settings make longer."""
    at_once = "a new replica is made at once"
    deadline_s = float(manifests.PROGRESS_DEADLINE_S)
    return (
        Delay("crash_replaced", 0.0, "the first restart of a container comes without back-off"),
        *crashes(),
        Delay("deleted_replaced", 0.0, at_once),
        hang(settings),
        ended(settings),
        noticed(found.settings, settings),
        replaced(found.settings, settings),
        Delay("drain_replaced", 0.0, at_once),
        Delay("rollout_noticed", deadline_s, f"progressDeadlineSeconds {deadline_s:g} s"),
        Delay("autoscale_down", *_told(found.settings, DOWNSCALE), f"--{DOWNSCALE}"),
    )


def crashes() -> Iterator[Delay]:
    """The kubelet's back-off between restarts: none, then 10 s, and twice as long each time."""
    for number, delay_s in enumerate(BACK_OFF_S, 1):
        because = f"back-off of restart {number} of the kubelet: {delay_s:g} s"
        yield Delay(f"crash_{number}_replaced", delay_s, because)


def noticed(cluster: Mapping[str, str], settings: Settings) -> Delay:
    """The grace period, less the time by which the last lease may be old at the loss."""
    wanted = {} if settings.notice_s is None else {GRACE: f"{settings.notice_s:g}s"}
    grace_s, because = _told({**wanted, **cluster}, GRACE)
    lease_s = float(cluster.get("kubelet nodeLeaseDurationSeconds", LEASE_S)) / RENEWED
    because = f"{because}, less a lease renewal of {lease_s:g} s that was just due"
    lower = f"kube-controller-manager --{GRACE}"
    return Delay("node_noticed", max(0.0, grace_s - lease_s), because, lower)


def replaced(cluster: Mapping[str, str], settings: Settings) -> Delay:
    """How long a replica tolerates that its node is gone."""
    wanted = settings.replacement_delay_s
    told_s, because = _told(cluster, TOLERATION)
    if wanted is not None:
        told_s, because = wanted, f"tolerationSeconds {wanted:g}"
    return Delay("node_replaced", told_s, because, "tolerationSeconds of the replicas")


def hang(settings: Settings) -> Delay:
    """Until so many liveness probes in a row have failed, each by its timeout."""
    probe = Probe("/", period_s=settings.probe_period_s)
    least_s = (probe.failures - 1) * probe.period_s + probe.timeout_s
    because = f"livenessProbe failureThreshold {probe.failures}, periodSeconds {probe.period_s:g}"
    return Delay("hang_noticed", least_s, because, "the livenessProbe's periodSeconds")


def ended(settings: Settings) -> Delay:
    """A process that hangs does not hear SIGTERM: it is killed after its grace."""
    grace_s = manifests.STOP_GRACE_S if settings.stop_grace_s is None else settings.stop_grace_s
    because = f"terminationGracePeriodSeconds {grace_s:g}, which a hung process uses up"
    return Delay("hang_ended", float(grace_s), because, "terminationGracePeriodSeconds")


def _told(cluster: Mapping[str, str], name: str) -> tuple[float, str]:
    """A setting as preflight tells it: 50s (default), 5m0s, 300."""
    word = cluster.get(name, DEFAULTS[name]).partition(" ")[0]
    parts = re.findall(r"([\d.]+)(ms|h|m|s)", word)
    told_s = sum(float(number) * UNITS[unit] for number, unit in parts) if parts else float(word)
    return told_s, f"{name} {told_s:g} s"
