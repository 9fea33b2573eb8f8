"""The edge (harness/edge.py) in the swarm: where the kernel has no IPVS, or on request. No I/O.

It finds the replicas by Docker's DNS and takes the place of the routing mesh: the same port on
every node.
"""

import hashlib

from seatrial.harness import edge
from seatrial.harness.model import Service
from seatrial.targets.swarm import translate
from seatrial.targets.swarm.spec import Part, ServiceSpec

LISTEN_PORT = 8080  # HAProxy is not root: no port below 1024
RESOLVER = "nameserver embedded 127.0.0.11:53"

EXPOSURE = (
    "Port published in host mode on every node by an HAProxy (global service) that finds the tasks "
    "by Docker's DNS (endpoint mode dnsrr), checks each every 500 ms and balances request by "
    "request, also on kept connections."
)
FALLBACK = (
    "The nodes' kernel has no IPVS, so Swarm's virtual IPs and routing mesh do not answer: "
    "HAProxy on every node took the mesh's place. On a kernel with IPVS the mesh is used, which "
    "balances connections and relies on the containers' own health checks."
)


def config(service: Service) -> str:
    """The haproxy.cfg in front of that service."""
    name = f"tasks.{service.name}"
    return edge.config(service, listen=LISTEN_PORT, resolver=RESOLVER, name=name)


def config_name(run: str, service: Service) -> str:
    """Swarm's configs never change: another content is another config."""
    digest = hashlib.sha256(config(service).encode()).hexdigest()[:8]
    return f"{translate.service_name(run, service.name)}-edge-{digest}"


def service_spec(  # noqa: PLR0913 - the ids of what was made before it
    run: str, service: Service, published: int, *, image: str, network: str, config_id: str
) -> ServiceSpec:
    """One HAProxy a node, on the published port of the node itself."""
    return ServiceSpec(
        name=f"{translate.service_name(run, service.name)}-edge",
        labels=translate.labels(run),
        task_template={
            "ContainerSpec": {
                "Image": image,
                "Labels": translate.labels(run),
                "StopSignal": "SIGUSR1",  # as first process HAProxy does not hear SIGTERM
                "StopGracePeriod": translate.nanoseconds(translate.STOP_GRACE_S),
                "Configs": [_reference(config_id, config_name(run, service))],
            },
            "RestartPolicy": translate.RESTART_POLICY,
            "Placement": {},
            "Networks": [{"Target": network}],
            "ForceUpdate": 0,
        },
        mode={"Global": {}},
        update_config=translate.UPDATE_CONFIG,
        rollback_config=translate.UPDATE_CONFIG,
        endpoint_spec={
            "Mode": "dnsrr",
            "Ports": [translate.port(published, LISTEN_PORT, "host")],
        },
    )


def _reference(config_id: str, name: str) -> Part:
    path = f"{edge.CONFIG_FOLDER}/{edge.CONFIG_FILE}"
    file = {"Name": path, "UID": "0", "GID": "0", "Mode": 0o444}
    return {"ConfigID": config_id, "ConfigName": name, "File": file}
