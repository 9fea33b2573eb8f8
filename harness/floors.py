"""Predicted floors: the least that a metric can be by the settings, beside what was measured. Pure.

A measured value under its floor, or far over it, means that something is not understood.
"""

from dataclasses import dataclass

from seatrial.harness.model import Delay, Preflight
from seatrial.harness.scenario import Predicted, Scenario

FAR_S = 15.0
FAR_PART = 0.25
"""Over its floor a recovery also starts a process, passes probes and is told of, which takes
seconds, and where steps wait for one another a part of the whole."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least value of a metric, in seconds, and the delays that it is made of."""

    delays: tuple[Delay, ...]

    @property
    def seconds(self) -> float:
        """All delays, one after the other."""
        return sum(delay.seconds for delay in self.delays)

    def puzzle(self, measured_s: float) -> str:
        """What is not understood of that measurement, "" when all is."""
        if measured_s < self.seconds:
            return "under its predicted floor: the settings are not what they are taken for"
        if measured_s > self.seconds * (1 + FAR_PART) + FAR_S:
            return "far over its predicted floor: something else took the time"
        return ""


def floor(
    scenario: type[Scenario], variant: str, metric: str, preflight: Preflight
) -> Floor | None:
    """The floor of a metric on a target, None where none is known."""
    if not isinstance(scenario, Predicted):
        return None
    known = {delay.name: delay for delay in preflight.delays}
    names = scenario.floors.get(variant, {}).get(metric, ())
    if not names or not all(name in known for name in names):
        return None
    return Floor(tuple(known[name] for name in names))
