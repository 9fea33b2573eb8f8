"""The load process's loop: what is sent when, given up when, and when samples are handed on."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.wire import PATIENCE_S, Wire

from seatrial.harness.clock import now_ns
from seatrial.harness.generator.dispatch import Dispatcher
from seatrial.harness.generator.schedule import Schedule
from seatrial.harness.generator.upkeep import BATCH, FLUSH_NS, MOST_WAITING, PATIENCE_NS, Upkeep
from seatrial.harness.loopback import Fault, LoopbackServer
from seatrial.harness.record import LoadPlan, Sample, Stream
from seatrial.harness.spool import SpoolWriter, read_spool

PLAN = LoadPlan(rate_per_s=400)
DEADLINE_NS = 300_000_000
SAMPLE = Sample("fresh", 0, 1, 2, 3, 200, "", "a", "v1", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "samples.arrow"


@pytest.fixture
def spool(path: Path) -> Iterator[SpoolWriter]:
    spool = SpoolWriter(path)
    yield spool
    spool.close()


def dispatched(wire: Wire, spool: SpoolWriter, plan: LoadPlan, count: int) -> list[Sample]:
    """The samples of so many requests."""
    upkeep = Upkeep(spool)
    dispatcher = Dispatcher(wire.pools, DEADLINE_NS, wire.samples.append, wire.poller, upkeep)
    schedule = Schedule(plan, now_ns() + 10_000_000)
    end = time.monotonic() + PATIENCE_S
    while dispatcher.sent < count:
        assert time.monotonic() < end
        dispatcher.turn(schedule)
    dispatcher.drain()
    assert dispatcher.sent == len(wire.samples)
    return wire.samples


def test_every_request_is_sent_once_and_none_before_its_time(
    wire: Wire, spool: SpoolWriter
) -> None:
    samples = dispatched(wire, spool, PLAN, 100)
    assert all(sample.intended_ns <= sample.sent_ns < sample.done_ns for sample in samples)
    for stream in PLAN.streams:
        mine = sorted(s.seq for s in samples if s.stream is stream)
        assert mine == list(range(len(mine)))


def test_what_does_not_answer_is_given_up_at_its_deadline_and_delays_no_other(
    server: LoopbackServer, wire: Wire, spool: SpoolWriter
) -> None:
    server.fail("a", Fault.HANG)
    samples = dispatched(wire, spool, PLAN, 40)
    assert Counter(sample.error for sample in samples) == {"timeout": len(samples)}
    assert all(s.done_ns - s.intended_ns >= DEADLINE_NS for s in samples)
    assert sorted(s.sent_ns for s in samples)[1] < min(s.done_ns for s in samples)


def test_requests_that_are_late_are_all_sent(wire: Wire, spool: SpoolWriter) -> None:
    rate = LoadPlan(rate_per_s=1_000_000, streams=(Stream.FRESH,))
    samples = dispatched(wire, spool, rate, 300)
    assert [sample.seq for sample in sorted(samples, key=lambda s: s.sent_ns)] == list(
        range(len(samples))
    )


def test_samples_are_handed_on_in_time(path: Path, spool: SpoolWriter) -> None:
    upkeep, start_ns = Upkeep(spool), now_ns()
    spool.add(SAMPLE)
    upkeep.turn(start_ns, FLUSH_NS)
    assert spool.waiting == 1
    upkeep.turn(now_ns() + FLUSH_NS, FLUSH_NS)
    assert spool.waiting == 0
    assert read_spool(path).num_rows == 1


def test_samples_wait_for_a_gap_but_not_for_long(spool: SpoolWriter) -> None:
    upkeep = Upkeep(spool)
    spool.add(SAMPLE)
    due_ns = now_ns() + FLUSH_NS
    upkeep.turn(due_ns, -1)
    assert spool.waiting == 1
    upkeep.turn(due_ns + PATIENCE_NS, -1)
    assert spool.waiting == 0


def test_many_samples_are_handed_on_early(spool: SpoolWriter) -> None:
    upkeep, at_ns = Upkeep(spool), now_ns()
    for expected, gap_ns, most in ((0, FLUSH_NS, BATCH), (0, -1, MOST_WAITING)):
        for _ in range(most):
            assert spool.waiting < most
            spool.add(SAMPLE)
        upkeep.turn(at_ns, gap_ns)
        assert spool.waiting == expected
