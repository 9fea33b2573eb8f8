"""The host's Docker Engine, which carries the node containers. Never the user's current context."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import docker
import requests
from docker.errors import APIError, ContainerError, DockerException, NotFound

from seatrial.harness.errors import EnvironmentUnfitError, TargetError
from seatrial.lab import layout

SOCKET = "unix:///var/run/docker.sock"
PERMISSION = "Run as root, or add yourself to its group: `sudo usermod -aG docker $USER`."

# What --privileged stands for, less CAP_SYS_RESOURCE, which some machines do not have to give.
CAPABILITIES: dict[str, Any] = {
    "cap_add": ["ALL"],
    "cap_drop": ["SYS_RESOURCE"],
    "security_opt": ["seccomp=unconfined", "apparmor=unconfined"],
    "device_cgroup_rules": ["a *:* rwm"],
}
PRIVILEGED: dict[str, Any] = {"privileged": True}


@contextmanager
def errors(doing: str) -> Iterator[None]:
    """Turn the SDK's errors into ours, with what was being done."""
    try:
        yield
    except APIError as error:
        raise EnvironmentUnfitError(f"{doing}: {error.explanation or error}") from error
    except ContainerError as error:
        raise EnvironmentUnfitError(f"{doing}: {error}") from error
    except (DockerException, requests.RequestException) as error:
        if "Permission denied" in str(error):
            raise EnvironmentUnfitError(
                f"{doing}: the Docker Engine at {SOCKET} is not yours to use. {PERMISSION}"
            ) from error
        raise EnvironmentUnfitError(
            f"{doing}: the Docker Engine at {SOCKET} does not answer ({error}). "
            "Start it, or run `seatrial doctor` to see what is missing."
        ) from error


def connect(timeout_s: int = 120) -> docker.DockerClient:
    """A client of the host's engine; EnvironmentUnfitError when there is none."""
    with errors("Connecting"):
        client = docker.DockerClient(base_url=SOCKET, timeout=timeout_s)
        client.ping()
    return client


@dataclass(frozen=True)
class Engine:
    """The few things the lab asks of the host's engine."""

    client: docker.DockerClient

    def exists(self, container: str) -> bool:
        """Whether there is such a container, running or not."""
        return self.status(container) != ""

    def status(self, container: str) -> str:
        """Running, paused, exited, …; "" when there is none."""
        try:
            return str(self.client.containers.get(container).status)
        except NotFound:
            return ""

    def run(self, container: str, command: Sequence[str]) -> str:
        """Run a command in the container; its standard output, or TargetError with what it said."""
        with errors(f"Running {command[0]} in {container}"):
            code, output = self.client.containers.get(container).exec_run(list(command), demux=True)
        out, err = cast("tuple[bytes | None, bytes | None]", output)
        if code:
            said = (err or out or b"").decode(errors="replace").strip()[-600:]
            raise TargetError(f"{container}: `{' '.join(command)[:80]}` failed ({code}): {said}")
        return (out or b"").decode(errors="replace")

    def write(self, container: str, path: str, text: str) -> None:
        """Write a small text file in the container."""
        script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1"'
        self.run(container, ["sh", "-c", script, "sh", path, text])

    def remove(self, container: str) -> None:
        """Remove the container and its anonymous volumes, if it is there."""
        try:
            with errors(f"Removing {container}"):
                found = self.client.containers.get(container)
                if found.status == "paused":
                    found.unpause()
                found.remove(force=True, v=True)
        except EnvironmentUnfitError as error:
            if not isinstance(error.__cause__, NotFound):
                raise

    def network(self) -> None:
        """The lab's bridge, made when it is not there."""
        if self.client.networks.list(names=[f"^{layout.NETWORK}$"]):
            return
        pool = docker.types.IPAMPool(subnet=layout.SUBNET, gateway=layout.GATEWAY)
        with errors("Making the lab's network"):
            self.client.networks.create(
                layout.NETWORK,
                driver="bridge",
                ipam=docker.types.IPAMConfig(pool_configs=[pool]),
                labels={layout.LABEL: "network"},
            )


def rights(client: docker.DockerClient, image: str) -> dict[str, Any]:
    """How a node container gets the rights it needs on this machine: privileged where allowed."""
    with errors("Trying a privileged container"):
        probe = client.containers.create(image, ["true"], network_mode="none", **PRIVILEGED)
        try:
            probe.start()
        except APIError:
            return CAPABILITIES
        finally:
            probe.remove(force=True)
    return PRIVILEGED


def create(  # noqa: PLR0913 - a container has that many sides
    client: docker.DockerClient,
    *,
    name: str,
    image: str,
    command: Sequence[str],
    address: str,
    labels: dict[str, str],
    environment: dict[str, str] | None = None,
    **host: Any,  # noqa: ANN401 - handed to the SDK's create_host_config as it is
) -> None:
    """Create and start a container of the lab's network with a fixed address."""
    api = client.api
    config = api.create_host_config(network_mode=layout.NETWORK, **host)
    if "cap_add" in host:
        # the command line's systempaths=unconfined: the nodes mount their own /proc and /sys
        config.update(MaskedPaths=[], ReadonlyPaths=[])
    config["CgroupnsMode"] = "private"
    endpoint = api.create_endpoint_config(ipv4_address=address)
    with errors(f"Creating {name}"):
        made = api.create_container(
            image,
            command=list(command),
            name=name,
            hostname=labels.get(f"{layout.LABEL}.node", name),
            environment=environment or {},
            labels=labels,
            host_config=config,
            networking_config=cast("Any", api.create_networking_config)({layout.NETWORK: endpoint}),
        )
        api.start(made["Id"])
