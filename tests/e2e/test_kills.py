"""A run on both real labs, killed at random moments: `seatrial resume` brings it to the end."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from support.kills import Voyage

pytestmark = [pytest.mark.lab, pytest.mark.kills, pytest.mark.timeout(3600)]

SEATRIAL = str(Path(sys.executable).with_name("seatrial"))
SUITE = """
schema = 1
name = "killed"
targets = ["swarm", "k8s"]
[[scenarios]]
name = "load_balance"
parameters = {hold_s = 2.0}
[[scenarios]]
name = "self_heal"
variants = ["kill"]
parameters = {hold_s = 2.0}
"""
KILLS = 5
EVENTS = 40
"""About as many as one of these trials has."""


def test_a_real_run_that_is_killed_loses_and_repeats_nothing(tmp_path: Path) -> None:
    suite = tmp_path / "killed.toml"
    suite.write_text(SUITE)
    killed, dice = Voyage(tmp_path / "results", [SEATRIAL], suite), random.Random(1)  # noqa: S311 - moments
    for _ in range(KILLS):
        killed.kill_anywhere(dice, EVENTS)
    killed.end()
    assert killed.kills > 0
    cleaned = subprocess.run([SEATRIAL, "clean"], capture_output=True, text=True, check=True)
    assert cleaned.stdout == "", "something was left on a target"
