"""Removes what a run left in the swarm, by its label, and sees it gone."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from docker.errors import NotFound

from seatrial.harness.errors import RejectedError
from seatrial.targets.swarm import parse
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.hands import Hands
from seatrial.targets.swarm.patience import wait
from seatrial.targets.swarm.translate import RUN_LABEL

PATIENCE_S = 120.0
"""Longer than any grace a workload asks for; a node that is down never says that a task ended."""


@dataclass(frozen=True)
class Removal:
    """The removal of one run's things, or of all runs' (None)."""

    engine: Engine
    hands: Hands
    run: str | None
    patience_s: float = PATIENCE_S

    @property
    def label(self) -> str:
        """What the engine filters by."""
        return RUN_LABEL if self.run is None else f"{RUN_LABEL}={self.run}"

    def __call__(self) -> list[str]:
        """Remove everything; complete on return, or TargetError."""
        removed = self._services()
        wait("removed tasks to end", lambda: not self._tasks(), self.patience_s)
        removed += self._networks() + self._configs()
        wait("removed containers to go", partial(self._bare, self._nodes()), self.patience_s)
        return removed

    def _services(self) -> list[str]:
        with self.engine.calling("Removing services") as api:
            found = api.services(filters={"label": self.label})
            for service in found:
                with suppress(NotFound):
                    api.remove_service(service["ID"])
        return [f"service {service['Spec']['Name']}" for service in found]

    def _tasks(self) -> bool:
        with self.engine.calling("Listing tasks") as api:
            return bool(api.tasks(filters={"label": self.label}))

    def _networks(self) -> list[str]:
        with self.engine.calling("Listing networks") as api:
            found = api.networks(filters={"label": self.label, "scope": "swarm"})
        for network in found:
            gone = partial(self._removed, network["Id"])
            wait(f"network {network['Name']} to be unused", gone, self.patience_s)
        return [f"network {network['Name']}" for network in found]

    def _removed(self, network_id: str) -> bool:
        """Swarm refuses while it still detaches a task that has ended."""
        try:
            with self.engine.calling("Removing a network") as api, suppress(NotFound):
                api.remove_network(network_id)
        except RejectedError as error:
            if "in use" not in str(error):
                raise
            return False
        return True

    def _configs(self) -> list[str]:
        with self.engine.calling("Removing configs") as api:
            found = api.configs(filters={"label": self.label})
            for config in found:
                with suppress(NotFound):
                    api.remove_config(config["ID"])
        return [f"config {config['Spec']['Name']}" for config in found]

    def _nodes(self) -> list[str]:
        with self.engine.calling("Listing nodes") as api:
            return [parse.host_name(node) for node in api.nodes()]

    def _bare(self, nodes: list[str]) -> bool:
        """Swarm forgets a task a little before its node has removed the container."""
        return not self.hands.containers(nodes, self.label)
