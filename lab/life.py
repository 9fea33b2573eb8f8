"""A lab's life: up, frozen, thawed, down. Each step is skipped where it is done already."""

from dataclasses import dataclass
from types import ModuleType

from seatrial.lab import engine, images, k8s, layout, machines, nodes, registry, sources, swarm
from seatrial.lab.engine import Engine
from seatrial.lab.host import Say
from seatrial.lab.images import Images
from seatrial.lab.nodes import Fleet
from seatrial.lab.sources import Source

KINDS: dict[str, ModuleType] = {"swarm": swarm, "k8s": k8s, layout.MESH: swarm}


@dataclass(frozen=True, slots=True)
class LabStatus:
    """What is there of a lab: node name → running, paused, exited."""

    kind: str
    nodes: dict[str, str]

    @property
    def word(self) -> str:
        """The whole lab in one word."""
        states = set(self.nodes.values())
        if not states:
            return "down"
        return (
            {"running": "up", "paused": "frozen"}.get(states.pop(), "broken")
            if len(states) == 1
            else "broken"
        )


def prepare(host: Engine, source: Source, say: Say) -> Images:
    """Build all images that are missing."""
    base = sources.base(host.client, source, say)
    kubernetes = sources.kubernetes(host.client, base, source, say)
    return images.build_all(host.client, base, kubernetes, say)


def up(kind: str, count: int, source: Source, say: Say) -> None:
    """Bring the lab up with that many nodes; repair what is half there."""
    host = Engine(engine.connect())
    made = prepare(host, source, say)
    host.network()
    registry.up(host, made, say)
    say(f"Starting {count} {kind} nodes")
    _drop_other_size(host, kind, count)
    fleet = Fleet(host, layout.nodes(kind, count))
    fleet.start(images.mesh(host.client, made.node, say) if kind == layout.MESH else made.node)
    KINDS[kind].form(fleet)
    say(f"The {kind} lab is up")


def _drop_other_size(host: Engine, kind: str, count: int) -> None:
    """Nodes know each other's addresses: a lab of another size is made anew."""
    there = nodes.existing(host, kind)
    if there and len(there) != count:
        Fleet(host, there).remove()


def down(kind: str, say: Say) -> None:
    """Remove the lab; with the last one the registry and the network go too."""
    host = Engine(engine.connect())
    there = nodes.existing(host, kind)
    if there:
        say(f"Removing the {kind} lab")
    Fleet(host, there).remove()
    if kind == "k8s":
        layout.kubeconfig().unlink(missing_ok=True)
    if not any(nodes.existing(host, other) for other in KINDS):
        _remove_shared(host)


def _remove_shared(host: Engine) -> None:
    host.remove(layout.REGISTRY_NAME)
    for network in host.client.networks.list(names=[f"^{layout.NETWORK}$"]):
        with engine.errors("Removing the lab's network"):
            network.remove()


def status() -> list[LabStatus]:
    """What is there of both labs, and of the mesh when anything is."""
    host = Engine(engine.connect())
    labs = [LabStatus(kind, Fleet(host, nodes.existing(host, kind)).status()) for kind in KINDS]
    return [lab for lab in labs if lab.nodes or lab.kind in layout.KINDS]


def freeze(host: Engine, kind: str) -> bool:
    """Freeze the lab; whether there was anything to freeze."""
    fleet = Fleet(host, nodes.existing(host, kind))
    running = "running" in fleet.status().values()
    fleet.freeze()
    return running or bool(fleet.nodes)


def thaw(host: Engine, kind: str) -> Fleet:
    """Let the lab go on as it was made, and wait until its nodes are ready again."""
    fleet = Fleet(host, nodes.existing(host, kind))
    frozen = "paused" in fleet.status().values()
    fleet.thaw()
    machines.mend(fleet)
    (KINDS[kind].awake if frozen else KINDS[kind].ready)(fleet)
    return fleet
