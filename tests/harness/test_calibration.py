"""The whole path (load, spool, record, read back, fold) against outages of known length."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from seatrial.harness.disruption import disruption
from seatrial.harness.load import loading, prefer
from seatrial.harness.loopback import HOST, Fault, LoopbackServer
from seatrial.harness.model import Endpoint
from seatrial.harness.record import LoadPlan, Metric, Stream, Trial, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_trial
from seatrial.harness.workload import counter

pytestmark = pytest.mark.timeout(300)

REPLICAS = ("a", "b", "c")
LENGTHS_S = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
CALM_S = 0.6
EDGE_NS = 50_000_000
LATE_NS = 5_000_000
LEAST_FAIR = 3
"""Of the outages, so many must fall where nothing else held the load process up."""

LOAD = LoadPlan(rate_per_s=200, deadline_s=1.0)
INTERVAL_S = {stream: LOAD.interval_ns(stream) / 1e9 for stream in LOAD.streams}
SLACK_S = min(INTERVAL_S.values()) + 0.002
"""One probe interval and 2 ms."""


@dataclass(frozen=True)
class Scripted:
    """When an outage began and ended, by the server that made it."""

    start_ns: int
    end_ns: int

    @property
    def length_s(self) -> float:
        return (self.end_ns - self.start_ns) / 1e9


class Script:
    """The ways in which the server fails, each begun and ended."""

    def __init__(self, server: LoopbackServer) -> None:
        self.server = server

    def fault(self, kind: str, length_s: float) -> Scripted:
        start_ns = self.begin(kind)
        time.sleep(length_s)
        return Scripted(start_ns, self.end(kind))

    def begin(self, kind: str) -> int:
        if kind == "refused":
            return self.server.refuse()
        return self._fail(kind, Fault("error" if kind.startswith("500") else "hang"))

    def end(self, kind: str) -> int:
        return self.server.accept() if kind == "refused" else self._fail(kind, Fault.NONE)

    def _fail(self, kind: str, fault: Fault) -> int:
        failing = REPLICAS[:1] if kind.endswith("of_three") else REPLICAS
        return [self.server.fail(replica, fault) for replica in failing][-1]


@contextmanager
def trial_under_load(folder: Path, server: LoopbackServer) -> Iterator[TrialRecorder]:
    spec = TrialSpec(1, 1, "loopback", "stock", "calibrate", "", load=LOAD)
    recorder = TrialRecorder(folder, TrialHead(spec, counter("calibrate", "registry.test")))
    with loading(LOAD, recorder.spool) as load:
        load.ready()
        load.aim(Endpoint(HOST, server.port))
        time.sleep(CALM_S)
        yield recorder
        load.stop()
    recorder.close()


def measured(trial: Trial, outage: Scripted) -> dict[str, Metric]:
    """The metrics over the outage and the calm on both sides of it."""
    intended = trial.samples["intended_ns"]
    calm_ns = int(CALM_S * 0.5e9)
    near = (intended > outage.start_ns - calm_ns) & (intended < outage.end_ns + calm_ns)
    return {metric.name: metric for metric in disruption(trial.samples[near], LOAD)}


def fair(trial: Trial, outage: Scripted) -> bool:
    """Whether at both edges requests left on time and good ones were answered at once.

    One that is under way for long before the edge fails with it, and rightly so: on a machine that
    is busy with something else the script's own times are not the truth.
    """
    samples = trial.samples
    lags = samples["sent_ns"] - samples["intended_ns"]
    waits = (samples["done_ns"] - samples["intended_ns"])[samples["outcome"] == "ok"]
    edges = [(samples["intended_ns"] - edge).abs() < EDGE_NS for edge in vars(outage).values()]
    return all(lags[edge].max() < LATE_NS and waits[edge].max() < LATE_NS for edge in edges)


@pytest.mark.parametrize("kind", ["refused", "hang", "500", "hang_of_three", "500_of_three"])
def test_scripted_outages_are_reported_within_one_probe_interval(tmp_path: Path, kind: str) -> None:
    turns = itertools.cycle(REPLICAS)
    with LoopbackServer(lambda: (next(turns), "v1")) as server:
        script = Script(server)
        prefer(server.thread)  # what it does late it would be blamed for
        with trial_under_load(tmp_path, server) as recorder:
            scripted = []
            for length_s in LENGTHS_S:
                scripted.append(script.fault(kind, length_s))
                time.sleep(CALM_S)
    trial = read_trial(recorder.folder)
    part = 1 / 3 if kind.endswith("of_three") else 1
    checked = [outage for outage in scripted if fair(trial, outage)]
    assert len(checked) >= LEAST_FAIR, "the machine was too busy to calibrate on"
    for outage in checked:
        found = measured(trial, outage)
        assert found["error_seconds"].value == pytest.approx(outage.length_s * part, abs=SLACK_S)
        if part == 1:
            check_window(found["outage"], outage, INTERVAL_S[Stream.FRESH])
            check_window(found["outage_kept"], outage, INTERVAL_S[Stream.KEPT])


def check_window(metric: Metric, outage: Scripted, interval_s: float) -> None:
    assert metric.value == pytest.approx(outage.length_s, abs=interval_s + 0.002)
    assert metric.low is not None
    assert metric.high is not None
    assert metric.low - 0.002 <= outage.length_s <= metric.high + 0.002
    assert metric.high - metric.low == pytest.approx(2 * interval_s, abs=0.002)
