"""A provider for clusters of your own: it reaches what is there, and changes nothing of it.

Their addresses come from the environment: SEATRIAL_K8S is the path of a kubeconfig, SEATRIAL_SWARM
the socket of a manager (unix:///path/to/docker.sock), and SEATRIAL_REGISTRY (host:port/path) is
where the nodes pull the counter app's images from.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from seatrial.harness import registry
from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.harness.target import Connection

NOTE = "A cluster that others use too: its own settings were left as they are."


class OwnCluster:
    """Each target's address is in an environment variable: SEATRIAL_ and its name in capitals."""

    def names(self) -> list[str]:
        """The targets that have an address."""
        return [target for target in registry.targets() if _told(target)]

    @contextmanager
    def provide(self, target: str) -> Iterator[Connection]:
        """Say how to reach it: without hands on its nodes (machines), and not as ours alone."""
        yield Connection(_needed(target), _needed("registry"), notes=(NOTE,))


def _told(name: str) -> str:
    return os.environ.get(f"SEATRIAL_{name.upper()}", "")


def _needed(name: str) -> str:
    if not _told(name):
        raise EnvironmentUnfitError(f"Set SEATRIAL_{name.upper()}, then try again.")
    return _told(name)
