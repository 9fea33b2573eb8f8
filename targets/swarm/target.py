"""Docker Swarm as a target."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from typing import ClassVar

from seatrial.harness import edge as shared_edge
from seatrial.harness.model import Delay, Node, Preflight, Settings, Workload
from seatrial.harness.stay import Stay
from seatrial.harness.target import Connection
from seatrial.targets.swarm import edge, parse, pull, translate, tuning
from seatrial.targets.swarm.delays import delays
from seatrial.targets.swarm.deployment import SwarmDeployment
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.launch import Launch
from seatrial.targets.swarm.pull import Pull
from seatrial.targets.swarm.removal import Removal

MESH = (
    "Port published on the routing mesh: every node accepts on it and its kernel's IPVS spreads "
    "connections over the tasks whose health check passes (endpoint mode vip)."
)


class SwarmTarget:
    """Docker Swarm through the API of its first manager."""

    name: ClassVar[str] = "swarm"
    title: ClassVar[str] = "Docker Swarm"
    stop_grace_s: ClassVar[float] = translate.STOP_GRACE_S
    unsupported: ClassVar[Mapping[str, str]] = {
        "Autoscale": "Swarm mode has no autoscaler: replicas are a number that somebody sets.",
        "Pulls": "Swarm tells nothing of images that its nodes fetch.",
        "Watchable": "Swarm sends no task events (moby#37403): tasks are polled.",
    }

    def __init__(self, connection: Connection) -> None:
        self._engine = Engine(connection.address)
        self._hands = Hands(connection.machines)
        self._edge_image = shared_edge.image(connection.registry)

    def preflight(self) -> Preflight:
        """Versions, nodes and settings; UnreachableError when the API does not answer."""
        with self._engine.calling("Reading the swarm") as api:
            version, swarm = api.version(), api.inspect_swarm()
        mesh = self._mesh
        return Preflight(
            target=self.name,
            versions=parse.versions(version),
            nodes=self._nodes(),
            settings={**parse.settings(swarm), **translate.settings()},
            exposure=MESH if mesh else edge.EXPOSURE,
            fallbacks=() if mesh else (edge.FALLBACK,),
        )

    def edged(self, found: Preflight) -> Preflight:
        """What was found, as it is where the edge is asked for: nothing has to take over then."""
        settings = {**found.settings, **shared_edge.settings()}
        return replace(found, exposure=edge.EXPOSURE, fallbacks=(), settings=settings)

    def delays(self, found: Preflight, settings: Settings) -> tuple[Delay, ...]:
        """What the swarm's and the trials' settings alone cost."""
        return delays(found, settings)

    def deploy(self, workload: Workload) -> AbstractContextManager[SwarmDeployment]:
        """Ask for the workload on entering, remove it on leaving."""
        return Stay(partial(self.launch, workload), partial(self.clean, workload.run))

    def launch(self, workload: Workload) -> SwarmDeployment:
        """Ask for the workload."""
        mesh = self._mesh and not workload.edge
        services = Launch(self._engine, workload, mesh, self._edge_image)()
        return SwarmDeployment(self._engine, self._hands, workload, services)

    def pull(self, images: Sequence[str]) -> None:
        """Have these images on every node, and the edge's where it is needed."""
        needed = images if self._mesh else dict.fromkeys([*images, self._edge_image])
        Pull(self._engine, Removal(self._engine, self._hands, pull.RUN))([*needed])

    def discard(self, images: Sequence[str]) -> None:
        """Have no node hold these images, nor others of their repositories."""
        repositories = sorted({parse.repository(image) for image in images})
        self._hands.discard([node.name for node in self._nodes()], repositories)

    def tune(self, settings: Settings) -> None:
        """Have silence noticed after that time. Nodes learn it with their next heartbeat."""
        tuning.beat(self._engine, tuning.heartbeat(settings.notice_s))

    def clean(self, run: str | None) -> list[str]:
        """Remove everything of the run (None: of any run), and nothing else."""
        return Removal(self._engine, self._hands, run)()

    def _nodes(self) -> tuple[Node, ...]:
        with self._engine.calling("Listing nodes") as api:
            return parse.nodes(api.nodes(), api.info()["Swarm"]["NodeID"])

    @cached_property
    def _mesh(self) -> bool:
        """Looked at once: no deployment shall take longer because of it."""
        return self._hands.ipvs(node.name for node in self._nodes() if node.ready)
