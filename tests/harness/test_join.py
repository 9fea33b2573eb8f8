"""Parts of one plan become one run directory."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.harness.clock import now_ns
from seatrial.harness.errors import MeasurementError, UsageError
from seatrial.harness.join import join
from seatrial.harness.model import Preflight
from seatrial.harness.record import Event, Resumption, Run, TrialSpec
from seatrial.harness.recorder import (
    TrialHead,
    TrialRecorder,
    add_resumption,
    read_run,
    read_trial,
    trial_folders,
    write_run,
)
from seatrial.harness.state import CERTIFICATE
from seatrial.harness.workload import counter

FOUND = Preflight("fake", {"fake": "1"}, (), {}, "")


def part(
    folder: Path,
    specs: Sequence[TrialSpec],
    seed: int = 7,
    cause: str = "",
    found: Preflight = FOUND,
) -> Path:
    write_run(
        folder,
        Run(folder.name, "mine", 1, seed, f"run {folder.name}", 0, 0, {}, (found,), {}, (*specs,)),
    )
    for spec in specs:
        recorder = TrialRecorder(folder, TrialHead(spec, counter("r", "x")))
        recorder.write(Event(now_ns(), "harness", "finished", "", {"cause": cause}))
        recorder.close()
    return folder


def spec(number: int, scenario: str = "deploy") -> TrialSpec:
    return TrialSpec(number, 1, "fake", "stock", scenario, "")


def test_parts_make_one_run_of_all_their_trials(tmp_path: Path) -> None:
    first = part(tmp_path / "a", [spec(1), spec(3)])
    second = part(tmp_path / "b", [spec(2, "scale")])
    join([first, second], tmp_path / "whole")
    run = read_run(tmp_path / "whole")
    assert [trial.number for trial in run.planned] == [1, 2, 3]
    assert (run.name, run.command) == ("whole", "run a\nrun b")
    assert len(run.preflights) == 1
    assert [path.name for path in trial_folders(tmp_path / "whole")] == [
        "0001-fake-deploy",
        "0002-fake-scale",
        "0003-fake-deploy",
    ]


def test_the_latest_calibration_of_the_parts_is_the_whole_s(tmp_path: Path) -> None:
    parts = [part(tmp_path / name, [spec(n)]) for n, name in enumerate("abc", 1)]
    for folder in parts[:2]:
        (folder / CERTIFICATE).write_text(folder.name)
    join(parts, tmp_path / "whole")
    assert (tmp_path / "whole" / CERTIFICATE).read_text() == "b"


def test_what_was_resumed_stays_noted(tmp_path: Path) -> None:
    first, second = part(tmp_path / "a", [spec(1)]), part(tmp_path / "b", [spec(2)])
    for folder in (first, second, second):
        add_resumption(folder, Resumption(0, 0, (1,), (), {}, (), {}))
    assert len(join([first, second], tmp_path / "whole").resumed) == 3
    assert len(read_run(tmp_path / "whole").resumed) == 3


def test_a_trial_that_was_run_again_counts_as_it_was_last(tmp_path: Path) -> None:
    parts = [part(tmp_path / name, [spec(1)], cause=name) for name in ("a", "b")]
    join(parts, tmp_path / "whole")
    (folder,) = trial_folders(tmp_path / "whole")
    assert read_trial(folder).cause == "b"


def test_what_is_not_of_one_plan_is_not_joined(tmp_path: Path) -> None:
    first = part(tmp_path / "a", [spec(1)])
    with pytest.raises(MeasurementError, match="the same --seed"):
        join([first, part(tmp_path / "b", [spec(2)], seed=8)], tmp_path / "whole")
    with pytest.raises(MeasurementError, match="the suite was changed"):
        join([first, part(tmp_path / "c", [spec(1, "scale")])], tmp_path / "whole")
    with pytest.raises(UsageError, match="another name"):
        join([first], first)


def test_every_point_of_a_sweep_keeps_its_own_preflight(tmp_path: Path) -> None:
    parts = [
        part(tmp_path / f"{point}", [spec(n)], found=replace(FOUND, swept="x", point=point))
        for n, point in enumerate((20.0, 40.0), 1)
    ]
    whole = join(parts, tmp_path / "whole")
    assert [found.point for found in whole.preflights] == [20, 40]
