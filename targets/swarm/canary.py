"""A canary by Swarm's own means: an update that pauses for a day after its first task.

Two services cannot share a published port or a name's addresses, so the canary is one task of the
service itself. Scaling and changing are two requests: tasks that scaling adds get the latest
specification at once, and with both in one request the update would change one more.
"""

from seatrial.harness.capability import Canary
from seatrial.harness.model import Change
from seatrial.targets.swarm import translate
from seatrial.targets.swarm.rollouts import ServiceRollouts
from seatrial.targets.swarm.spec import Part

ONE_ONLY: Part = {
    "Parallelism": 1,
    "Delay": translate.nanoseconds(24 * 3600),
    "Order": "start-first",  # no old one goes before the canary is ready
}


class UpdateCanary(ServiceRollouts, Canary):
    """A rolling update stopped after one task, and either gone on with or rolled back."""

    def canary(self, service: str, change: Change) -> None:
        """Add a task of the old version; then change one of all, whichever the updater takes."""
        self._revise(service, lambda spec: spec.scaled(spec.replicas + 1))
        self._revise(service, lambda spec: spec.changed(change).paced(ONE_ONLY))

    def promote(self, service: str) -> None:
        """Go on under the service's own policy, with one task less."""
        policy = translate.update_config(self.workload.service(service).update)
        self._revise(service, lambda spec: spec.scaled(spec.replicas - 1).paced(policy))

    def abort(self, service: str) -> None:
        """Roll back, which ends the canary first, and take one task away."""
        self.rollback(service)
        self._revise(service, lambda spec: spec.scaled(spec.replicas - 1))
