"""The names under which a page's parts can be linked to: the same in every run. Pure.

They are made of names alone. What is neither letter, digit, `_` nor `.` is spelled out, so that
`-` only ever stands between two names, and no other names make the same anchor.
"""

import re

from seatrial.harness.point import written
from seatrial.reports.compare import Case

_ODD = re.compile(r"[^A-Za-z0-9_.]")


def slug(*names: str) -> str:
    """Those of the names that are not empty, as one: `trial-self_heal-kill-stock`."""
    return "-".join(_ODD.sub(_spelled, name) for name in names if name)


def _spelled(found: re.Match[str]) -> str:
    return f"~{ord(found[0]):x}~"


def trial(case: Case) -> str:
    """Of a kind of trial."""
    return slug("trial", *_names(case))


def result(case: Case, metric: str) -> str:
    """Of a row of results."""
    return slug("result", *_names(case), metric)


def curve(case: Case, metric: str) -> str:
    """Of a metric over a swept setting, whatever its points."""
    return slug("curve", case.scenario, case.variant, case.profile, case.swept, metric)


def verdicts(case: Case, first: str, second: str) -> str:
    """Of the table of two targets in a kind of trial."""
    return slug("verdicts", *_names(case), first, second)


def verdict(case: Case, first: str, second: str, metric: str) -> str:
    """Of a row of that table."""
    return slug("verdict", *_names(case), first, second, metric)


def saying(case: Case, first: str, second: str, metric: str) -> str:
    """Of the sentence on that row."""
    return slug("said", *_names(case), first, second, metric)


def question(key: str) -> str:
    """Of a question."""
    return slug("question", key)


def answer(key: str, profile: str, first: str, second: str) -> str:
    """Of what two targets with one profile say to it."""
    return slug("answer", key, profile, first, second)


def outcome(profile: str, first: str, second: str) -> str:
    """Of what all answers together come to."""
    return slug("outcome", profile, first, second)


def forest(profile: str, first: str, second: str) -> str:
    """Of the drawing of all ratios."""
    return slug("forest", profile, first, second)


def _names(case: Case) -> tuple[str, ...]:
    point = written(case.point) if case.swept else ""
    return case.scenario, case.variant, case.profile, case.swept, point
