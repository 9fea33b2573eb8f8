"""Hands the labs to the harness, one active at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.harness.target import Connection
from seatrial.lab import engine, layout, life, nodes
from seatrial.lab.engine import Engine
from seatrial.lab.machines import LabMachines

TITLES = {"swarm": "Swarm", "k8s": "Kubernetes"}


@cache
def reserve() -> int:
    """Keep the labs for this process, until it ends; EnvironmentUnfitError when another has them.

    Two measurements at once would measure each other. The file descriptor is never closed.
    """
    layout.state().mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(layout.state() / "reserved", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise EnvironmentUnfitError(
            "Another run of Seatrial uses the labs: wait until it ends, or stop it."
        ) from error
    return lock


class LabProvider:
    """The labs of this machine as a `Provider`; labs that are down are not brought up."""

    def names(self) -> list[str]:
        """The labs that are there, up or frozen."""
        host = Engine(engine.connect())
        return [kind for kind in layout.KINDS if nodes.existing(host, kind)]

    @contextmanager
    def provide(self, target: str) -> Iterator[Connection]:
        """Thaw the target's lab and freeze the other; both stay as they are afterwards."""
        if target not in layout.KINDS:
            raise EnvironmentUnfitError(
                f"The lab has no target {target}; it has {' and '.join(layout.KINDS)}."
            )
        reserve()
        host = Engine(engine.connect())
        if not nodes.existing(host, target):
            raise EnvironmentUnfitError(
                f"The {target} lab is not up: run `seatrial lab up {target}` first."
            )
        address = layout.swarm_socket() if target == "swarm" else str(layout.kubeconfig())
        if not Path(address.removeprefix("unix://")).exists():
            raise EnvironmentUnfitError(
                f"The {target} lab was made by another user, who alone may reach it. Be that user, "
                f"or make the lab yours: `seatrial lab down {target}`, then `up`."
            )
        notes = tuple(_freeze_others(host, target))
        fleet = life.thaw(host, target)
        machines = LabMachines(fleet, life.KINDS[target].ready)
        yield Connection(address, layout.REGISTRY, machines=machines, notes=notes, exclusive=True)


def _freeze_others(host: Engine, target: str) -> Iterator[str]:
    for other in layout.KINDS:
        if other != target:
            frozen = life.freeze(host, other)
            state = "frozen" if frozen else "down"
            yield f"The {TITLES[other]} lab on the same machine was {state} meanwhile."
