"""What Swarm's settings alone cost, as the floors of its recoveries. No I/O.

Sources: dockerd's dispatcher takes a node for down after three missed heartbeats; the restart
policy's delay comes before every replacement but those of a drained node; a task that fails its
health check is stopped with its grace before it is replaced.
"""

from seatrial.harness.model import Delay, Preflight, Probe, Settings
from seatrial.targets.swarm import translate

MISSED = 3
CRASHES = 5
HEARTBEAT_S = 5.0
"""The default, for a swarm that has not been looked at."""


def delays(found: Preflight, settings: Settings) -> tuple[Delay, ...]:
    """One for each step that settings make longer."""
    wanted_s = HEARTBEAT_S if settings.notice_s is None else settings.notice_s / MISSED
    beat_s = seconds(found.settings.get("Dispatcher.HeartbeatPeriod", f"{wanted_s}s"))
    restart = replacement(settings)
    lower = "docker swarm update --dispatcher-heartbeat"
    return (
        Delay("crash_replaced", *restart),
        *(Delay(f"crash_{number}_replaced", *restart) for number in range(1, CRASHES + 1)),
        Delay("deleted_replaced", *restart),
        hang(settings),
        ended(settings),
        Delay(
            "node_noticed",
            # the last heartbeat may have come just before the loss, or a whole period before
            (MISSED - 1) * beat_s,
            f"{MISSED} missed heartbeats, HeartbeatPeriod {beat_s:.3g} s, the first of which may "
            "already have been due",
            lower,
        ),
        Delay("node_replaced", *restart),
        Delay("drain_replaced", 0.0, "a drained node's tasks are replaced without the delay"),
        Delay("rollout_noticed", 0.0, "a task that fails within Monitor pauses the update at once"),
    )


def replacement(settings: Settings) -> tuple[float, str, str]:
    """The restart delay, as the last three fields of a Delay."""
    delay_s = settings.replacement_delay_s
    told_s = translate.RESTART_POLICY["Delay"] / translate.SECOND_NS if delay_s is None else delay_s
    lower = "docker service update --restart-delay"
    return float(told_s), f"RestartPolicy.Delay {told_s:g} s", lower


def hang(settings: Settings) -> Delay:
    """Until so many checks in a row have failed, each by its timeout."""
    probe = Probe("/", period_s=settings.probe_period_s)
    least_s = probe.failures * probe.timeout_s + (probe.failures - 1) * probe.period_s
    because = (
        f"{probe.failures} failed checks in a row: Interval {probe.period_s:g} s, "
        f"Timeout {probe.timeout_s:g} s"
    )
    return Delay("hang_noticed", least_s, because, "docker service update --health-interval")


def ended(settings: Settings) -> Delay:
    """A process that hangs does not hear the stop signal: its grace, then the restart delay."""
    delay_s, because, lower = replacement(settings)
    grace_s = translate.STOP_GRACE_S if settings.stop_grace_s is None else settings.stop_grace_s
    both = f"StopGracePeriod {grace_s:g} s, which a hung process uses up, and {because}"
    return Delay("hang_ended", grace_s + delay_s, both, f"StopGracePeriod, {lower}")


def seconds(told: str) -> float:
    """A setting as preflight tells it, for example 5s."""
    return float(told.removesuffix("s"))
