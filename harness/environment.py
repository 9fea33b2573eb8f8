"""What this machine is, as a report says it. No name of a person or a network."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("seatrial", "locust", "docker", "kubernetes", "pandas", "pyarrow")


def read() -> Mapping[str, str]:
    """Kernel, cores, memory, distribution, and the versions that measure."""
    machine = {
        "system": _distribution(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "python": platform.python_version(),
    }
    return machine | {package: version(package) for package in PACKAGES}


def _distribution() -> str:
    path = Path("/etc/os-release")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY_NAME=")]
    return names[0] if names else platform.system()
