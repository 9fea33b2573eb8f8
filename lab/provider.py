"""Hands the labs to the harness, one active at a time."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import ClassVar

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.harness.target import Connection
from seatrial.lab import engine, layout, life, nodes
from seatrial.lab.engine import Engine
from seatrial.lab.machines import LabMachines

TITLES = {"swarm": "Swarm", "k8s": "Kubernetes", layout.MESH: "routing mesh's"}


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

    labs: ClassVar[Mapping[str, str]] = {kind: kind for kind in layout.KINDS}
    """Target → its lab."""

    def names(self) -> list[str]:
        """The targets whose labs are there, up or frozen."""
        host = Engine(engine.connect())
        return [target for target, lab in self.labs.items() if nodes.existing(host, lab)]

    @contextmanager
    def provide(self, target: str) -> Iterator[Connection]:
        """Thaw the target's lab and freeze the others; all stay as they are afterwards."""
        if target not in self.labs:
            raise EnvironmentUnfitError(
                f"The lab has no target {target}; it has {' and '.join(self.labs)}."
            )
        lab = self.labs[target]
        reserve()
        host = Engine(engine.connect())
        if not nodes.existing(host, lab):
            raise EnvironmentUnfitError(
                f"The {lab} lab is not up: run `seatrial lab up {lab}` first."
            )
        address = str(layout.kubeconfig()) if lab == "k8s" else layout.swarm_socket(lab)
        if not _made_here(lab):
            raise EnvironmentUnfitError(
                f"The {lab} lab was made by another user, who alone may reach it. Be that user, "
                f"or make the lab yours: `seatrial lab down {lab}`, then `up`."
            )
        notes = tuple(_freeze_others(host, lab))
        fleet = life.thaw(host, lab)
        machines = LabMachines(fleet, life.KINDS[lab].ready)
        yield Connection(address, layout.REGISTRY, machines=machines, notes=notes, exclusive=True)


class MeshProvider(LabProvider):
    """Swarm where its routing mesh works, whatever this machine's kernel has."""

    labs: ClassVar[Mapping[str, str]] = {"swarm": layout.MESH}


def _made_here(lab: str) -> bool:
    """Whether this user has what the lab is reached by; a socket comes only with its engine."""
    place = layout.kubeconfig() if lab == "k8s" else layout.nodes(lab, 1)[0].folder
    return place.exists()


def _freeze_others(host: Engine, lab: str) -> Iterator[str]:
    for other in life.KINDS:
        if other == lab:
            continue
        frozen = life.freeze(host, other)
        if frozen or other in layout.KINDS:
            state = "frozen" if frozen else "down"
            yield f"The {TITLES[other]} lab on the same machine was {state} meanwhile."
