"""System packages of the host, installed only with the user's leave."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from seatrial.harness.errors import EnvironmentUnfitError

Say = Callable[[str], None]
"""Where progress lines go."""


def need(command: str, package: str, say: Say) -> None:
    """Make sure that the command is there; on a terminal ask before its package is installed."""
    if shutil.which(command):
        return
    advice = f"Please run `apt-get install {package}`, then try again."
    if not shutil.which("apt-get"):
        raise EnvironmentUnfitError(f"{command} is missing. {advice}")
    if sys.stdin.isatty() and not _agreed(package):
        raise EnvironmentUnfitError(advice)
    say(f"Installing the system package {package}")
    root = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
        done = subprocess.run(  # noqa: S603 - fixed words
            [*root, "apt-get", "-qq", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise EnvironmentUnfitError(
                f"apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}"
            )


def _agreed(package: str) -> bool:
    print(f"Install the system package {package}? [Y/n] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")
