"""Holes in what the orchestrator told: which events came out of one, and when there were any. Pure.

A hole hides when something happened, and whether more did. What users saw has none: their requests
are recorded by the load process.
"""

from dataclasses import dataclass

from seatrial.harness.record import Event, Trial

HOLE_NS = 500_000_000
"""Not told of anything for longer than this is a hole. Less only widens the bounds of a time."""

UNSEEN = "the orchestrator's telling had a gap there"


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was told between these moments, in ns of the trial's clock."""

    begin_ns: int
    end_ns: int

    def meets(self, start_ns: int, end_ns: int | None) -> bool:
        """Whether it has a part in that time, which lasts to the record's end without an end."""
        return self.end_ns > start_ns and (end_ns is None or self.begin_ns < end_ns)


def hole(uncertainty_ns: int) -> bool:
    """Whether so long without a word is a hole."""
    return uncertainty_ns > HOLE_NS


def gaps(trial: Trial) -> tuple[Gap, ...]:
    """The holes that were recorded, in the order of their ends."""
    told = (e for e in trial.events if (e.source, e.kind) == ("orchestrator", "gap"))
    found = (Gap(e.at_ns - e.uncertainty_ns, e.at_ns) for e in told if hole(e.uncertainty_ns))
    return tuple(found)


def hidden(event: Event) -> bool:
    """Whether the event was told only after a hole, in which it may have happened at any time."""
    return hole(event.uncertainty_ns)
