"""No plan has replicas serve on for longer than they are given to end."""

from pathlib import Path

import pytest

from seatrial.harness import plan, registry
from seatrial.harness.errors import SuiteError

SUITE = """
schema = 1
name = "graced"
targets = [{targets}]
profiles = ["{profile}"]
[settings]
{settings}
[[scenarios]]
name = "rollout"
{sweep}
"""


def make(
    tmp_path: Path,
    settings: str,
    *,
    targets: str = '"swarm", "k8s"',
    profile: str = "stock",
    sweep: str = "",
) -> plan.Plan:
    path = tmp_path / "graced.toml"
    told = {"targets": targets, "profile": profile, "settings": settings, "sweep": sweep}
    path.write_text(SUITE.format(**told))
    return plan.make(plan.load(path), "graced", 1, registry.targets(), registry.scenarios())


@pytest.mark.parametrize(
    ("settings", "targets"),
    [
        ("pre_stop_s = 9", '"swarm", "k8s"'),
        ("pre_stop_s = 29", '"k8s"'),
        ("pre_stop_s = 15\nstop_grace_s = 16", '"swarm", "k8s"'),
        ("stop_grace_s = 0", '"swarm", "k8s"'),
    ],
)
def test_what_ends_before_the_grace_does_is_a_plan(
    tmp_path: Path, settings: str, targets: str
) -> None:
    assert make(tmp_path, settings, targets=targets).trials


@pytest.mark.parametrize(
    ("settings", "targets", "said"),
    [
        ("pre_stop_s = 10", '"swarm"', r"10 s, but .* after 10 s \(stop_grace_s, the default of s"),
        ("pre_stop_s = 10", '"k8s", "swarm"', r"on swarm serve on for 10 s"),
        ("pre_stop_s = 30", '"k8s"', r"on k8s serve on for 30 s, .* the default of k8s\): set"),
        ("pre_stop_s = 5\nstop_grace_s = 5", '"k8s"', r"5 s \(stop_grace_s, as it is set\)"),
    ],
)
def test_what_outlasts_the_grace_gets_a_sentence(
    tmp_path: Path, settings: str, targets: str, said: str
) -> None:
    with pytest.raises(SuiteError, match=said):
        make(tmp_path, settings, targets=targets)


def test_a_profile_s_grace_counts_as_set(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"after 10 s \(stop_grace_s, as it is set\)"):
        make(tmp_path, "pre_stop_s = 12", targets='"k8s"', profile="matched")


def test_every_point_of_a_sweep_is_looked_at(tmp_path: Path) -> None:
    sweep = '[[sweep]]\nsetting = "settings.pre_stop_s"\npoints = [0, 5, 15]'
    with pytest.raises(SuiteError, match=r"serve on for 15 s.* set stop_grace_s above 15 s\."):
        make(tmp_path, "stop_grace_s = 12", sweep=sweep)
    assert make(tmp_path, "stop_grace_s = 16", sweep=sweep).trials


def test_a_target_that_does_not_tell_its_default_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "graced.toml"
    told = {"targets": '"mine"', "profile": "stock", "settings": "pre_stop_s = 99", "sweep": ""}
    path.write_text(SUITE.format(**told))
    assert plan.make(plan.load(path), "graced", 1, {"mine": object()}, registry.scenarios()).trials
