"""The edge that both orchestrators can be put behind: an HAProxy on every node. No I/O.

It listens on the node's own published port, finds the replicas by a name in the cluster's DNS that
stands for the address of each, checks each itself, and balances request by request. How it gets to
the nodes and which name it is, is the adapters'.
"""

from collections.abc import Mapping

from seatrial.harness.model import Service

CONFIG_FOLDER, CONFIG_FILE = "/usr/local/etc/haproxy", "haproxy.cfg"
SLOTS = 64
"""How many replicas of one service the edge has room for."""

CHECK, RESOLVE, BALANCE = "500ms", "500ms", "roundrobin"

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

resolvers cluster
    {resolver}
    accepted_payload_size 8192
    resolve_retries 3
    timeout resolve {resolve}
    timeout retry {resolve}
    hold valid 1s

frontend published
    bind :{listen}
    default_backend replicas

backend replicas
    balance {balance}
    {probe}
    default-server check inter {check} fall 1 rise 1 init-addr none resolvers cluster
    server-template replica {slots} {name}:{port}
"""


def image(registry: str) -> str:
    """The edge's image as nodes pull it."""
    return f"{registry}/edge:1"


def config(service: Service, *, listen: int, resolver: str, name: str) -> str:
    """The haproxy.cfg in front of that service.

    Args:
        service: whose replicas answer, on its port, checked by its readiness path.
        listen: the port that requests come in on.
        resolver: the line of HAProxy's `resolvers` section that says which DNS to ask.
        name: the whole name that stands for the addresses of all replicas.
    """
    probe = service.readiness
    return TEMPLATE.format(
        listen=listen,
        resolver=resolver,
        resolve=RESOLVE,
        check=CHECK,
        balance=BALANCE,
        probe=f"option httpchk GET {probe.path}" if probe else "option tcp-check",
        slots=SLOTS,
        name=name,
        port=service.port,
    )


def settings() -> Mapping[str, str]:
    """What is the same for both, by HAProxy's own words."""
    return {
        "edge": "HAProxy on every node",
        "edge balance": BALANCE,
        "edge check inter": CHECK,
        "edge timeout resolve": RESOLVE,
    }
