"""Reads how much each question counts: a TOML file with a table [weights]."""

from pathlib import Path

from seatrial.harness.errors import UsageError
from seatrial.harness.registry import unknown
from seatrial.harness.tables import loaded
from seatrial.reports.decision import MOST, Weights
from seatrial.reports.questions import WEIGHED


def read_weights(path: Path) -> Weights:
    """The weights that a file sets, by the keys of questions.

    Raises:
        UsageError: the file cannot be read, or what it sets is no weight.
        UnknownNameError: it names a question that there is not; the message has the nearest.
    """
    _, told = loaded(path)
    table = told.get("weights")
    if not isinstance(table, dict):
        raise UsageError(
            f"{path} has no table [weights]: write one with a line such as `node_failure = 3`."
        )
    return {name: _weight(path, name, value) for name, value in table.items()}


def _weight(path: Path, name: str, value: object) -> float:
    known = {question.key: question for question in WEIGHED}
    if name not in known:
        raise unknown("question", name, known)
    # true is a number to Python, and to nobody else
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
    if not 0 <= number <= MOST:
        raise UsageError(
            f"{path}: the weight of {name} has to be a number from 0 to {MOST:g}, not {value!r}."
        )
    return float(number)
