"""Workload → Swarm service specifications. No I/O.

Every field is set, to what the command line documents as its default where the workload says
`None`: the SDK's own defaults differ (all at once, never pausing).
"""

from seatrial.harness.model import Probe, Resources, Service, UpdatePolicy
from seatrial.targets.swarm.spec import Part, ServiceSpec, environment

RUN_LABEL = "seatrial.run"
SECOND_NS = 10**9
STOP_GRACE_S = 10.0
UPDATE_CONFIG: Part = {
    "Parallelism": 1,
    "Delay": 0,
    "FailureAction": "pause",
    "Monitor": 5 * SECOND_NS,
    "MaxFailureRatio": 0,
    "Order": "stop-first",
}
RESTART_POLICY: Part = {
    "Condition": "any",
    "Delay": 5 * SECOND_NS,
    "MaxAttempts": 0,
    "Window": 0,
}
DURATIONS = {"Delay", "Monitor", "Window", "StopGracePeriod", "Interval", "Timeout", "StartPeriod"}


def labels(run: str) -> dict[str, str]:
    """What everything of a run carries."""
    return {RUN_LABEL: run}


def service_name(run: str, service: str) -> str:
    """The service's name in the swarm, unique to the run; its peers know it by its own name."""
    return f"{run}-{service}"


def service_spec(run: str, service: Service, network: str, *, mesh: bool) -> ServiceSpec:
    """The service on that network, published on the routing mesh where there is one."""
    return ServiceSpec(
        name=service_name(run, service.name),
        labels=labels(run),
        task_template={
            "ContainerSpec": container(run, service),
            "Resources": resources(service.resources),
            "RestartPolicy": restart_policy(service),
            "Placement": {"Constraints": ["node.role==worker"]} if service.workers_only else {},
            "Networks": [{"Target": network, "Aliases": [service.name]}],
            "ForceUpdate": 0,
        },
        mode={"Replicated": {"Replicas": service.replicas}},
        update_config=update_config(service.update),
        rollback_config=UPDATE_CONFIG,
        endpoint_spec=endpoint(service) if mesh else {"Mode": "dnsrr"},
    )


def container(run: str, service: Service) -> Part:
    """Each container's host name is its task's id: replies carry it."""
    variables = {**service.environment, "PRE_STOP_S": f"{service.pre_stop_s:g}"}
    spec: Part = {
        "Image": service.image,
        "Labels": labels(run),
        "Hostname": "{{.Task.ID}}",
        "Env": environment(variables),
        "StopGracePeriod": nanoseconds(stop_grace_s(service)),
    }
    check = healthcheck(service)
    return {**spec, "Healthcheck": check} if check else spec


def stop_grace_s(service: Service) -> float:
    """Time from the stop signal to the kill."""
    return STOP_GRACE_S if service.stop_grace_s is None else service.stop_grace_s


def healthcheck(service: Service) -> Part | None:
    """Swarm has one check for traffic and life: the readiness probe, else the liveness one."""
    probes = (service.readiness, service.liveness)
    return next((check(probe) for probe in probes if probe and probe.command), None)


def check(probe: Probe) -> Part:
    """A probe by its command."""
    return {
        "Test": ["CMD", *probe.command],
        "Interval": nanoseconds(probe.period_s),
        "Timeout": nanoseconds(probe.timeout_s),
        "Retries": probe.failures,
        "StartPeriod": nanoseconds(probe.start_s),
    }


def resources(wanted: Resources) -> Part:
    """Limits that are not given are not sent: the API knows no "unlimited"."""
    limits: Part = {}
    if wanted.cpu_limit is not None:
        limits["NanoCPUs"] = nanoseconds(wanted.cpu_limit)
    if wanted.memory_limit_mib is not None:
        limits["MemoryBytes"] = wanted.memory_limit_mib << 20
    reserved = {
        "NanoCPUs": nanoseconds(wanted.cpu_reserved),
        "MemoryBytes": wanted.memory_reserved_mib << 20,
    }
    return {"Limits": limits, "Reservations": reserved}


def update_config(policy: UpdatePolicy | None) -> Part:
    """The policy, or the documented default."""
    if policy is None:
        return UPDATE_CONFIG
    return {
        "Parallelism": policy.parallelism,
        "Delay": nanoseconds(policy.delay_s),
        "FailureAction": policy.on_failure,
        "Monitor": nanoseconds(policy.monitor_s),
        "MaxFailureRatio": 0,
        "Order": policy.order.value,
    }


def restart_policy(service: Service) -> Part:
    """Always again, after the delay asked for; 0 has to be sent, or the default is taken."""
    if service.replacement_delay_s is None:
        return RESTART_POLICY
    return {**RESTART_POLICY, "Delay": nanoseconds(service.replacement_delay_s)}


def endpoint(service: Service) -> Part:
    """A virtual IP, and the routing mesh on every node when published."""
    if service.published_port is None:
        return {"Mode": "vip"}
    return {"Mode": "vip", "Ports": [port(service.published_port, service.port, "ingress")]}


def port(published: int, target: int, mode: str) -> Part:
    """One published port."""
    return {
        "Protocol": "tcp",
        "TargetPort": target,
        "PublishedPort": published,
        "PublishMode": mode,
    }


def nanoseconds(seconds: float) -> int:
    """The API's unit of time, and of cores."""
    return round(seconds * SECOND_NS)


def settings() -> dict[str, str]:
    """What this adapter sends where a workload says nothing, by the API's names."""
    parts = {
        "UpdateConfig": UPDATE_CONFIG,
        "RestartPolicy": RESTART_POLICY,
        "ContainerSpec": {"StopGracePeriod": nanoseconds(STOP_GRACE_S)},
        "Healthcheck": check(Probe("/")),
    }
    return {
        f"{part}.{name}": f"{value / SECOND_NS:g}s" if name in DURATIONS else str(value)
        for part, values in parts.items()
        for name, value in values.items()
        if name != "Test"
    }
