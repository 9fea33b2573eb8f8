"""The view model: known numbers in, known words out."""

from dataclasses import replace

import pytest
from made import SCENARIOS, preflight, row, run_of, spec, table

from seatrial.harness.record import LoadPlan, Metric, Status, Stream, TrialSpec
from seatrial.reports import numbers
from seatrial.reports.compare import View, view
from seatrial.reports.conditions import conditions
from seatrial.reports.problems import Ending
from seatrial.reports.rows import Cell

NBSP = numbers.NBSP
DONE = Ending(Status.FINISHED)


def trials(count: int, target: str = "swarm", first: int = 1, **more: object) -> list[TrialSpec]:
    return [spec(first + n, target, "self_heal", "kill", **more) for n in range(count)]


def seen(rows: list[dict[str, object]], specs: list[TrialSpec], **endings: Ending) -> View:
    ended = {s.number: endings.get(f"t{s.number}", DONE) for s in specs}
    return view(run_of(specs), table(rows), ended, SCENARIOS)


def cell_of(values: list[Metric], **more: bool) -> Cell:
    """The one cell that these metrics of as many trials fold into."""
    specs = trials(len(values))
    rows = [row(s, metric, **more) for s, metric in zip(specs, values, strict=True)]
    return seen(rows, specs).sections[0].rows[0].cells[0]


def outage(value: float | None, **more: object) -> Metric:
    return replace(Metric("outage", "s", value), **more)  # type: ignore[arg-type] - its fields


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.2345, "s", "1.23 s"),
        (0.012345, "s", "0.0123 s"),
        (9.999, "s", "10.0 s"),
        (99.96, "ms", "100 ms"),
        (345.6, "ms", "346 ms"),
        (12345.6, "ms", "12346 ms"),
        (0.0, "s", "0 s"),
        (63.0, "req", "63 req"),
        (2.5, "req", "2.50 req"),
        (3.0, "replicas", "3 replicas"),
        (1.0, "1", "1.00"),
        (-0.5, "s", "-0.500 s"),
    ],
)
def test_numbers_have_three_digits_and_hold_their_unit(value: float, unit: str, text: str) -> None:
    assert numbers.quantity(value, unit) == text.replace(" ", NBSP)


def test_prose_holds_numbers_to_units_and_nothing_else() -> None:
    said = numbers.prose("no window of 5 s was fair; 3 sails at 200 req/s; 93 % of 2 cores")
    assert said == (
        f"no window of 5{NBSP}s was fair; 3 sails at 200{NBSP}req/s; 93{NBSP}% of 2{NBSP}cores"
    )


def test_several_trials_give_median_spread_and_count() -> None:
    found = cell_of([outage(3.0), outage(1.0), outage(2.5)])
    assert found == Cell(
        "swarm", f"2.50{NBSP}s", f"1.00{NBSP}to{NBSP}3.00{NBSP}s", f"n{NBSP}={NBSP}3"
    )


def test_one_trial_gives_its_value_with_its_bounds() -> None:
    found = cell_of([outage(0.5, low=0.49, high=0.51)])
    assert found.value == f"0.500{NBSP}s"
    assert found.spread == f"0.490{NBSP}to{NBSP}0.510{NBSP}s"
    assert found.count == f"n{NBSP}={NBSP}1"


def test_one_trial_without_bounds_shows_none() -> None:
    assert not cell_of([outage(0.5)]).spread


def test_a_censored_value_is_more_than_it() -> None:
    found = cell_of([outage(90.0, low=89.0, high=91.0, censored=True)])
    assert found.value == f">{NBSP}90.0{NBSP}s"
    assert not found.spread


def test_a_median_is_censored_only_where_a_longer_look_could_change_it() -> None:
    above = cell_of([outage(1.0), outage(2.0), outage(9.0, censored=True)])
    assert above.value == f"2.00{NBSP}s"
    assert above.spread == "1.00 to > 9.00 s".replace(" ", NBSP)
    below = cell_of([outage(1.0, censored=True), outage(2.0), outage(9.0)])
    assert below.value == f">{NBSP}2.00{NBSP}s"
    assert below.spread == "> 1.00 to > 9.00 s".replace(" ", NBSP)


