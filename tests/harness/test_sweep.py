"""Sweeps in a suite: which trials they make, in which order, and what is said when one is wrong."""

import itertools
from collections import Counter
from pathlib import Path

import pytest

from seatrial.harness import plan, registry
from seatrial.harness.errors import SeatrialError, SuiteError, UnknownNameError
from seatrial.harness.estimate import tunings, whole_s
from seatrial.harness.model import Order
from seatrial.harness.plan import LoadTable, Plan, SettingsTable
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_trial
from seatrial.harness.sweep import SETTINGS
from seatrial.harness.workload import counter

SUITE = """
schema = 1
name = "mine"
targets = ["swarm", "k8s"]
repeats = 2
[[scenarios]]
name = "node_failure"
variants = ["stop"]
[[scenarios]]
name = "rollout"
[[sweep]]
setting = "settings.notice_s"
points = [20, 40.5, 80]
scenarios = ["node_failure"]
"""


def make(text: str, tmp_path: Path, seed: int = 7) -> Plan:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return plan.make(plan.load(path), str(path), seed, registry.targets(), registry.scenarios())


def swept(tmp_path: Path, setting: str, points: str) -> Plan:
    """The suite with that sweep, of all its scenarios."""
    head = SUITE.partition("[[sweep]]")[0]
    return make(f'{head}[[sweep]]\nsetting = "{setting}"\npoints = {points}\n', tmp_path)


def test_a_block_has_every_point_once_for_each_target(tmp_path: Path) -> None:
    made = make(SUITE, tmp_path)
    found = Counter((t.block, t.target, t.scenario, t.swept, t.point) for t in made.trials)
    cases = [("node_failure", "settings.notice_s", point) for point in (20, 40.5, 80)]
    wanted = itertools.product((1, 2), ("swarm", "k8s"), [*cases, ("rollout", "", "")])
    assert found == Counter((b, target, *case) for b, target, case in wanted)
    assert [t.number for t in made.trials] == list(range(1, 17))
    for trial in made.trials:
        assert trial.settings.notice_s == (trial.point if trial.swept else None)


def test_the_point_is_in_the_trials_name(tmp_path: Path) -> None:
    names = {trial.slug.partition("-")[2] for trial in make(SUITE, tmp_path).trials}
    assert {"k8s-node_failure-stop-notice_s-40.5", "k8s-node_failure-stop-notice_s-20"} <= names
    assert "swarm-rollout" in names


def test_points_come_in_another_order_from_block_to_block(tmp_path: Path) -> None:
    orders = {
        tuple(t.point for t in make(SUITE, tmp_path, seed).trials if (t.block, t.target) == place)
        for seed in range(5)
        for place in itertools.product((1, 2), ("swarm", "k8s"))
    }
    assert len(orders) > 1


def test_what_the_cluster_is_told_changes_once_a_point_in_a_block(tmp_path: Path) -> None:
    text = SUITE.replace('scenarios = ["node_failure"]', "")
    series = [trial.series for trial in make(text, tmp_path).trials]
    changes = sum(one != two for one, two in itertools.pairwise(series))
    assert changes + 1 == len(set(series)) == 12


@pytest.mark.parametrize(
    ("setting", "points", "wanted"),
    [
        ("settings.stop_grace_s", "[0, 10]", [0.0, 10.0]),
        ("settings.order", '["stop-first", "start-first"]', ["stop-first", "start-first"]),
        ("load.rate_per_s", "[50, 400.5]", [50.0, 400.5]),
        ("replicas", "[3, 24]", [3, 24]),
        ("parameters.hold_s", "[1, 2.5]", [1.0, 2.5]),
    ],
)
def test_a_point_is_applied_where_its_setting_is(
    tmp_path: Path, setting: str, points: str, wanted: list[object]
) -> None:
    made = swept(tmp_path, setting, points)
    head, _, key = setting.partition(".")
    for trial in made.trials:
        whole = getattr(trial, head)
        value = whole[key] if head == "parameters" else getattr(whole, key) if key else whole
        assert value == trial.point
    assert Counter(t.point for t in made.trials) == dict.fromkeys(wanted, 8)


def test_a_word_is_applied_as_what_it_stands_for(tmp_path: Path) -> None:
    made = swept(tmp_path, "settings.order", '["stop-first"]')
    assert all(trial.settings.order is Order.STOP_FIRST for trial in made.trials)


