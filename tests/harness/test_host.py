"""The machine is sampled while it measures, and its samples fold to sane numbers."""

import time

from support.trials import samples, trial

from seatrial.harness.host import sampling
from seatrial.harness.strain import clock_jump_s, load_average, steal


def test_a_machine_is_sampled_from_beginning_to_end() -> None:
    events = []
    deadline = time.monotonic() + 20
    with sampling(events.append, period_s=0.01):
        while len(events) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(events) > 3
    assert [e.at_ns for e in events] == sorted(e.at_ns for e in events)
    found = trial(events, samples([]))
    assert 0 <= steal(found) <= 1
    assert load_average(found) >= 0
    assert clock_jump_s(found) < 5