def test_a_missing_value_has_its_reason() -> None:
    assert cell_of([outage(None, reason="never ready")]) == Cell("swarm", missing="never ready")


def test_some_missing_values_are_counted_and_explained() -> None:
    found = cell_of([outage(1.0), outage(None, reason="never ready"), outage(2.0)])
    assert found.value == f"1.50{NBSP}s"
    assert found.count == "n = 2 of 3".replace(" ", NBSP)
    assert found.missing == "never ready"


def test_invalid_trials_are_left_out_of_the_numbers_and_listed() -> None:
    specs = trials(2)
    rows = [row(specs[0], outage(1.0)), row(specs[1], outage(50.0), valid=False, reason="too busy")]
    found = seen(rows, specs)
    assert found.sections[0].rows[0].cells[0].value == f"1.00{NBSP}s"
    assert [(p.trial.number, p.ended, p.reason) for p in found.problems] == [
        (2, "invalid", "too busy")
    ]


def test_the_reason_of_an_invalid_trial_is_said_once() -> None:
    (one,) = specs = trials(1)
    rows = [
        row(one, outage(None), valid=False, reason="too busy"),
        row(one, Metric("failed", "req", 1), valid=False, reason="too busy"),
    ]
    assert seen(rows, specs).problems[0].reason == "too busy"


def test_failed_unsupported_lost_and_unrun_trials_are_told_apart() -> None:
    specs = trials(5)
    ends = {
        "t1": Ending(Status.FAILED, "not ready"),
        "t2": Ending(Status.UNSUPPORTED, "has no such thing"),
        "t3": Ending(Status.NOT_IMPLEMENTED, "lacks Kill"),
        "t4": Ending(Status.INTERRUPTED, "stopped by the user"),
    }
    run = run_of(specs)
    ended = {number: ends[f"t{number}"] for number in (1, 2, 3, 4)}
    rows = [row(specs[0], Metric("", "", None), valid=False, reason="failed: not ready")]
    found = view(run, table(rows), ended, SCENARIOS)
    assert [(p.ended.partition(":")[0], p.reason) for p in found.problems] == [
        ("failed", "not ready"),
        ("unsupported", "has no such thing"),
        ("not implemented", "lacks Kill"),
        ("interrupted", "stopped by the user"),
        ("interrupted", "the run ended before this trial"),
    ]


def test_profiles_are_never_in_one_row() -> None:
    stock, matched = trials(1), trials(1, first=2, profile="matched")
    rows = [row(stock[0], outage(1.0)), row(matched[0], outage(3.0))]
    found = seen(rows, stock + matched)
    assert [(s.case.profile, s.rows[0].cells[0].value) for s in found.sections] == [
        ("matched", f"3.00{NBSP}s"),
        ("stock", f"1.00{NBSP}s"),
    ]


def test_targets_stand_side_by_side_in_a_fixed_order() -> None:
    specs = trials(1, "k8s") + trials(1, "swarm", 2)
    found = seen([row(specs[0], outage(2.0)), row(specs[1], outage(1.0))], specs)
    assert [look.title for look in found.looks] == ["Docker Swarm", "Kubernetes"]
    assert [c.value for c in found.sections[0].rows[0].cells] == [f"1.00{NBSP}s", f"2.00{NBSP}s"]


def test_a_class_of_failure_that_did_not_occur_is_zero() -> None:
    specs = trials(1, "k8s") + trials(1, "swarm", 2)
    rows = [row(specs[0], Metric("failed_reset", "req", 7)), row(specs[1], outage(0.0))]
    cells = {r.metric: r.cells for r in seen(rows, specs).sections[0].rows}
    assert [c.value for c in cells["failed_reset"]] == [f"0{NBSP}req", f"7{NBSP}req"]
    assert cells["outage"][1].missing == "not measured"


