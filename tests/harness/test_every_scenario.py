"""Every scenario that FakeTarget can do, as a whole run: recorded, derived, and plausible."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.fake_runs import FakeProvider, planned, runner

from seatrial.harness import registry
from seatrial.harness.derive import derive
from seatrial.harness.fake import FakeTarget
from seatrial.harness.fake_cluster import CLUSTERS
from seatrial.harness.record import Status
from seatrial.harness.recorder import read_trial, trial_folders

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.timeout(400)

CASES = (
    ("deploy", "cold"),
    ("load_balance", ""),
    *[("self_heal", variant) for variant in ("delete", "crash", "hang")],
    ("crash_loop", ""),
    ("scale", "6"),
    ("rollout", ""),
    ("rollback", ""),
    *[("bad_rollout", variant) for variant in ("unready", "error")],
    *[("canary", variant) for variant in ("good", "bad")],
    ("config_change", ""),
)
"""What FakeTarget can do; of variants that are one to it, one."""

MAY_LACK = {"up_fair_share"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all of them."""
    folder = tmp_path_factory.mktemp("every")
    runner(folder, planned(*CASES), FakeProvider("fake://run")).run()
    return folder


@pytest.fixture(scope="module")
def found(ran: Path) -> "pd.Series[float]":
    """Every metric's value by scenario, variant and name."""
    frame = derive(ran, registry.scenarios())
    return frame.set_index(["scenario", "variant", "metric"])["value"].sort_index()


def test_every_scenario_runs_measures_and_leaves_nothing(
    ran: Path, found: "pd.Series[float]"
) -> None:
    trials = [read_trial(path) for path in trial_folders(ran)]
    ended = {(t.spec.scenario, t.spec.variant): (t.status, t.cause) for t in trials}
    assert ended == dict.fromkeys(CASES, (Status.FINISHED, ""))
    missing = found[found.isna()].drop(MAY_LACK, level="metric", errors="ignore")
    assert missing.empty, missing.to_string()
    assert not CLUSTERS["fake://run"].services


def test_what_an_orchestrator_cannot_do_is_unsupported_for_its_reason(tmp_path: Path) -> None:
    runner(tmp_path, planned(("autoscale", "up")), FakeProvider("fake://cannot")).run()
    (trial,) = (read_trial(path) for path in trial_folders(tmp_path))
    assert (trial.status, trial.cause) == (Status.UNSUPPORTED, FakeTarget.unsupported["Autoscale"])


def test_what_is_lost_comes_back_and_an_image_that_is_missing_takes_its_time(
    found: "pd.Series[float]",
) -> None:
    assert found["load_balance", "", "miscounted"] == 0
    assert found["load_balance", "", "jain_index_fresh"] > 0.98
    assert 0.5 < found["deploy", "cold", "first_ready"] < 5
    assert 0.2 < found["self_heal", "crash", "redundancy_restored"] < 5
    assert found["self_heal", "crash", "replacement_served"] > 0
    assert found["self_heal", "hang", "redundancy_restored"] > 1
    assert found["self_heal", "hang", "failed_timeout"] > 0
    assert 0.2 < found["crash_loop", "", "growth"] < 5
    assert found["scale", "6", "up_all_served"] >= found["scale", "6", "up_first_served"]


def test_versions_come_and_go_and_bad_ones_show(found: "pd.Series[float]") -> None:
    for scenario in ("rollout", "rollback", "config_change"):
        assert found[scenario, "", "least_ready"] >= 3
        assert found[scenario, "", "failed"] == 0
    assert found["bad_rollout", "unready", "noticed"] < 3
    assert found["bad_rollout", "unready", "old_kept"] == 3
    assert found["bad_rollout", "unready", "bad_replies"] == 0
    assert found["bad_rollout", "error", "noticed"] == 3
    assert found["bad_rollout", "error", "old_kept"] == 0
    assert found["bad_rollout", "error", "bad_replies"] > 100
    for variant in ("good", "bad"):
        assert 0.15 < found["canary", variant, "share_fresh"] < 0.35
    assert found["canary", "bad", "bad_replies"] > 20
