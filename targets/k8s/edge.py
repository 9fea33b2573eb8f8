"""The edge on request: an HAProxy on every node, on the published port of the node itself. Pure.

It takes the place of the NodePort. A Service without an address of its own lets cluster DNS tell
the address of each ready replica.
"""

from dataclasses import replace

from seatrial.harness import edge
from seatrial.harness.model import Service, Workload
from seatrial.targets.k8s.manifests import RUN_LABEL, SERVICE_LABEL, Manifest

EDGE_LABEL = "seatrial.edge"
STOP_GRACE_S = 1
"""As first process HAProxy does not hear SIGTERM: it is killed after this."""
RESOLVER = "parse-resolv-conf"
EXPOSURE = (
    "HAProxy on every node (DaemonSet in the node's network) that finds the replicas by cluster "
    "DNS (headless Service), checks each every 500 ms and balances request by request, also on "
    "kept connections."
)


def inside(of: Service) -> Service:
    """The service as it is where nothing but the edge leads to it from outside."""
    return replace(of, published_port=None)


def each(run: str, of: Service) -> Manifest:
    """The name that stands for the address of each ready replica."""
    port = {"name": "main", "port": of.port, "targetPort": of.port, "protocol": "TCP"}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": each_name(of), "labels": _labels(run, of)},
        "spec": {
            "type": "ClusterIP",
            "clusterIP": "None",
            "selector": {SERVICE_LABEL: of.name},
            "ports": [port],
        },
    }


def each_name(of: Service) -> str:
    """The headless Service's name."""
    return f"{of.name}-each"


def edge_name(of: Service) -> str:
    """The name of the edge's DaemonSet and of its configuration."""
    return f"{of.name}-edge"


def configuration(run: str, of: Service, namespace: str, domain: str) -> Manifest:
    """HAProxy's file: it knows no search domains, so the name in it is whole."""
    text = edge.config(
        of,
        listen=of.published_port or of.port,
        resolver=RESOLVER,
        name=f"{each_name(of)}.{namespace}.svc.{domain}",
    )
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": edge_name(of), "labels": _labels(run, of)},
        "data": {edge.CONFIG_FILE: text},
    }


def daemons(run: str, of: Service, image: str) -> Manifest:
    """One HAProxy a node, of whatever taint, as Swarm's global service has one on managers too."""
    labels = _labels(run, of)
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": edge_name(of), "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": _pod(of, image)},
        },
    }


def _pod(of: Service, image: str) -> Manifest:
    port = of.published_port
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "hostNetwork": True,
        "dnsPolicy": "ClusterFirstWithHostNet",
        "terminationGracePeriodSeconds": STOP_GRACE_S,
        "tolerations": [{"operator": "Exists"}],
        "containers": [
            {
                "name": "edge",
                "image": image,
                "imagePullPolicy": "IfNotPresent",
                # said, so that the scheduler lets no second one to the node's port
                "ports": [{"containerPort": port, "hostPort": port, "protocol": "TCP"}],
                "volumeMounts": [{"name": "config", "mountPath": edge.CONFIG_FOLDER}],
            }
        ],
        "volumes": [{"name": "config", "configMap": {"name": edge_name(of)}}],
    }


def _labels(run: str, of: Service) -> dict[str, str]:
    """Not the service's own label: an edge is no replica."""
    return {RUN_LABEL: run, EDGE_LABEL: of.name}


def published(workload: Workload) -> tuple[Service, ...]:
    """The services that an edge is in front of."""
    return tuple(of for of in workload.services if workload.edge and of.published_port)
