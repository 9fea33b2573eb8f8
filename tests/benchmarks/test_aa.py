"""A/A on made-up rows: a target against itself, with and without a difference."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.aa import main, report, selves, split
from seatrial.harness import registry
from seatrial.harness.derive import COLUMNS
from seatrial.harness.errors import MeasurementError
from seatrial.harness.verdicts import Verdict

BLOCKS = 16


def rows(outage_s: Callable[[int], float], blocks: int = BLOCKS) -> Iterator[dict[str, object]]:
    """Both targets' self_heal: kill, in every block, with that outage."""
    places = [(block, target) for block in range(1, blocks + 1) for target in ("swarm", "k8s")]
    for trial, (block, target) in enumerate(places, 1):
        yield dict.fromkeys(COLUMNS, "") | {
            "block": block,
            "trial": trial,
            "target": target,
            "profile": "stock",
            "scenario": "self_heal",
            "variant": "kill",
            "metric": "outage",
            "unit": "s",
            "value": outage_s(block),
            "censored": False,
            "valid": True,
        }


def frame(outage_s: Callable[[int], float], blocks: int = BLOCKS) -> pd.DataFrame:
    return pd.DataFrame(list(rows(outage_s, blocks)), columns=list(COLUMNS))


def noise(block: int) -> float:
    return float(np.random.default_rng(block).lognormal(0, 0.2))


def in_turns(block: int) -> float:
    """A run whose every second, third, sixth, … block is slow: as the arms are dealt."""
    return noise(block) * (3.0 if (block - 1 + (block - 1) // 2) % 2 else 1.0)


def test_blocks_are_paired_and_the_arms_take_turns_in_going_first() -> None:
    metrics = frame(noise)
    made = split(metrics[metrics["target"] == "k8s"])
    assert list(made["block"]) == [n for n in range(1, 9) for _ in "ab"]
    assert list(made["target"][:8]) == ["one", "two", "two", "one", "one", "two", "two", "one"]


def test_a_missing_block_does_not_end_the_pairing() -> None:
    metrics = frame(noise)
    kept = metrics[(metrics["target"] == "k8s") & (metrics["block"] != 2)]
    assert list(split(kept)["block"])[:4] == [1, 1, 2, 2]


def test_noise_gives_no_false_verdict() -> None:
    text, code = report(frame(noise), registry.scenarios())
    assert code == 0
    assert text.endswith("0 of 2 comparisons of a target with itself are better or worse.\n")
    assert "| k8s | self_heal kill stock | outage |" in text


def test_a_drift_over_the_run_favours_no_arm() -> None:
    found = selves(frame(lambda block: 1 + block / 10), registry.scenarios())
    assert {each.verdict for each in found} <= {Verdict.SAME, Verdict.INCONCLUSIVE}


def test_false_verdicts_are_counted_and_too_many_exit_1() -> None:
    text, code = report(frame(in_turns), registry.scenarios())
    assert code == 1
    assert "2 of 2 comparisons" in text
    assert "| better |" in text


def test_too_few_blocks_are_no_proof() -> None:
    with pytest.raises(MeasurementError, match="blocks enough"):
        report(frame(noise, blocks=8), registry.scenarios())


def test_the_command_reads_a_run_and_says_what_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 4
    assert "seatrial derive" in capsys.readouterr().err
    frame(in_turns).to_csv(tmp_path / "metrics.csv", index=False)
    assert main([str(tmp_path)]) == 1
    assert "2 of 2 comparisons" in capsys.readouterr().out
