"""Changes a service under the version that was read, as Swarm's API asks for."""

from collections.abc import Callable

import stamina

from seatrial.harness.errors import RejectedError
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.spec import ServiceSpec


def out_of_sequence(error: Exception) -> bool:
    """Whether somebody, often Swarm itself, changed the service since it was read."""
    return isinstance(error, RejectedError) and "out of sequence" in str(error)


@stamina.retry(on=out_of_sequence, attempts=10, timeout=10, wait_initial=0.02, wait_max=0.5)
def revise(engine: Engine, service_id: str, revision: Callable[[ServiceSpec], ServiceSpec]) -> None:
    """Read a service's specification and hand it back changed; again when it was changed since."""
    with engine.calling("Updating a service") as api:
        told = api.inspect_service(service_id)
        spec = revision(ServiceSpec.told(told))
        api.update_service(service_id, told["Version"]["Index"], **spec.arguments())
