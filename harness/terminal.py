"""Progress on a terminal: three lines below what was said, drawn anew once a second, then gone.

They are drawn when there is something new to show and not before: no thread of rich's own runs, and
between two trials nothing is there to be drawn.
"""

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from seatrial.harness.lines import counted, ended, left, length
from seatrial.harness.progress import Begun, Ended, Going, TrialBegun, TrialEnded

BAR = 12
"""As many characters are all trials of a run; with it all fits in 60 columns."""


class Terminal:
    """Draws on a console, which knows its width, and whether colours are wanted (NO_COLOR)."""

    every_s = 1.0

    def __init__(self, console: Console) -> None:
        self._console = console
        self._trial: TrialBegun | None = None
        self._live: Live | None = None

    def say(self, line: str) -> None:
        """Let the sentence stand above what is drawn."""
        self._console.print(Text(line), soft_wrap=True)

    def begin(self, event: Begun) -> None:
        """Draw a trial that begins."""
        if isinstance(event, TrialBegun):
            self._trial = event
            # what goes to standard output must not be taken to where this is drawn
            self._live = Live(
                drawn(event, None),
                console=self._console,
                auto_refresh=False,
                transient=True,
                redirect_stdout=False,
            )
            self._live.start(refresh=True)

    def go_on(self, event: Going) -> None:
        """Draw what the trial shows now."""
        if self._live and self._trial:
            self._live.update(drawn(self._trial, event), refresh=True)

    def end(self, event: Ended) -> None:
        """Take away what is drawn; one line stays of a trial that had begun."""
        if self._live:
            self._live.stop()
            self._live = None
        if isinstance(event, TrialEnded) and self._trial:
            title = f"[{event.turn}/{event.trials}] {self._trial.title}"
            self._trial = None
            self.say(f"{title}: {ended(event)}")


def drawn(trial: TrialBegun, going: Going | None) -> Group:
    """Which trial it is, what its load meets, how far the run is and how long it will take."""
    head = f"[{trial.turn}/{trial.trials}] {trial.title}, {trial.profile}"
    met = counted(going) if going else "it begins"
    bar = "#" * (BAR * (trial.turn - 1) // trial.trials)
    foot = "; ".join(filter(None, (_time(trial, going), _left(trial, going))))
    return Group(_line(head, "bold"), _line(f"  {met}"), _line(f"  {bar:.<{BAR}}  {foot}"))


def _time(trial: TrialBegun, going: Going | None) -> str:
    """How long the trial has run, of how long it will."""
    since = length(going.since_s if going else 0.0)
    return since if trial.lasts_s is None else f"{since} of about {length(trial.lasts_s)}"


def _left(trial: TrialBegun, going: Going | None) -> str:
    words = left(going.left_s if going else trial.left_s)
    return f"{words} in all" if words else ""


def _line(words: str, style: str = "") -> Text:
    return Text(words, style=style, no_wrap=True, overflow="ellipsis")
