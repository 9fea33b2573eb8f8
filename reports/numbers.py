"""Numbers as people read them: three significant digits, held to their unit."""

import math
import re

NBSP = "\u00a0"
WHOLE = frozenset({"req", "replicas"})
"""Units of things that are counted: a whole number of them is written whole."""

DIGITS = 3
_PAIR = re.compile(r"(?<=\d) (?=(?:ns|ms|s|min|req(?:/s)?|replicas?|MiB|GiB|GB|cores?|%)(?!\w))")


def number(value: float, unit: str = "") -> str:
    """The digits of a value: `0.0123`, `1.20`, `346`, `63`."""
    if value == 0 or (unit in WHOLE and float(value).is_integer()):
        return str(round(value))
    exponent = int(f"{value:.{DIGITS - 1}e}".partition("e")[2])
    return f"{value:.{max(0, DIGITS - 1 - exponent)}f}"


def quantity(value: float, unit: str, *, censored: bool = False) -> str:
    """A value with its unit in one unbreakable piece; censored ones are more than it."""
    return held(f"{'> ' if censored else ''}{number(value, unit)} {label(unit)}".rstrip())


def span(low: str, high: str, unit: str) -> str:
    """From one number to another, in one unbreakable piece."""
    return held(f"{low} to {high} {label(unit)}".rstrip())


def label(unit: str) -> str:
    """The unit as it is written after a number; a plain ratio has none."""
    return "" if unit == "1" else unit


def held(text: str) -> str:
    """The text as one piece that no line break divides."""
    return text.replace(" ", NBSP)


def prose(text: str) -> str:
    """The text with every number held to its unit."""
    return _PAIR.sub(NBSP, text)


def plural(count: int, noun: str) -> str:
    """`1 trial`, `3 trials`."""
    return f"{count}{NBSP}{noun}{'' if count == 1 else 's'}"


def seconds(value: float) -> str:
    """A moment on a time axis, to the hundredth: `+0.20 s`, `-3.00 s`."""
    return held(f"{value + 0.0:+.2f} s") if math.isfinite(value) else "?"
