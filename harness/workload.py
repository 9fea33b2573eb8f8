"""The counter app as a neutral workload: what every trial deploys."""

from seatrial.harness.model import Probe, Resources, Service, Settings, Workload

FRONTEND = "frontend"
BACKEND = "backend"
APP_PORT = 8080
PUBLISHED_PORT = 30080
"""Inside the range that Kubernetes gives to node ports, so that both expose the same one."""

STOCK = Settings()
RESERVED = Resources()
FAULT = ("python3", "/app/fault.py")
"""Inside a frontend: followed by `crash` or `hang`, its own process does so."""

VERSIONS = ("v1", "v2", "crash", "unready", "error")
"""The versions that trials deploy and update to."""


def images(registry: str) -> list[str]:
    """Every image that a trial may need; they share their layers."""
    made = (counter("", registry, version=version) for version in VERSIONS)
    return sorted({service.image for workload in made for service in workload.services})


def version_of(image: str) -> str:
    """The version that an image of the app is of: its tag."""
    return image.partition("@")[0].rpartition(":")[2]


def counter(  # noqa: PLR0913 - what a trial may want otherwise
    run: str,
    registry: str,
    *,
    version: str = "v1",
    replicas: int = 3,
    settings: Settings = STOCK,
    resources: Resources = RESERVED,
    fault_token: str = "",
) -> Workload:
    """Web frontends behind a load balancer and a redis backend, pulled from that registry.

    The backend stays away from the nodes that decide: what is done to it is not done to them.
    """
    frontend = Service(
        FRONTEND,
        f"{registry}/counter:{version}",
        APP_PORT,
        replicas=replicas,
        environment={"REDIS_HOST": BACKEND, "FAULT_TOKEN": fault_token},
        published_port=PUBLISHED_PORT,
        readiness=_probe("/readyz", settings),
        liveness=_probe("/healthz", settings),
        resources=resources,
        stop_grace_s=settings.stop_grace_s,
        pre_stop_s=settings.pre_stop_s,
        update=settings.update,
        replacement_delay_s=settings.replacement_delay_s,
    )
    backend = Service(
        BACKEND,
        f"{registry}/backend:1",
        6379,
        resources=Resources(memory_limit_mib=128),
        replacement_delay_s=settings.replacement_delay_s,
        workers_only=True,
    )
    return Workload(run, (backend, frontend), edge=settings.edge)


def _probe(path: str, settings: Settings) -> Probe:
    command = ("python3", "/app/health.py", str(APP_PORT), path)
    return Probe(path, command=command, period_s=settings.probe_period_s)
