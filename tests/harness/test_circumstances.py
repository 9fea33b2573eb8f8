"""What else could explain that two runs differ."""

from dataclasses import replace
from itertools import pairwise

from support.two_runs import STEADY, recorded, rows, run

from seatrial.harness.certificate import Cell, Certificate
from seatrial.harness.circumstances import Recorded, facts
from seatrial.harness.record import LoadPlan, Resumption, Run

CELL = Cell("hang", 200.0, "outage", 12, 0, bias_s=-0.001, p99_s=0.008, limit_s=0.0115)
BASE = recorded(rows(STEADY), name="base")


def differing(new: Recorded) -> dict[str, tuple[str, str]]:
    """Name → what BASE and what the other run has, where they differ."""
    return {fact.name: (fact.base, fact.new) for fact in facts(BASE, new) if fact.differs}


def planned(**more: object) -> Run:
    """A run whose trials were planned otherwise."""
    made = run()
    return replace(made, planned=tuple(replace(trial, **more) for trial in made.planned))  # type: ignore[arg-type] - its fields


def test_runs_made_alike_differ_in_nothing() -> None:
    assert differing(recorded(rows(STEADY))) == {}


def test_the_machine_and_the_version_of_seatrial_are_told() -> None:
    other = recorded(rows(STEADY), environment={"cores": "4", "seatrial": "0.2.0"})
    assert differing(other) == {"cores": ("2", "4"), "seatrial": ("0.1.0", "0.2.0")}


def test_versions_and_settings_read_back_are_told() -> None:
    (found,) = run().preflights
    other = replace(found, versions={"engine": "1.3.0"}, settings={"grace": "10s", "new": "1"})
    assert differing(recorded(rows(STEADY), preflights=(other,))) == {
        "version of engine": ("1.2.3", "1.3.0"),
        "new": ("", "1"),
    }


def test_load_parameters_and_what_was_asked_of_a_profile_are_told() -> None:
    settings = replace(run().planned[0].settings, stop_grace_s=5.0)
    new = planned(load=LoadPlan(rate_per_s=400), parameters={"hold_s": 1}, settings=settings)
    assert differing(replace(BASE, run=new)) == {
        "parameters of self_heal": ("", "hold_s 1"),
        "stop_grace_s": ("", "5.0"),
        "requests per second": ("200", "400"),
    }


def test_the_points_of_a_sweep_are_no_difference() -> None:
    settings = replace(run().planned[0].settings, notice_s=20.0)
    new = planned(settings=settings, swept="settings.notice_s", point=20.0)
    assert differing(replace(BASE, run=new)) == {}


def test_a_calibration_is_told_with_its_result() -> None:
    good = Certificate(1, dict(BASE.run.environment), (), (CELL,))
    assert differing(replace(BASE, certificate=good)) == {
        "result": ("none was made", "good"),
        "largest p99 of the error": ("", "8 ms"),
        "made otherwise than the run": ("", "in nothing"),
    }
    bad = replace(good, environment={"cores": "8"}, cells=(replace(CELL, p99_s=0.02),))
    found = differing(replace(BASE, certificate=bad))
    assert found["result"][1] == "1 of 1 kinds of outage and rates not within the limit"
    assert found["made otherwise than the run"][1] == "cores"


def test_how_busy_the_machine_was_is_told_as_coarsely_as_chance_leaves_it() -> None:
    calm, busy = (rows([load] * 3, "host_load", unit="1") for load in (0.52, 2.5))
    hardly = rows([0.54] * 3, "host_load", unit="1")
    base = recorded(calm)
    made = facts(base, recorded(busy))
    assert [(f.base, f.new) for f in made if f.differs] == [("0.5", "2.5")]
    assert not [fact for fact in facts(base, recorded(hardly)) if fact.differs]


def test_a_run_that_went_on_is_told() -> None:
    resumed = (Resumption(0, 0, (1,), (), {}, (), {}),)
    assert differing(recorded(rows(STEADY), resumed=resumed)) == {
        "times that it was resumed": ("0", "1")
    }


def test_each_group_is_in_one_place() -> None:
    groups = [fact.group for fact in facts(BASE, recorded(rows(STEADY)))]
    assert len(dict.fromkeys(groups)) == sum(a != b for a, b in pairwise(groups)) + 1
