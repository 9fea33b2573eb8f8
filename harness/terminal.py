"""Progress on a terminal: three lines below what was said, drawn anew once a second, then gone.

They are drawn when there is something new to show and not before: no thread of rich's own runs, and
between two trials nothing is there to be drawn.
"""

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from seatrial.harness.lines import counted, ended, left, length
from seatrial.harness.progress import Begun, Ended, Going, TrialBegun, TrialEnded

BAR = 20
"""As many characters are all trials of a run."""


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
    """Which trial it is, what it shows, and how far the run has come."""
    head = f"[{trial.turn}/{trial.trials}] {trial.title}, {trial.profile}"
    shown = f"{_time(going)}, {counted(going)}" if going else "it begins"
    left_s = going.left_s if going else trial.left_s
    run = Table.grid(padding=(0, 2))
    done = ProgressBar(total=trial.trials, completed=trial.turn - 1, width=BAR)
    run.add_row("", done, _line(left(left_s)))
    return Group(_line(head, "bold"), _line(f"  {shown}"), run)


def _time(going: Going) -> str:
    since = length(going.since_s)
    return since if going.lasts_s is None else f"{since} of about {length(going.lasts_s)}"


def _line(words: str, style: str = "") -> Text:
    return Text(words, style=style, no_wrap=True, overflow="ellipsis")
