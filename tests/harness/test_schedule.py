"""When the load's requests are due."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from seatrial.harness.generator.schedule import Schedule, Tick
from seatrial.harness.record import LoadPlan, Stream

PLAN = LoadPlan(rate_per_s=200)
FRESH_NS, KEPT_NS = 9_523_810, 10_526_316
"""105 and 95 a second."""


def test_each_stream_has_its_own_interval_and_numbers() -> None:
    schedule = Schedule(PLAN, 1000)
    assert [schedule.take() for _ in range(5)] == [
        Tick(Stream.FRESH, 0, 1000),
        Tick(Stream.KEPT, 0, 1000),
        Tick(Stream.FRESH, 1, 1000 + FRESH_NS),
        Tick(Stream.KEPT, 1, 1000 + KEPT_NS),
        Tick(Stream.FRESH, 2, 1000 + 2 * FRESH_NS),
    ]
    assert schedule.due_ns == 1000 + 2 * KEPT_NS


def test_another_rate_begins_anew_but_numbers_go_on() -> None:
    schedule = Schedule(PLAN, 0)
    for _ in range(3):
        schedule.take()
    schedule.begin(replace(PLAN, rate_per_s=2 * PLAN.rate_per_s), 5_000)
    assert schedule.take() == Tick(Stream.FRESH, 2, 5_000)
    assert schedule.take() == Tick(Stream.KEPT, 1, 5_000)
    assert schedule.due_ns == 5_000 + FRESH_NS // 2


@given(rate=st.floats(0.1, 50_000), start_ns=st.integers(0, 2**62), count=st.integers(1, 300))
def test_no_request_is_skipped_and_time_never_goes_back(
    rate: float, start_ns: int, count: int
) -> None:
    plan = LoadPlan(rate_per_s=rate)
    schedule = Schedule(plan, start_ns)
    ticks = [schedule.take() for _ in range(count)]
    assert [t.intended_ns for t in ticks] == sorted(t.intended_ns for t in ticks)
    for stream in plan.streams:
        mine = [tick for tick in ticks if tick.stream is stream]
        assert [tick.seq for tick in mine] == list(range(len(mine)))
        interval_ns = plan.interval_ns(stream)
        assert all(tick.intended_ns == start_ns + tick.seq * interval_ns for tick in mine)
