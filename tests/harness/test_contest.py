"""From rows of metrics.csv to verdicts: which trials meet, and which may not."""

from collections.abc import Iterator

import pandas as pd
import pytest

from seatrial.harness.contest import Contest, contests
from seatrial.harness.derive import COLUMNS
from seatrial.harness.errors import MeasurementError
from seatrial.harness.verdicts import Verdict


def rows(blocks: int = 8, **more: object) -> Iterator[dict[str, object]]:
    """Both targets in every block: swarm's outage is twice as long."""
    for block in range(1, blocks + 1):
        for place, target in enumerate(("swarm", "k8s")):
            made = dict.fromkeys(COLUMNS, "") | {
                "block": block,
                "trial": 2 * block + place,
                "target": target,
                "profile": "stock",
                "metric": "outage",
                "unit": "s",
                "value": (2.0 - place) * (1 + block / 100),
                "censored": False,
                "valid": True,
            }
            yield made | more


def fought(*parts: list[dict[str, object]]) -> tuple[Contest, ...]:
    frame = pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))
    return contests(frame, {"outage": "lower", "jain": "higher"}, "k8s", "swarm")


def test_a_clear_difference_is_told_with_its_figures() -> None:
    (found,) = fought(list(rows()))
    assert found.judgement.verdict is Verdict.BETTER
    assert found.finding is not None
    assert found.finding.ratio.value == pytest.approx(0.5)
    assert found.finding.delta == -1
    assert found.finding.p == 2 / 2**8
    assert (found.match.unit, len(found.match.pairs)) == ("s", 8)


def test_p_is_corrected_for_all_headline_metrics_that_were_measured() -> None:
    found = fought(list(rows()), list(rows(metric="jain", unit="1", value=1.0)))
    assert [each.match.metric for each in found] == ["outage", "jain"]
    assert found[0].finding is not None
    assert found[0].finding.p == 2 * 2 / 2**8
    assert found[1].judgement.verdict is Verdict.SAME


def test_fewer_than_five_blocks_give_no_verdict() -> None:
    (found,) = fought(list(rows(4)))
    assert (found.judgement.verdict, found.finding) == (Verdict.NONE, None)
    assert found.judgement.reason == "Blocks with one valid trial of each: 4; 5 are needed."


def test_an_invalid_trial_takes_its_block_with_it() -> None:
    made = list(rows(6))
    made[0]["valid"] = "False"
    assert len(fought(made)[0].match.pairs) == 5


def test_a_metric_without_direction_is_not_judged() -> None:
    assert fought(list(rows(metric="growth"))) == ()


def test_a_valid_trial_without_the_value_is_not_left_out() -> None:
    made = list(rows())
    made[3] |= {"value": None, "reason": "not within 150 s"}
    (found,) = fought(made)
    assert found.judgement.verdict is Verdict.NONE
    assert found.judgement.reason == "Not measured in 1 of 8 blocks (k8s: not within 150 s)."


def test_a_trial_without_the_metric_is_missed_too() -> None:
    made = list(rows())
    made[3]["metric"] = "other"
    assert fought(made)[0].judgement.reason == "Not measured in 1 of 8 blocks."


def test_negative_values_have_no_ratio() -> None:
    assert "below 0" in fought(list(rows(value=-1.0)))[0].judgement.reason


def test_what_never_ended_counts_as_longer() -> None:
    made = list(rows())
    for row in made[::2]:
        row["censored"] = "True"
    (found,) = fought(made)
    assert found.judgement.verdict is Verdict.BETTER
    assert found.finding is not None
    assert found.finding.ratio.low == 0


@pytest.mark.parametrize("column", ["profile", "scenario", "variant"])
def test_what_was_not_done_alike_is_never_compared(column: str) -> None:
    with pytest.raises(MeasurementError, match="cannot be compared"):
        fought(list(rows()), list(rows(**{column: "matched"})))
