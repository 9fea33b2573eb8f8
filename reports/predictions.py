"""What a report says of predicted floors: the settings that a measured time is made of. Pure."""

from collections.abc import Mapping, Sequence
from statistics import median

from seatrial.harness.floors import Floor, floor
from seatrial.harness.model import Preflight
from seatrial.harness.point import Point
from seatrial.harness.scenario import Scenario
from seatrial.reports import numbers
from seatrial.reports.rows import Measured

Sites = Mapping[tuple[str, str], Preflight]
"""Preflights by target and profile."""


def sites(preflights: Sequence[Preflight], swept: str = "", point: Point = "") -> Sites:
    """The preflights of a run at one point of a sweep, to be found by target and profile."""
    here = (each for each in preflights if (each.swept, each.point) == (swept, point))
    return {(found.target, found.profile): found for found in here}


def remark(rows: Sequence[Measured], scenario: type[Scenario] | None, where: Sites) -> str:
    """The floor of one metric of one target, its settings, and what is not understood of it."""
    values = [row.value for row in rows if row.value is not None]
    if not values or scenario is None:
        return ""
    first = rows[0]
    site = where.get((first.target, first.profile))
    known = floor(scenario, first.variant, first.metric, site) if site else None
    if known is None or not known.seconds:
        return ""
    return " ".join(_words(known, median(values), censored=any(row.censored for row in rows)))


def _words(known: Floor, measured_s: float, *, censored: bool) -> list[str]:
    made_of = "; ".join(delay.because for delay in known.delays if delay.seconds)
    lower = ", ".join(delay.lower for delay in known.delays if delay.seconds and delay.lower)
    words = [f"At least {numbers.quantity(known.seconds, 's')} by its settings ({made_of})."]
    if lower:
        words.append(f"To lower it: {lower}.")
    puzzle = "" if censored else known.puzzle(measured_s)
    return [*words, f"Not understood: {puzzle}."] if puzzle else words
