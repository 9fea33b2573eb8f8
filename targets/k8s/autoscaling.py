"""Replicas by use of processor: a HorizontalPodAutoscaler."""

import math

from seatrial.harness.capability import Autoscale
from seatrial.harness.model import ScalingPolicy
from seatrial.targets.k8s.accepted import Accepted
from seatrial.targets.k8s.manifests import RUN_LABEL, SERVICE_LABEL, Manifest


class PodAutoscaling(Accepted, Autoscale):
    """The cluster's own autoscaler, which reads the metrics API (metrics-server)."""

    def autoscale(self, service: str, policy: ScalingPolicy) -> None:
        """Have the service's deployment follow its pods' use of processor."""
        patch = self.api.autoscaling.patch_namespaced_horizontal_pod_autoscaler
        body = autoscaler(self.workload.run, service, policy)
        self.api.apply(patch, service, self.namespace, body=body)


def autoscaler(run: str, service: str, policy: ScalingPolicy) -> Manifest:
    """The autoscaler of a service's deployment; what the policy leaves open is the cluster's."""
    spec: Manifest = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service},
        "minReplicas": policy.lowest,
        "maxReplicas": policy.highest,
        "metrics": [_use_of_cpu(policy.cpu_percent)],
    }
    if policy.calm_s is not None:
        window = {"stabilizationWindowSeconds": math.ceil(policy.calm_s)}
        spec["behavior"] = {"scaleDown": window}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": service, "labels": {RUN_LABEL: run, SERVICE_LABEL: service}},
        "spec": spec,
    }


def _use_of_cpu(percent: int) -> Manifest:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}
