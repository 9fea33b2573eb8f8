"""The counter app as a neutral workload: what every trial deploys."""

from seatrial.harness.model import Probe, Resources, Service, UpdatePolicy, Workload

FRONTEND = "frontend"
BACKEND = "backend"
APP_PORT = 8080
PUBLISHED_PORT = 30080
"""Inside the range that Kubernetes gives to node ports, so that both expose the same one."""


def _probe(path: str) -> Probe:
    return Probe(path, command=("python3", "/app/health.py", str(APP_PORT), path))


def counter(
    run: str,
    registry: str,
    *,
    version: str = "v1",
    replicas: int = 3,
    update: UpdatePolicy | None = None,
) -> Workload:
    """Web frontends behind a load balancer and a redis backend, pulled from that registry."""
    frontend = Service(
        FRONTEND,
        f"{registry}/counter:{version}",
        APP_PORT,
        replicas=replicas,
        environment={"REDIS_HOST": BACKEND},
        published_port=PUBLISHED_PORT,
        readiness=_probe("/readyz"),
        liveness=_probe("/healthz"),
        update=update,
    )
    backend = Service(
        BACKEND, f"{registry}/backend:1", 6379, resources=Resources(memory_limit_mib=128)
    )
    return Workload(run, (backend, frontend))
