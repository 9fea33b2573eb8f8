"""How long what is left of a run will take: the estimate, corrected by how trials went. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

TRUST_S = 60.0
"""The estimate counts like so many seconds of trials that took as long as it said: one trial that
was slow says little of those that follow, many say all."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the estimate: a trial itself, and what is done before it (a lab is thawed)."""

    before_s: float
    itself_s: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate in parts: a look at each target, then the trials by their numbers."""

    survey_s: float = 0.0
    trials: Mapping[int, Cost] = field(default_factory=dict)


class Remaining:
    """Keeps count of what is still to come; everything is None without a forecast."""

    def __init__(self, forecast: Forecast) -> None:
        self._known = bool(forecast.trials)
        self._survey_s = forecast.survey_s
        self._coming = dict(forecast.trials)
        self._took_s = self._estimated_s = TRUST_S

    def whole_s(self) -> float | None:
        """Seconds of all that is to come, a trial that runs included as if it just began."""
        if not self._known:
            return None
        trials = self._coming.values()
        return self._survey_s + sum(cost.before_s + self._paced(cost) for cost in trials)

    def trial_s(self, number: int) -> float | None:
        """Seconds of that trial, None where it was not estimated."""
        cost = self._coming.get(number)
        return self._paced(cost) if cost else None

    def left_s(self, number: int, since_s: float) -> float | None:
        """Seconds of all that is to come, when that trial has run for `since_s`."""
        whole_s, trial_s = self.whole_s(), self.trial_s(number)
        if whole_s is None or trial_s is None:
            return whole_s
        return whole_s - min(since_s, trial_s)

    def begun(self, number: int) -> None:
        """That trial begins: what is done before it is over, as is the look at the targets."""
        self._survey_s = 0.0
        if number in self._coming:
            self._coming[number] = replace(self._coming[number], before_s=0.0)

    def ended(self, number: int, took_s: float, *, finished: bool) -> None:
        """That trial is over; one that failed says nothing of how long others take."""
        cost = self._coming.pop(number, None)
        if cost and finished:
            self._took_s += took_s
            self._estimated_s += cost.itself_s

    def _paced(self, cost: Cost) -> float:
        return cost.itself_s * self._took_s / self._estimated_s
