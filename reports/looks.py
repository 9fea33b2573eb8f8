"""How targets are called and told apart: by colour, by line and by shape at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.harness.profile import PROFILES

FAKE = "fake"
FAKE_BANNER = "Made with the test double FakeTarget: these are not measurements of an orchestrator."

LONGEST = 16
"""Letters of a label in a chart; the words beside the chart are never cut."""


@dataclass(frozen=True, slots=True)
class Look:
    """A target's appearance, the same in every run."""

    target: str
    title: str
    paint: str  # the page's colour variable
    line: str  # its lines, in a word
    dashes: tuple[float, ...]  # the same in points: on, off, …
    marker: str  # matplotlib's name of its shape
    sign: str  # the same shape as a character


_KNOWN = (
    Look("swarm", "Docker Swarm", "first", "solid", (), "o", "\u25cf"),
    Look("k8s", "Kubernetes", "second", "dashed", (4, 1.5), "D", "\u25c6"),
    Look(FAKE, "FakeTarget (a test double)", "third", "dotted", (1, 1), "s", "\u25a0"),
)


def look(target: str) -> Look:
    """The appearance of a target; one that is not known here keeps its own name."""
    known = {each.target: each for each in _KNOWN}
    return known.get(
        target, Look(target, target, "fourth", "dash-dotted", (6, 1, 1, 1), "^", "\u25b2")
    )


def ordered(targets: Iterable[str]) -> tuple[str, ...]:
    """The targets without doubles, in the order of every report."""
    places = {each.target: place for place, each in enumerate(_KNOWN)}
    return tuple(sorted(set(targets), key=lambda t: (places.get(t, len(places)), t)))


def profile_place(profile: str) -> tuple[int, str]:
    """Where a profile comes in every report: those that come with Seatrial first."""
    known = list(PROFILES)
    return known.index(profile) if profile in known else len(known), profile


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *head, last = list(words) or ["nothing"]
    return f"{', '.join(head)} and {last}" if head else last


def spoken(name: str) -> str:
    """A name of the code's in words."""
    return name.replace("_", " ")


def cut(words: str, longest: int = LONGEST) -> str:
    """Words as a label in a chart: the first of them where they are too many."""
    return words if len(words) <= longest else f"{words[: longest - 1]}\u2026"