def test_several_sweeps_are_never_crossed(tmp_path: Path) -> None:
    more = '[[sweep]]\nsetting = "replicas"\npoints = [6]\nscenarios = ["node_failure"]\n'
    made = make(SUITE + more, tmp_path)
    marks = {(t.swept, t.replicas, t.settings.notice_s) for t in made.trials if t.swept}
    assert ("replicas", 6, None) in marks
    assert all(notice is None for name, _, notice in marks if name == "replicas")
    assert all(replicas is None for name, replicas, _ in marks if name != "replicas")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("settings.notice_s", "notice_s"),
            r"no setting.*Did you mean settings\.notice_s",
        ),
        (("settings.notice_s", "xyz"), r"There are .*load\.rate_per_s.*replicas.*settings\.order"),
        (("settings.notice_s", "parameters.kills"), r"no setting to sweep 'parameters\.kills'"),
        (('["node_failure"]', '["node_failur"]'), "Did you mean node_failure"),
        (('["node_failure"]', '["deploy"]'), "no scenario of this suite 'deploy'"),
    ],
)
def test_an_unknown_name_is_told_what_there_is(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(UnknownNameError, match=said):
        make(SUITE.replace(*change), tmp_path)


@pytest.mark.parametrize(
    ("setting", "points", "said"),
    [
        ("settings.notice_s", '["soon"]', "'soon' is no point.*valid number"),
        ("settings.notice_s", "[0]", "0 is no point.*greater than 0"),
        ("settings.order", '["sideways"]', "'sideways' is no.*'stop-first' or 'start-first'"),
        ("settings.on_failure", '["weep"]', "'pause', 'continue' or 'rollback'"),
        ("load.rate_per_s", "[-1]", "-1 is no point.*greater than 0"),
        ("replicas", "[2.5]", "2.5 is no point.*valid integer"),
        ("parameters.hold_s", '["long"]', "'long' is no point.*valid number"),
        ("settings.notice_s", "[]", r"has no points.*for example points = \[20, 40\]"),
        ("settings.notice_s", "[20, 20.0]", "has a point twice"),
        ("settings.parallelism", "[1, 2]", 'only with an order.*add order = "start-first"'),
    ],
)
def test_points_that_do_not_fit_are_told_what_does(
    tmp_path: Path, setting: str, points: str, said: str
) -> None:
    with pytest.raises(SuiteError, match=said):
        swept(tmp_path, setting, points)


def test_a_sweep_that_is_not_well_formed_says_file_line_and_key(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"mine\.toml, line 13, key sweep\.0\.points"):
        make(SUITE.replace("[20, 40.5, 80]", "20"), tmp_path)
    with pytest.raises(SeatrialError, match=r"mine\.toml, line 14, key sweep\.0\.scenario"):
        make(SUITE.replace("scenarios = [", "scenario = ["), tmp_path)


def test_everything_that_a_suite_can_set_can_be_swept() -> None:
    names = {f"settings.{name}" for name in SettingsTable.model_fields}
    assert names < SETTINGS.keys()
    loads = {name.removeprefix("load.") for name in SETTINGS if name.startswith("load.")}
    assert loads <= LoadTable.model_fields.keys()


def test_the_estimate_covers_every_point(tmp_path: Path) -> None:
    def seconds(text: str) -> float:
        return whole_s(make(text, tmp_path), registry.targets(), registry.scenarios())

    wider = SUITE.replace("[20, 40.5, 80]", "[20, 40.5, 80, 110]")
    # twice on each target a trial and what its notice costs on top, at the least
    assert seconds(wider) - seconds(SUITE) > 2 * (110 * 2 / 3 + 100)
    # three points and none, in 2 blocks of 2 targets: 3 changes each; 3 more at the first look
    assert tunings(make(SUITE, tmp_path)) == 4 * 3 + 2 * 3
    assert tunings(make(SUITE.partition("[[sweep]]")[0], tmp_path)) == 0


def test_a_recorded_trial_tells_its_point(tmp_path: Path) -> None:
    for setting, points in (("settings.notice_s", "[20]"), ("settings.order", '["stop-first"]')):
        trial = swept(tmp_path, setting, points).trials[0]
        recorder = TrialRecorder(tmp_path / setting, TrialHead(trial, counter("r", "x")))
        recorder.close()
        assert read_trial(recorder.folder).spec == trial