def test_rows_follow_the_scenarios_meanings_then_what_it_does_not_explain() -> None:
    (one,) = specs = trials(1)
    names = ["generator_cpu", "failed_reset", "reaction", "outage"]
    found = seen([row(one, Metric(name, "s", 1.0)) for name in names], specs).sections[0]
    assert [r.metric for r in found.rows] == ["outage", "reaction", "failed_reset", "generator_cpu"]
    assert all(r.meaning for r in found.rows)


@pytest.mark.parametrize(
    ("counts", "standing"),
    [
        ((1, 1), "No winner is declared: 1 valid trial of each."),
        ((4, 4), "No winner is declared: 4 valid trials of each."),
        ((2, 6), "No winner is declared: 2 to 6 valid trials of each."),
        ((5, 6), ""),
    ],
)
def test_fewer_than_five_valid_trials_declare_no_winner(
    counts: tuple[int, int], standing: str
) -> None:
    specs = trials(counts[0], "swarm") + trials(counts[1], "k8s", first=100)
    found = seen([row(s, outage(1.0)) for s in specs], specs)
    assert found.standing.replace(NBSP, " ") == standing


def test_what_an_orchestrator_cannot_do_does_not_lower_the_count() -> None:
    specs = [*trials(5), spec(9, "swarm", "rollout")]
    rows = [row(s, outage(1.0)) for s in specs[:5]]
    assert not seen(rows, specs, t9=Ending(Status.UNSUPPORTED, "cannot")).standing


def test_no_word_of_a_winner_beyond_that_sentence() -> None:
    specs = trials(6) + trials(6, "k8s", first=100)
    found = repr(seen([row(s, outage(s.number)) for s in specs], specs)).lower()
    assert not any(word in found for word in ("winner", "better", "worse", "faster", "verdict"))


def test_a_fake_target_is_announced() -> None:
    specs = trials(1, "fake")
    found = seen([row(specs[0], outage(1.0))], specs)
    assert "FakeTarget" in found.banner
    assert "not measurements" in found.banner
    assert not seen([row(trials(1)[0], outage(1.0))], trials(1)).banner


def test_when_is_the_runs_own_wall_time_in_utc() -> None:
    assert seen([], trials(1)).when == "2023-11-14 22:13 UTC"


def test_metrics_read_back_with_empty_cells_are_the_same() -> None:
    specs = [spec(1, "swarm", "deploy")]
    rows = [row(specs[0], Metric("all_ready", "s", 1.0))]
    blank = table(rows).assign(variant=float("nan"), reason=None)
    assert view(run_of(specs), blank, {1: DONE}, SCENARIOS) == seen(rows, specs)


def test_conditions_tell_load_exposure_and_fallbacks() -> None:
    slow = LoadPlan(50.0, (Stream.FRESH,), deadline_s=1.5)
    specs = [spec(1, "swarm", "deploy"), spec(2, "swarm", "scale", load=slow)]
    site = preflight("swarm", fallbacks=("no mesh, HAProxy instead",))
    found = conditions(run_of(specs, preflights=(site,), notes={"swarm": ("was alone",)}))
    assert found.sites[0].fallbacks == ("no mesh, HAProxy instead",)
    assert found.sites[0].notes == ("was alone",)
    facts = {load.title: dict(load.facts) for load in found.loads}
    assert facts["Load of deploy"]["Probe interval"] == (
        f"fresh{NBSP}9.52{NBSP}ms and kept{NBSP}10.5{NBSP}ms"
    )
    assert facts["Load of scale"]["Probe interval"] == f"fresh{NBSP}20{NBSP}ms"
    assert facts["Load of scale"]["Deadline"].startswith(f"1.5{NBSP}s after")
    assert "Kept connections" not in facts["Load of scale"]
