"""Measured minus true, on hand-written trials: requests every 10 ms, the truth known."""

import pytest
from support.timelines import LOAD, timeline
from support.trials import MS, trial

from seatrial.harness.bias import Kind, Truth, calm_s, cell, error_s, fair, limit_s
from seatrial.harness.record import Trial

CALM = "." * 60


def of(letters: str) -> Trial:
    return trial([], timeline(CALM + letters + CALM))


def test_an_outage_between_two_requests_is_right_by_its_middle() -> None:
    # bad from 600 to 690 ms: the truth lies between 90 and 110
    found = of("r" * 10)
    assert error_s(found, Truth(Kind.REFUSED, 595 * MS, 695 * MS)) == pytest.approx(0.0)
    assert error_s(found, Truth(Kind.REFUSED, 599 * MS, 691 * MS)) == pytest.approx(0.008)
    assert error_s(found, Truth(Kind.REFUSED, 591 * MS, 699 * MS)) == pytest.approx(-0.008)


def test_where_one_of_three_fails_error_seconds_are_judged() -> None:
    found = of("5.." * 10)
    truth = Truth(Kind.ONE_OF_THREE, 595 * MS, 895 * MS)
    assert truth.value_s == pytest.approx(0.1)
    assert error_s(found, truth) == pytest.approx(0.0)


def test_an_outage_that_is_not_seen_is_an_error_of_its_whole_length() -> None:
    assert error_s(of(""), Truth(Kind.HANG, 550 * MS, 650 * MS)) == pytest.approx(-0.1)


def test_the_next_outage_is_not_counted_in() -> None:
    found = of("r" * 10 + CALM + "r" * 20)
    assert calm_s(LOAD) == 0.5
    assert error_s(found, Truth(Kind.REFUSED, 595 * MS, 695 * MS)) == pytest.approx(0.0)


def test_an_edge_that_met_a_busy_machine_is_left_out() -> None:
    found, truth = of("r" * 10), Truth(Kind.REFUSED, 595 * MS, 695 * MS)
    quick = found.samples.assign(done_ns=found.samples["intended_ns"] + MS)
    late = quick.assign(sent_ns=quick["intended_ns"] + 6 * MS * (quick["seq"] == 58))
    assert fair(trial([], quick), truth)
    assert not fair(trial([], late), truth)


def test_a_server_that_stayed_good_for_long_did_not_flap() -> None:
    found = of("r" * 4 + "." * 8 + "r" * 4)
    quick = trial([], found.samples.assign(done_ns=found.samples["intended_ns"] + MS))
    brief, long = (Truth(Kind.FLAPPING, 595 * MS, 755 * MS, n * MS) for n in (75, 76))
    assert fair(quick, brief)
    assert not fair(quick, long)


def test_a_cell_folds_the_errors_of_its_kind() -> None:
    found = of("r" * 10)
    quick = trial([], found.samples.assign(done_ns=found.samples["intended_ns"] + MS))
    truths = [
        Truth(Kind.REFUSED, 599 * MS, 691 * MS),
        Truth(Kind.REFUSED, 595 * MS, 695 * MS),
        Truth(Kind.HANG, 595 * MS, 695 * MS),
    ]
    folded = cell(quick, Kind.REFUSED, truths)
    assert (folded.outages, folded.left_out, folded.metric) == (2, 0, "outage")
    assert folded.bias_s == pytest.approx(0.004)
    assert folded.p99_s == pytest.approx(0.008, rel=0.02)
    assert folded.limit_s == limit_s(LOAD) == pytest.approx(0.012)
    assert cell(quick, Kind.SLOW, truths).verdict == "busy"
