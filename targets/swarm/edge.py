"""The way in where the kernel has no IPVS: an HAProxy on every node. No I/O.

It finds the replicas by Docker's DNS, checks each itself, and takes the place of the routing mesh:
the same port on every node.
"""

import hashlib

from seatrial.harness.model import Service
from seatrial.targets.swarm import translate
from seatrial.targets.swarm.spec import Part, ServiceSpec

CONFIG_PATH = "/usr/local/etc/haproxy/haproxy.cfg"
LISTEN_PORT = 8080  # HAProxy is not root: no port below 1024
SLOTS = 64
"""How many replicas of one service the edge has room for."""

# Retries only after a connection that was never made: a page view sent twice would count twice.
TEMPLATE = """\
global
    maxconn 4096
    hard-stop-after 1s

defaults
    mode http
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    retries 2
    retry-on conn-failure
    option redispatch

resolvers docker
    nameserver embedded 127.0.0.11:53
    accepted_payload_size 8192
    resolve_retries 3
    timeout resolve 500ms
    timeout retry 500ms
    hold valid 1s

frontend published
    bind :{listen}
    default_backend replicas

backend replicas
    balance roundrobin
    {check}
    default-server check inter 500ms fall 1 rise 1 init-addr none resolvers docker
    server-template replica {slots} tasks.{service}:{port}
"""

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
    probe = service.readiness
    return TEMPLATE.format(
        listen=LISTEN_PORT,
        check=f"option httpchk GET {probe.path}" if probe else "option tcp-check",
        slots=SLOTS,
        service=service.name,
        port=service.port,
    )


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
    file = {"Name": CONFIG_PATH, "UID": "0", "GID": "0", "Mode": 0o444}
    return {"ConfigID": config_id, "ConfigName": name, "File": file}
