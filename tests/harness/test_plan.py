"""Suite files: what is right in them, and what is said when something is not."""

import itertools
from pathlib import Path

import pytest

from seatrial.harness import plan, registry, selection
from seatrial.harness.errors import SuiteError, UnknownNameError
from seatrial.harness.model import Order

GOOD = """
schema = 1
name = "mine"
targets = ["swarm", "k8s"]
repeats = 3
[load]
rate_per_s = 100
[[scenarios]]
name = "deploy"
[[scenarios]]
name = "self_heal"
variants = ["kill"]
"""


def make(text: str, tmp_path: Path, seed: int = 7) -> plan.Plan:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    targets = dict.fromkeys(("swarm", "k8s"))
    return plan.make(plan.load(path), str(path), seed, targets, registry.scenarios())


def test_every_block_has_every_trial_once_for_each_target(tmp_path: Path) -> None:
    made = make(GOOD, tmp_path)
    cases = [(t.block, t.target, t.scenario, t.variant) for t in made.trials]
    variants = (("deploy", "warm"), ("deploy", "cold"), ("self_heal", "kill"))
    wanted = itertools.product((1, 2, 3), ("swarm", "k8s"), variants)
    assert sorted(cases) == sorted((b, target, *case) for b, target, case in wanted)
    assert [t.number for t in made.trials] == list(range(1, 19))
    assert all(t.load.rate_per_s == 100 for t in made.trials)


def test_a_target_comes_up_once_a_block(tmp_path: Path) -> None:
    made = make(GOOD, tmp_path)
    order = [(t.block, t.target) for t in made.trials]
    assert len(dict.fromkeys(order)) == sum(a != b for a, b in itertools.pairwise(order)) + 1


def test_the_same_seed_gives_the_same_order_and_others_do_not(tmp_path: Path) -> None:
    assert make(GOOD, tmp_path) == make(GOOD, tmp_path)
    orders = {tuple(t.slug for t in make(GOOD, tmp_path, seed).trials) for seed in range(8)}
    assert len(orders) > 1


def test_a_part_keeps_the_numbers_of_the_whole(tmp_path: Path) -> None:
    whole = make(GOOD, tmp_path)
    part = selection.only(whole, ["self_heal:kill"])
    assert part.trials == tuple(t for t in whole.trials if t.scenario == "self_heal")
    assert selection.only(whole, []) == whole
    with pytest.raises(UnknownNameError, match="Did you mean self_heal:kill"):
        selection.only(whole, ["self_heal:kil"])


def test_profiles_are_never_mixed_and_a_suite_may_change_their_settings(tmp_path: Path) -> None:
    text = GOOD.replace(
        "[load]", 'profiles = ["stock", "matched"]\n[settings]\nnotice_s = 16\n[load]'
    )
    made = make(text, tmp_path)
    assert len(made.trials) == 36
    series = [(t.block, t.target, t.profile) for t in made.trials]
    assert len(dict.fromkeys(series)) == sum(a != b for a, b in itertools.pairwise(series)) + 1
    assert {t.settings.notice_s for t in made.trials} == {16}
    assert {t.settings.order for t in made.trials if t.profile == "stock"} == {None}
    assert {t.settings.order for t in made.trials if t.profile == "matched"} == {Order.START_FIRST}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("rate_per_s = 100", 'rate_per_s = "fast"'), r"mine\.toml, line 7, key load\.rate_per_s"),
        (("rate_per_s = 100", "rate = 100"), r"line 7, key load\.rate"),
        (("repeats = 3", "repeats = 0"), r"line 5, key repeats"),
        (('name = "deploy"', 'nam = "deploy"'), r"line 8, key scenarios\.0\.name"),
        (('variants = ["kill"]', "variants = 3"), r"line 12, key scenarios\.1\.variants"),
        (("repeats = 3", "repeats ="), r"not well-formed TOML.*line 5"),
    ],
)
def test_a_broken_suite_says_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(SuiteError, match=said):
        make(GOOD.replace(*change), tmp_path)


def test_a_missing_suite_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=r"gone\.toml cannot be read: No such file"):
        plan.load(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "deploy"', 'name = "deploi"'), "no scenario 'deploi'. Did you mean deploy?"),
        (('"k8s"', '"k9s"'), "no target 'k9s'. Did you mean k8s?"),
        (('"kill"', '"kil"'), "no variant of self_heal 'kil'. Did you mean kill?"),
    ],
)
def test_an_unknown_name_gets_the_nearest_one(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(UnknownNameError, match=said.replace("?", r"\?")):
        make(GOOD.replace(*change), tmp_path)


def test_parameters_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="parameters of scenario deploy"):
        make(GOOD.replace('name = "deploy"', 'name = "deploy"\nparameters = {speed = 3}'), tmp_path)


def test_the_suites_that_come_with_seatrial_are_plans() -> None:
    names = [path.stem for path in plan.SUITES.glob("*.toml")]
    assert "quick" in names
    for name in names:
        suite = plan.load(plan.find(name))
        assert plan.make(suite, name, 1, registry.targets(), registry.scenarios()).trials


def test_an_unknown_suite_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean quick"):
        plan.find("quik")
