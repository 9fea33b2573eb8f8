"""The load process as the harness starts, orders and ends it."""

import time
from pathlib import Path

import pytest

from seatrial.harness import load as module
from seatrial.harness.errors import LoadError
from seatrial.harness.load import loading
from seatrial.harness.loopback import HOST, LoopbackServer
from seatrial.harness.model import Endpoint
from seatrial.harness.record import LoadPlan
from seatrial.harness.spool import read_spool

PLAN = LoadPlan(rate_per_s=50)
PATIENCE_S = 60.0


def test_it_sends_at_the_rate_it_was_told_and_records_all_of_it(tmp_path: Path) -> None:
    spool = tmp_path / "samples.arrow"
    with LoopbackServer(lambda: ("a", "v1")) as server, loading(PLAN, spool) as load:
        load.ready()
        load.aim(Endpoint(HOST, server.port))
        paced = load.pace(100)
        time.sleep(1.0)
        load.stop()
    samples = read_spool(spool).to_pandas().sort_values("intended_ns")
    assert load.stopped["sent"] == len(samples)
    assert float(str(load.stopped["cpu_s"])) > float(str(load.started["cpu_s"]))
    assert set(samples["error"]) == {""}
    fast = samples[(samples["intended_ns"] >= paced["at_ns"]) & (samples["stream"] == "fresh")]
    assert len(fast) > 10
    interval_ns = load.plan.interval_ns(PLAN.streams[0])
    assert (fast["intended_ns"].diff().dropna() == interval_ns).all()
    assert fast["intended_ns"].min() == paced["at_ns"]


def test_one_that_was_never_aimed_ends_in_peace(tmp_path: Path) -> None:
    with loading(PLAN, tmp_path / "samples.arrow") as load:
        load.ready()
    assert load.process.returncode == 0


def test_it_ends_by_itself_when_forgotten_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_S", 1)
    with (
        LoopbackServer(lambda: ("a", "v1")) as server,
        loading(PLAN, tmp_path / "samples.arrow") as load,
    ):
        load.ready()
        load.aim(Endpoint(HOST, server.port))
        load.process.wait(PATIENCE_S)
        with pytest.raises(LoadError, match="for 1 s, the longest"):
            load.check()
