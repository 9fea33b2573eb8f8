"""Measures of hand-written timelines with known answers, and what must hold for any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.timelines import LOAD, timeline

from seatrial.harness.metrics import (
    bad_requests,
    counting,
    error_seconds,
    failed_by_class,
    jain,
    latency_ms,
    outage,
    outages,
    shares,
)

GOOD = "." * 30
letters = st.text(alphabet=".....rt5l", max_size=200)


def test_a_full_outage_lies_between_its_bounds() -> None:
    metric = outage(timeline(GOOD + "r" * 50 + GOOD), LOAD)
    assert (metric.low, metric.value, metric.high) == pytest.approx((0.49, 0.50, 0.51))
    assert not metric.censored


def test_one_of_three_replicas_down_is_a_third_of_error_seconds() -> None:
    samples = timeline(GOOD + "r.." * 40 + GOOD)
    assert error_seconds(samples, LOAD).value == pytest.approx(0.40)
    assert len(outages(samples, LOAD)) == 1


def test_flapping_stays_one_outage_and_a_recovery_ends_it() -> None:
    assert len(outages(timeline(GOOD + "rrr.....rrr" + GOOD), LOAD)) == 1
    assert len(outages(timeline(GOOD + "rrr" + GOOD + "rrr" + GOOD), LOAD)) == 2


def test_never_recovered_is_censored() -> None:
    assert outage(timeline(GOOD + "r" * 20 + "..."), LOAD).censored


def test_bad_from_the_first_request_has_no_good_before() -> None:
    (found,) = outages(timeline("rr" + GOOD), LOAD)
    assert found.last_good_ns is None
    assert found.upper_s == pytest.approx(0.02)


def test_no_failure_is_no_outage() -> None:
    metric = outage(timeline(GOOD), LOAD)
    assert (metric.low, metric.value, metric.high) == (0, 0, 0)


def test_a_good_reply_after_the_deadline_is_bad() -> None:
    assert bad_requests(timeline("..l."), LOAD).tolist() == [False, False, True, False]


def test_failures_are_counted_by_class() -> None:
    found = failed_by_class(timeline("..rrt5l."), LOAD)
    expected = {"failed_refused": 2, "failed_timeout": 1, "failed_500": 1, "failed_late": 1}
    assert {m.name: m.value for m in found} == expected


def test_shares_and_fairness() -> None:
    fair = shares(timeline("." * 30, replicas=("a", "b", "c")))
    assert fair == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    assert jain(fair).value == pytest.approx(1)
    assert jain({"a": 1.0, "b": 0.0, "c": 0.0}).value == pytest.approx(1 / 3)


def test_latency_counts_from_the_intended_time() -> None:
    assert latency_ms(timeline(GOOD), 0.5).value == pytest.approx(5)


def test_exact_counting_without_faults() -> None:
    found = counting(timeline(GOOD))
    assert found.exact
    assert (found.ok, found.increments, found.duplicates) == (30, 30, 0)


def test_a_missing_increment_is_explained_only_by_a_lost_reply() -> None:
    assert counting(timeline("..t..")).exact
    assert not counting(timeline("..r..")).exact


def test_a_count_given_twice_is_not_exact() -> None:
    samples = timeline(GOOD)
    samples.loc[5, "count"] = samples.loc[4, "count"]
    assert counting(samples).duplicates == 1
    assert not counting(samples).exact


def test_nothing_recorded_gives_reasons_instead_of_numbers() -> None:
    empty = timeline("")
    metrics = [outage(empty, LOAD), error_seconds(empty, LOAD), jain(shares(empty))]
    assert all(m.value is None and m.reason for m in [*metrics, latency_ms(empty, 0.5)])
    assert counting(empty).increments == 0


@given(letters, st.integers(min_value=0, max_value=10**15))
def test_shifting_the_time_origin_changes_nothing(text: str, origin_ns: int) -> None:
    here, there = timeline(text), timeline(text, origin_ns)
    assert outage(here, LOAD) == outage(there, LOAD)
    assert error_seconds(here, LOAD) == error_seconds(there, LOAD)


@given(letters.filter(bool))
def test_bounds_are_ordered_and_every_bad_request_is_in_one_outage(text: str) -> None:
    samples = timeline(text)
    found = outages(samples, LOAD)
    assert all(0 <= o.lower_s <= o.upper_s for o in found)
    assert sum(o.bad for o in found) == int(bad_requests(samples, LOAD).sum())
