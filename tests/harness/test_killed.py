"""A harness that is killed at random moments: `resume` brings its run to the end all the same."""

import random
import sys
from pathlib import Path

import pytest
from support import fake_cli
from support.kills import Voyage

pytestmark = pytest.mark.timeout(3000)

SUITE = """
schema = 1
name = "killed"
targets = ["fake"]
[load]
rate_per_s = 50
[[scenarios]]
name = "deploy"
variants = ["warm"]
parameters = {hold_s = 0.5}
[[scenarios]]
name = "load_balance"
parameters = {hold_s = 0.5}
[[scenarios]]
name = "config_change"
parameters = {hold_s = 0.5}
"""
MANY, AT_ONCE = 50, 5
"""Kills in all, and of one run."""
EVENTS = 30
"""About as many as two of these trials have."""


def voyage(tmp_path: Path) -> Voyage:
    suite = tmp_path / "killed.toml"
    suite.write_text(SUITE)
    return Voyage(tmp_path / "results", [sys.executable, fake_cli.__file__], suite)


def killed_and_resumed(tmp_path: Path, seed: int, kills: int) -> None:
    dice, killed = random.Random(seed), voyage(tmp_path)  # noqa: S311 - moments, no secret
    for _ in range(kills):
        killed.kill_anywhere(dice, EVENTS)
    killed.end()
    assert killed.kills > 0


def test_a_run_that_is_killed_a_few_times_loses_and_repeats_nothing(tmp_path: Path) -> None:
    killed_and_resumed(tmp_path, seed=0, kills=4)


@pytest.mark.kills
@pytest.mark.parametrize("seed", range(1, 1 + MANY // AT_ONCE))
def test_a_run_that_is_killed_anywhere_loses_and_repeats_nothing(tmp_path: Path, seed: int) -> None:
    killed_and_resumed(tmp_path, seed, AT_ONCE)
