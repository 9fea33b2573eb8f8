"""Floors: what settings cost beside what was measured."""

import pytest

from seatrial.harness.floors import Floor, floor
from seatrial.harness.model import Delay, Preflight
from seatrial.harness.record import Metric
from seatrial.reports.predictions import remark
from seatrial.reports.rows import Measured
from seatrial.scenarios.deploy import Deploy

NOTICED = Delay("node_noticed", 40.0, "grace period 50 s less 10 s", "--grace-period")
REPLACED = Delay("node_replaced", 300.0, "tolerationSeconds 300", "tolerationSeconds")
SITE = Preflight("k8s", {}, (), {}, "", delays=(NOTICED, REPLACED))


class Foretold(Deploy):
    floors = {"stop": {"redundancy_restored": ("node_noticed", "node_replaced")}}  # noqa: RUF012


def measured(value: float | None, *, censored: bool = False) -> list[Measured]:
    metric = Metric("redundancy_restored", "s", value, censored=censored)
    texts = ("k8s", "stock", "x", "stop", metric.name, metric.unit)
    return [Measured(1, *texts, metric.value, None, None, metric.censored, valid=True, reason="")]


def test_a_floor_is_the_sum_of_its_delays() -> None:
    found = floor(Foretold, "stop", "redundancy_restored", SITE)
    assert found is not None
    assert found.seconds == 340


def test_there_is_none_where_nothing_is_predicted_or_a_delay_is_not_known() -> None:
    assert floor(Deploy, "stop", "redundancy_restored", SITE) is None
    assert floor(Foretold, "stop", "failed", SITE) is None
    blind = Preflight("k8s", {}, (), {}, "", delays=(NOTICED,))
    assert floor(Foretold, "stop", "redundancy_restored", blind) is None


@pytest.mark.parametrize(
    ("value", "said"), [(300.0, "under its"), (355.0, ""), (425.0, ""), (460.0, "far over")]
)
def test_under_the_floor_or_far_over_it_something_is_not_understood(
    value: float, said: str
) -> None:
    assert Floor((NOTICED, REPLACED)).puzzle(value).startswith(said)


def test_a_report_names_the_settings_and_how_to_lower_them() -> None:
    where = {("k8s", "stock"): SITE}
    words = remark(measured(355.0), Foretold, where)
    assert "At least 340\u00a0s" in words
    assert "grace period 50 s less 10 s; tolerationSeconds 300" in words
    assert "--grace-period, tolerationSeconds" in words
    assert "Not understood" not in words
    assert "Not understood" in remark(measured(100.0), Foretold, where)
    assert "Not understood" not in remark(measured(100.0, censored=True), Foretold, where)
    assert remark(measured(None), Foretold, where) == ""
