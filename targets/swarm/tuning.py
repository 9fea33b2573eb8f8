"""The swarm's own settings, read and handed back changed."""

from seatrial.harness.errors import TargetError
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.revision import overtaken
from seatrial.targets.swarm.translate import nanoseconds

HEARTBEAT_S = 5.0  # Swarm's own default
MISSED_BEATS = 3
"""How many a node may miss before it is called down: fixed in the engine."""


def heartbeat(notice_s: float | None) -> int:
    """The period with which a node that is silent for that long is called down."""
    return nanoseconds(HEARTBEAT_S if notice_s is None else notice_s / MISSED_BEATS)


@overtaken
def beat(engine: Engine, period_ns: int) -> None:
    """Have nodes beat with that period; nothing is sent where they do."""
    if told(engine) == period_ns:
        return
    with engine.calling("Setting the heartbeat period") as api:
        swarm = api.inspect_swarm()
        spec = {**swarm["Spec"], "Dispatcher": {"HeartbeatPeriod": period_ns}}
        api.update_swarm(swarm["Version"]["Index"], spec)
    if told(engine) != period_ns:
        raise TargetError(f"Swarm did not take over a heartbeat period of {period_ns} ns.")


def told(engine: Engine) -> int:
    """The period that is in force, in nanoseconds."""
    with engine.calling("Reading the swarm") as api:
        return int(api.inspect_swarm()["Spec"]["Dispatcher"]["HeartbeatPeriod"])
