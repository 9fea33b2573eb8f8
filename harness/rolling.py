"""Waits for a change of version, and notes meanwhile what the orchestrator says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial.harness.capability import Rollouts
from seatrial.harness.clock import now_ns
from seatrial.harness.model import Progress, Replica, RolloutState
from seatrial.harness.scenario import Context
from seatrial.harness.target import Deployment
from seatrial.harness.versions import ENDED
from seatrial.harness.workload import FRONTEND, version_of

ROLL_S = 150.0
REPORT_S = 30.0
"""From the last new replica's readiness to the orchestrator's own word that it is done."""


@dataclass
class Rolling:
    """One rollout of the frontends, from its request on."""

    deployment: Deployment
    context: Context
    _said: Progress | None = None
    _asked_ns: int = field(default_factory=now_ns)

    def state(self) -> RolloutState | None:
        """What the orchestrator says now, noted when it is new; None where it is not told."""
        if not isinstance(self.deployment, Rollouts):
            return None
        asked_ns = now_ns()
        said = self.deployment.progress(FRONTEND)
        if said != self._said:
            detail = {"said": said.detail, "since_ns": self._asked_ns}
            self.context.note("progress", said.state.value, **detail)
        self._said, self._asked_ns = said, asked_ns
        return said.state

    def all_of(self, version: str) -> bool:
        """Wait until all are of that version and ready, and called done; whether they came so."""
        return self.all_such(
            f"all replicas {version}", lambda replica: version_of(replica.image) == version
        )

    def all_such(self, what: str, new: Callable[[Replica], bool]) -> bool:
        """Wait until as many as wanted are ready, each of them new, and it is called done."""
        wanted = self.context.workload.service(FRONTEND).replicas

        def rolled() -> bool:
            self.state()
            ready = self.context.ready(FRONTEND)
            return len(ready) == wanted and all(map(new, ready))

        found = self.context.wait(what, rolled, ROLL_S)
        self.context.wait("called done", self._ended, REPORT_S)
        return found

    def _ended(self) -> bool:
        state = self.state()
        return state is None or state in ENDED
