"""[thresholds] of a suite: what is right in it, what is said when it is not, where it is kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.fake_runs import FakeProvider, planned, runner
from support.two_runs import folder

from seatrial.harness import plan, registry
from seatrial.harness.errors import SuiteError, UnknownNameError
from seatrial.harness.record import Threshold
from seatrial.harness.recorder import read_run
from seatrial.harness.resume import plan_of
from seatrial.harness.selection import only
from seatrial.harness.tables import read
from seatrial.harness.thresholds import Limit, ThresholdFile, asked, everywhere

SUITE = """
schema = 1
name = "mine"
targets = ["swarm", "k8s"]
[[scenarios]]
name = "self_heal"
variants = ["kill", "hang"]
[[scenarios]]
name = "rollout"
[thresholds]
"""


def make(table: str, tmp_path: Path) -> plan.Plan:
    path = tmp_path / "mine.toml"
    path.write_text(SUITE + table)
    targets = dict.fromkeys(("swarm", "k8s"))
    return plan.make(plan.load(path), str(path), 7, targets, registry.scenarios())


def test_a_plan_has_the_thresholds_of_its_suite(tmp_path: Path) -> None:
    made = make(
        '"self_heal.outage" = { worse_by = 0.25 }\n'
        '"rollout.failed" = { at_most = 0, unit = "req" }\n'
        '"self_heal:hang.outage_kept" = { at_most = 60, at_least = 1 }',
        tmp_path,
    )
    assert made.thresholds == (
        Threshold("self_heal", "", "outage", worse_by=0.25),
        Threshold("rollout", "", "failed", at_most=0, unit="req"),
        Threshold("self_heal", "hang", "outage_kept", at_most=60, at_least=1),
    )
    assert only(made, ["rollout"]).thresholds == made.thresholds, "a part keeps all of them"


def test_a_suite_without_thresholds_has_none(tmp_path: Path) -> None:
    assert make("", tmp_path).thresholds == ()


def test_a_run_keeps_them_and_goes_on_with_them(tmp_path: Path) -> None:
    mine = (Threshold("self_heal", "", "outage", worse_by=0.25),)
    run = read_run(folder(tmp_path / "run", thresholds=mine))
    assert run.thresholds == mine
    assert plan_of(run).thresholds == mine


def test_what_runs_writes_them_down(tmp_path: Path) -> None:
    mine = (Threshold("autoscale", "up", "first_new_served", at_most=60.0),)
    made = replace(planned(), thresholds=mine)
    runner(tmp_path / "run", made, FakeProvider(f"fake://{tmp_path}")).run()
    assert read_run(tmp_path / "run").thresholds == mine


def test_a_run_from_before_there_were_thresholds_has_none(tmp_path: Path) -> None:
    path = folder(tmp_path / "run") / "run.json"
    text = path.read_text()
    older = text.replace(',\n "thresholds": []', "")
    assert older != text
    path.write_text(older)
    assert read_run(path.parent).thresholds == ()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("self_heel.outage", "no scenario of this suite 'self_heel'. Did you mean self_heal?"),
        ("rollback.failed", "no scenario of this suite 'rollback'. Did you mean rollout?"),
        ("self_heal:kil.outage", "no variant of self_heal 'kil'. Did you mean kill?"),
        ("self_heal:crash.outage", "no variant of self_heal 'crash'."),
        ("self_heal.outtage", "no metric of self_heal 'outtage'. Did you mean outage?"),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path, key: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        make(f'"{key}" = {{ at_most = 1 }}', tmp_path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"outage" = { at_most = 1 }', "names no metric: write scenario.metric"),
        ('"self_heal.outage" = { unit = "s" }', "asks for nothing: give it worse_by"),
        ('"self_heal.reaction" = { worse_by = 0.1 }', "name one of outage, failed, redundancy"),
        ('"self_heal.outage" = { worse_by = -1 }', r"line 11, key thresholds.self_heal.outage."),
        ('"self_heal.outage" = { at_most = nan }', r"line 11, key thresholds.self_heal.outage."),
        ('"self_heal.outage" = { most = 1 }', r"line 11, key thresholds.self_heal.outage.most"),
        ("self_heal = 3", r"line 11, key thresholds.self_heal"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SuiteError) as error:
        make(line, tmp_path)
    assert said in str(error.value)


def test_a_file_of_thresholds_may_be_a_suite_and_name_all_there_is(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SUITE + '"deploy.all_served" = { at_most = 30 }')
    scenarios = registry.scenarios()
    limits = read(path, ThresholdFile).thresholds
    (found,) = asked(limits, everywhere(scenarios), scenarios)
    assert found == Threshold("deploy", "", "all_served", at_most=30)
    with pytest.raises(UnknownNameError, match=r"no scenario 'deplo'\. Did you mean deploy"):
        asked({"deplo.all_served": Limit(at_most=1)}, everywhere(scenarios), scenarios)


def test_a_file_without_thresholds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    path.write_text("schema = 1")
    with pytest.raises(SuiteError, match="key thresholds: Field required"):
        read(path, ThresholdFile)
