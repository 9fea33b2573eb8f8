"""A/A: each target against itself. Nothing differs, so that every better or worse is false.

`python -m benchmarks.aa RUN` splits the blocks of a run (suite aa) into two arms, counts the false
verdicts and exits 1 when there are more than one in twenty.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from seatrial.harness import registry
from seatrial.harness.beside import read_metrics
from seatrial.harness.contest import CASE, Contest, contests
from seatrial.harness.errors import MeasurementError, SeatrialError, UsageError
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import ALPHA, Verdict

ARMS = ("one", "two")
FALSE = frozenset({Verdict.BETTER, Verdict.WORSE})


@dataclass(frozen=True, slots=True)
class Self:
    """A target against itself in one metric of one case."""

    target: str
    case: str
    contest: Contest

    @property
    def verdict(self) -> Verdict:
        """What was said."""
        return self.contest.judgement.verdict


def split(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one target as if two arms had taken turns in half as many blocks.

    Each two blocks that follow one another become one; which arm has the earlier one alternates,
    so that a drift over the run favours neither.
    """
    order = {block: place for place, block in enumerate(sorted(rows["block"].unique()))}
    place = rows["block"].map(order)
    pair = place // 2
    arm = (place + pair) % 2
    return rows.assign(block=pair + 1, target=arm.map(dict(enumerate(ARMS))))


def selves(metrics: pd.DataFrame, scenarios: Mapping[str, type[Scenario]]) -> Iterator[Self]:
    """Every target in every case and headline metric against itself."""
    known = ["target", *(column for column in CASE if column in metrics)]
    texts = metrics[known].astype(object).fillna("").astype(str)
    for key, rows in metrics.assign(**texts).groupby(known, sort=True):
        target, profile, scenario, *more = map(str, key)
        if scenario in scenarios:
            case = " ".join(part for part in (scenario, *more, profile) if part)
            for contest in contests(split(rows), scenarios[scenario].better, *ARMS):
                yield Self(target, case, contest)


def table(found: Sequence[Self]) -> Iterator[str]:
    """A row a comparison."""
    yield "| target | case | metric | ratio | p | verdict |"
    yield "|---|---|---|---|---|---|"
    for each in found:
        yield f"| {each.target} | {each.case} | {each.contest.match.metric} | {_figures(each)} |"


def _figures(each: Self) -> str:
    made = each.contest.finding
    if made is None:
        return f"- | - | {each.verdict}: {each.contest.judgement.reason}"
    ratio = f"{made.ratio.value:.3g} ({made.ratio.low:.3g} to {made.ratio.high:.3g})"
    return f"{ratio} | {made.p:.2g} | {each.verdict}"


def report(metrics: pd.DataFrame, scenarios: Mapping[str, type[Scenario]]) -> tuple[str, int]:
    """The table with its sum, and the exit code; MeasurementError when nothing is comparable."""
    found = list(selves(metrics, scenarios))
    judged = [each for each in found if each.verdict is not Verdict.NONE]
    if not judged:
        raise MeasurementError("No target has blocks enough: run `seatrial run aa` first.")
    false = sum(each.verdict in FALSE for each in judged)
    said = f"{false} of {len(judged)} comparisons of a target with itself are better or worse."
    return "\n".join([*table(found), "", said, ""]), int(false > ALPHA * len(judged))


def main(arguments: Sequence[str]) -> int:
    """Print the table of a run directory."""
    try:
        if len(arguments) != 1:
            raise UsageError("Give one run directory: python -m benchmarks.aa RUN")
        text, code = report(read_metrics(Path(arguments[0])), registry.scenarios())
    except SeatrialError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(text)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
