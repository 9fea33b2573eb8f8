"""Changes an object under the version that was read, as Swarm's API asks for."""

from collections.abc import Callable

import stamina

from seatrial.harness.errors import RejectedError
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.spec import ServiceSpec


def out_of_sequence(error: Exception) -> bool:
    """Whether somebody, often Swarm itself, changed the object since it was read."""
    return isinstance(error, RejectedError) and "out of sequence" in str(error)


overtaken = stamina.retry(
    on=out_of_sequence, attempts=10, timeout=10, wait_initial=0.02, wait_max=0.5
)
"""Decorates what reads an object and hands it back: again when it was changed in between."""


@overtaken
def revise(engine: Engine, service_id: str, revision: Callable[[ServiceSpec], ServiceSpec]) -> None:
    """Read a service's specification and hand it back changed."""
    with engine.calling("Updating a service") as api:
        told = api.inspect_service(service_id)
        spec = revision(ServiceSpec.told(told))
        api.update_service(service_id, told["Version"]["Index"], **spec.arguments())


@overtaken
def roll_back(engine: Engine, service_id: str) -> None:
    """Have the engine itself restore the specification before: the SDK has no argument for it.

    The API wants a specification all the same, and does not look at it.
    """
    doing = "Rolling back a service"
    with engine.calling(doing) as api:
        told = api.inspect_service(service_id)
    query = {"version": str(told["Version"]["Index"]), "rollback": "previous"}
    engine.post(doing, f"/services/{service_id}/update", query, told["Spec"])
