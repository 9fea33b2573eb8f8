"""Swarm's own account of an update, and its own way back."""

from seatrial.harness.capability import Rollouts
from seatrial.harness.model import Progress
from seatrial.targets.swarm import parse
from seatrial.targets.swarm.accepted import Accepted
from seatrial.targets.swarm.revision import roll_back


class ServiceRollouts(Accepted, Rollouts):
    """What `docker service inspect` tells of an update, and `docker service rollback`."""

    def progress(self, service: str) -> Progress:
        """The service's UpdateStatus. It is absent until the first task is touched."""
        with self.engine.calling(f"Inspecting {service}") as api:
            return parse.progress(api.inspect_service(self._id(service)))

    def rollback(self, service: str) -> None:
        """Ask for the specification before, all of it, by the rollback policy."""
        roll_back(self.engine, self._id(service))
