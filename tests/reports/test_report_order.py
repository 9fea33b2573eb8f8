"""Reports tell cases in the suite's own order, and how a run went on."""

from dataclasses import replace

from made import SCENARIOS, preflight, row, run_of, spec, table

from seatrial.harness.record import Metric, Resumption, Run, TrialSpec
from seatrial.reports.compare import Case, view
from seatrial.reports.conditions import conditions

SPECS = [
    spec(1, "k8s", "scale", "6", profile="matched"),
    spec(2, "k8s", "deploy", "warm", profile="matched"),
    spec(3, "k8s", "scale", "6"),
    spec(4, "k8s", "deploy", "warm"),
    spec(5, "k8s", "self_heal", "kill"),
]
SUITE = (
    ("scale", "6", "stock"),
    ("scale", "6", "matched"),
    ("self_heal", "kill", "stock"),
    ("self_heal", "kill", "matched"),
    ("deploy", "warm", "stock"),
    ("deploy", "warm", "matched"),
    ("scale", "6", "stock"),  # said twice, with other parameters: the first time counts
)


def shown(run: Run) -> list[Case]:
    metrics = table([row(s, Metric("accepted", "s", 1.0)) for s in run.planned])
    return [section.case for section in view(run, metrics, {}, SCENARIOS).sections]


def test_cases_come_as_the_suite_has_them() -> None:
    planned = {(s.scenario, s.variant, s.profile) for s in SPECS}
    wanted = [Case(*case) for case in SUITE[:-1] if case in planned]
    assert shown(run_of(SPECS, cases=SUITE)) == wanted
    assert shown(run_of(SPECS[::-1], cases=SUITE)) == wanted


def test_a_run_that_does_not_tell_has_the_scenarios_order() -> None:
    assert [case.scenario for case in shown(run_of(SPECS))] == [
        *("deploy", "deploy", "self_heal", "scale", "scale")
    ]


def resumed(run: Run, trials: tuple[TrialSpec, ...], **more: object) -> Resumption:
    found = Resumption(
        monotonic_ns=0,
        wall_ns=run.created_wall_ns + 3600 * 10**9,
        trials=tuple(trial.number for trial in trials),
        again=(trials[0].number,),
        environment=run.environment,
        preflights=run.preflights,
        notes={},
    )
    return replace(found, **more)  # type: ignore[arg-type] - fields of Resumption by name


def test_conditions_tell_when_a_run_went_on_and_what_had_changed() -> None:
    run = run_of(SPECS)
    newer = {**run.environment, "kernel": "6.2"}
    first = resumed(run, run.planned[2:], environment=newer)
    other = preflight("k8s", versions={"engine": "1.2.4"})
    second = resumed(run, run.planned[4:], environment=newer, preflights=(other,), again=())
    found = conditions(replace(run, resumed=(first, second))).plan
    assert [words for name, words in found if name == "Resumed"] == [
        "2023-11-14 23:13 UTC with 3\u00a0trials left, trial 3 anew; kernel 6.1 became 6.2",
        "2023-11-14 23:13 UTC with 1\u00a0trial left; Kubernetes (stock) engine 1.2.3 became 1.2.4",
    ]


def test_a_run_that_went_on_unchanged_says_so() -> None:
    run = run_of(SPECS)
    found = conditions(replace(run, resumed=(resumed(run, run.planned),))).plan
    assert dict(found)["Resumed"].endswith("; machine and versions as before")
