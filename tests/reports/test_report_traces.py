"""A trial on its time axis, and the marks that a chart makes of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from made import KILL, Voyage, record, run_of, spec

from seatrial.harness.recorder import read_trial, trial_folders
from seatrial.reports.charts import bars, failures, replicas
from seatrial.reports.frame import Frame, Size, labels
from seatrial.reports.traces import Act, Trace, trace


def traced(folder: Path, voyage: Voyage) -> Trace:
    record(folder, run_of([voyage.spec]), [voyage])
    found = trace(read_trial(trial_folders(folder)[0]))
    assert found is not None
    return found


def test_time_counts_from_the_first_act_under_load(tmp_path: Path) -> None:
    found = traced(tmp_path, KILL)
    assert found.since == "kill"
    assert found.begin_s == pytest.approx(-3.0)
    assert [(act.what, act.at_s) for act in found.acts] == [("kill", 0.0)]
    assert found.acts[0].accepted_s == pytest.approx(0.012)


def test_every_failed_request_is_in_a_lane_of_its_class(tmp_path: Path) -> None:
    found = traced(tmp_path, KILL)
    lanes = {lane.failure: lane.at_s for lane in found.lanes}
    assert lanes.keys() == {"503", "refused"}
    assert len(lanes["refused"]) == 20
    assert lanes["refused"][0] == pytest.approx(0.1)
    assert found.failed == 22
    assert failures(found).startswith("22 of 1600 requests failed")


def test_good_requests_are_summed_up_and_gaps_stay_gaps(tmp_path: Path) -> None:
    fresh, kept = traced(tmp_path, KILL).latencies
    assert (fresh.stream, kept.stream) == ("fresh", "kept")
    assert len(fresh.at_s) == 80
    gap = [at for at, value in zip(fresh.at_s, fresh.median, strict=True) if value != value]  # noqa: PLR0124 - true of nan only
    assert gap == [pytest.approx(0.15)]
    pairs = zip(fresh.low, fresh.median, fresh.high, strict=True)
    assert all(low <= middle <= high for low, middle, high in pairs if middle == middle)  # noqa: PLR0124 - false of nan only


def test_ready_replicas_step_down_and_up(tmp_path: Path) -> None:
    found = traced(tmp_path, KILL)
    steps = [(round(at, 3), count) for at, count in found.ready if at > found.begin_s]
    assert steps == [(0.1, 2), (2.0, 3)]
    assert [mark.kind for mark in found.marks if mark.at_s > 0] == ["restarted"]
    assert replicas(found) == "Ready replicas: 2 to 3"


def test_a_deploys_time_counts_from_the_deploy(tmp_path: Path) -> None:
    found = traced(tmp_path, Voyage(spec(1, "k8s", "deploy"), seconds=2.0))
    assert found.since == "deploy"
    assert [(act.what, act.at_s) for act in found.acts] == [("deploy", 0.0)]
    assert replicas(found) == "No replica was seen ready"


def test_without_an_act_under_load_time_counts_from_the_load(tmp_path: Path) -> None:
    found = traced(tmp_path, Voyage(spec(1, "k8s", "load_balance"), seconds=2.0))
    assert (found.since, found.begin_s, found.acts) == ("the first request", 0.0, ())


def test_a_trial_without_requests_has_no_trace(tmp_path: Path) -> None:
    record(tmp_path, run_of([KILL.spec]), [replace(KILL, seconds=0.0)])
    assert trace(read_trial(trial_folders(tmp_path)[0])) is None


def test_a_long_trial_has_longer_steps(tmp_path: Path) -> None:
    found = traced(tmp_path, replace(KILL, seconds=150.0))
    assert found.step_s == pytest.approx(0.3)


def test_failures_within_a_pixel_make_one_bar_and_none_is_lost() -> None:
    assert bars((), 0.5) == []
    assert bars((1.0, 1.25, 1.5, 9.0), 0.5) == [(0.75, 1.75), (8.75, 9.25)]


def test_labels_of_acts_that_are_close_take_different_rows() -> None:
    frame = Frame(Size("test", 400, 100, 10.0), 70.0, (0.0, 30.0), (1.0, 10.0))
    acts = [Act(1.0, "scale_up", None), Act(2.0, "kill", None), Act(29.5, "scale_down", None)]
    placed = labels(acts, frame)
    assert [label.row for label in placed] == [0, 1, 0]
    assert [label.leftward for label in placed] == [False, False, True]
    assert placed[0].text == "scale up"
