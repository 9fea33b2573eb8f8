"""The end of the manager that we talk to: its engine's process, kept from starting again."""

from functools import cached_property

from seatrial.harness.capability import ControlPlaneFaults
from seatrial.targets.swarm.accepted import Accepted


class ManagerFaults(Accepted, ControlPlaneFaults):
    """The engine of the first manager; with more than one the others go on."""

    def halt(self) -> None:
        """SIGKILL its engine. Containers there go on, without their names' resolution."""
        self.hands.halt(self._manager)

    def resume(self) -> None:
        """Let its engine start again."""
        self.hands.resume(self._manager)

    @cached_property
    def _manager(self) -> str:
        """Its node: asked for before it is halted, as then nobody tells."""
        return self.nodes()[0].name
