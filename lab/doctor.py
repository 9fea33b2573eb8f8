"""Looks the machine over: what is missing, what will fall back, and how to mend each."""

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker
import psutil

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.lab import engine

LEAST_MEMORY_GIB = 8
LEAST_DISK_GIB = 12
LEAST_CORES = 2
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `needed` ones must be ok; the others say what will fall back."""

    name: str
    ok: bool
    detail: str
    mend: str = ""
    needed: bool = True


def examine() -> list[Check]:
    """All checks, the engine's only as far as it answers."""
    return [*_machine(), *_kernel(), *_engine()]


def _machine() -> Iterator[Check]:
    system = platform.system()
    yield Check(
        "system",
        system == "Linux",
        f"{system} {platform.release()}",
        "The labs need Linux: use a machine or virtual machine with Debian or Ubuntu.",
    )
    cores = psutil.cpu_count() or 1
    yield Check("cores", cores >= LEAST_CORES, f"{cores}", f"Give it {LEAST_CORES} cores or more.")
    memory = psutil.virtual_memory().available / GIB
    yield Check(
        "memory",
        memory >= LEAST_MEMORY_GIB,
        f"{memory:.1f} GiB available",
        f"Two labs need {LEAST_MEMORY_GIB} GiB: free some, or run one lab at a time.",
    )


def _kernel() -> Iterator[Check]:
    unified = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    yield Check(
        "cgroups",
        ok=True,
        detail="version 2"
        if unified
        else "version 1: Kubernetes stays at 1.34, the last to take it",
        needed=False,
    )
    yield Check(
        "IPVS",
        has_ipvs(),
        "in the kernel"
        if has_ipvs()
        else "not in the kernel: Swarm's routing mesh cannot work here",
        "Nothing need be done: Swarm is then measured behind HAProxy with DNS round robin, and the "
        "report says so. For the routing mesh use a kernel with CONFIG_IP_VS.",
        needed=False,
    )


def has_ipvs() -> bool:
    """Whether the kernel has IPVS built in, loaded, or as a module."""
    if Path("/proc/net/ip_vs").exists():
        return True
    modules = Path("/lib/modules") / platform.release()
    builtin = modules / "modules.builtin"
    listed = builtin.read_text() if builtin.exists() else ""
    return "/ip_vs.ko" in listed or any(modules.rglob("ip_vs.ko*"))


def _engine() -> Iterator[Check]:
    socket = Path(engine.SOCKET.removeprefix("unix://"))
    if not socket.exists():
        mend = "Run `make setup`, which installs Docker Engine where it is missing and starts it."
        yield Check("engine", ok=False, detail=f"no {socket}", mend=mend)
        return
    if not os.access(socket, os.R_OK | os.W_OK):
        detail = f"{socket} is not yours to use"
        yield Check("permission", ok=False, detail=detail, mend=engine.PERMISSION)
        return
    yield from _answering_engine()


def _answering_engine() -> Iterator[Check]:
    try:
        client = engine.connect(timeout_s=10)
    except EnvironmentUnfitError as error:
        yield Check("engine", ok=False, detail=str(error), mend="Start it: `make setup`.")
        return
    version = client.version()
    yield Check("engine", ok=True, detail=f"Docker Engine {version['Version']}")
    yield _disk(client)


def _disk(client: docker.DockerClient) -> Check:
    root = str(client.info()["DockerRootDir"])
    place = root if Path(root).exists() else "/"
    free = shutil.disk_usage(place).free / GIB
    return Check(
        "disk",
        free >= LEAST_DISK_GIB,
        f"{free:.0f} GiB free under {root}",
        f"The lab's images need {LEAST_DISK_GIB} GiB: free some, for example `docker image prune`.",
    )
