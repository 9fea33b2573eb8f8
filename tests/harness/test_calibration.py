"""The whole path (load, spool, record, read back, fold) against outages of known length."""

from pathlib import Path

import pytest

from seatrial.harness import calibrate, certificate, state
from seatrial.harness.bias import Kind, fair, limit_s, measured
from seatrial.harness.calibrate import suffer
from seatrial.harness.record import LoadPlan, Metric, Stream

pytestmark = pytest.mark.timeout(300)

OUTAGES = 8
LEAST_FAIR = 3
"""Of the outages, so many must fall where nothing else held the load process up."""

LOAD = LoadPlan(rate_per_s=200, deadline_s=0.8)


@pytest.mark.parametrize("kind", Kind)
def test_scripted_outages_are_reported_within_one_probe_interval(
    tmp_path: Path, kind: Kind
) -> None:
    trial, truths = suffer(tmp_path, LOAD, [kind], OUTAGES)
    checked = [truth for truth in truths if fair(trial, truth)]
    assert len(checked) >= LEAST_FAIR, "the machine was too busy to calibrate on"
    for truth in checked:
        found = measured(trial, truth)
        assert found[kind.metric].value == pytest.approx(truth.value_s, abs=limit_s(LOAD))
        if kind.metric == "outage":
            check_bounds(found["outage"], truth.value_s, Stream.FRESH)
            check_bounds(found["outage_kept"], truth.value_s, Stream.KEPT)


def check_bounds(metric: Metric, true_s: float, stream: Stream) -> None:
    assert metric.low is not None
    assert metric.high is not None
    assert metric.low - 0.002 <= true_s <= metric.high + 0.002
    interval_s = LOAD.interval_ns(stream) / 1e9
    assert metric.high - metric.low == pytest.approx(2 * interval_s, abs=0.002)


def test_a_calibration_is_kept_for_the_runs_that_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(calibrate, "RATES_PER_S", (100.0,))
    state.certify(tmp_path)
    assert not (tmp_path / state.CERTIFICATE).exists()
    said: list[str] = []
    found = calibrate.certify(quick=True, say=said.append)
    assert [cell.kind for cell in found.cells] == list(Kind)
    assert all(cell.outages + cell.left_out == 2 for cell in found.cells)
    assert all(abs(cell.bias_s) < 0.2 for cell in found.cells), "a third of an outage at most"
    assert found.paces[0].rate_per_s == 100
    assert str(state.certificate()) in said[-1]
    state.certify(tmp_path)
    assert certificate.read((tmp_path / state.CERTIFICATE).read_bytes()) == found
