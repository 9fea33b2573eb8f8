"""Progress in lines, for logs: one as a trial begins, one as it ends, one a minute in between."""

from collections.abc import Callable

from seatrial.harness.progress import Begun, Ended, Going, TrialBegun, TrialEnded

MINUTE_S = 60.0


class Lines:
    """Says it all with `say`."""

    def __init__(self, say: Callable[[str], None], every_s: float = MINUTE_S) -> None:
        self.every_s = every_s
        self._say = say
        self._begun = False

    def say(self, line: str) -> None:
        """Say the sentence as it is."""
        self._say(line)

    def begin(self, event: Begun) -> None:
        """Say which trial begins; that a run does its command says."""
        if isinstance(event, TrialBegun):
            self._begun = True
            self._say(f"[{event.turn}/{event.trials}] {event.title} …")

    def go_on(self, event: Going) -> None:
        """Say how far the trial has come and what it shows."""
        parts = (counted(event), left(event.left_s))
        self._say(f"    after {length(event.since_s)}: {', '.join(filter(None, parts))}")

    def end(self, event: Ended) -> None:
        """Say how a trial ended that had begun: why others could not was said already."""
        if isinstance(event, TrialEnded) and self._begun:
            self._begun = False
            self._say(f"    {ended(event)}")


def ended(event: TrialEnded) -> str:
    """How a trial ended: `failed in 12 s: its cause`."""
    took = f"{event.status} in {event.took_s:.0f} s"
    return took + (f": {event.cause}" if event.cause else "")


def counted(event: Going) -> str:
    """What the load meets: `199 requests/s, 3 of 6,123 failed, 3 ready on k8s`."""
    parts = []
    if event.rate_per_s is not None:
        parts.append(f"{event.rate_per_s:.0f} requests/s")
    if event.requests:
        parts.append(f"{event.errors:,} of {event.requests:,} failed")
    if event.ready is not None:
        parts.append(f"{event.ready} ready on {event.target}")
    return ", ".join(parts) or "no requests yet"


def left(seconds: float | None) -> str:
    """How long a run will still take, nothing where nobody knows."""
    return "" if seconds is None else f"about {length(seconds)} left"


def length(seconds: float) -> str:
    """A length of time in few words: 44 s, 12 min, 1 h 20 min."""
    if seconds < MINUTE_S:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / MINUTE_S), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
