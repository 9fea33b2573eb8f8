"""What a shell completes: names that are there, at once, and never an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from support import fake_cli

from seatrial.harness import complete, plan, registry
from seatrial.harness.cli import app
from seatrial.harness.profile import PROFILES


def completed(words: str, **environ: str) -> list[str]:
    """What bash is offered after these words, which begin with the program's name."""
    typed = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    done = subprocess.run(
        [sys.executable, fake_cli.__file__],
        env=os.environ | typed | {"_SEATRIAL_COMPLETE": "complete_bash"} | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def named(suite: str | None, left: tuple[str, ...] = ()) -> typer.Context:
    """A command line on which that suite stands."""
    made = typer.Context(typer.main.get_command(app))
    made.params["suite"] = suite
    made.args = list(left)
    return made


def words(found: list[tuple[str, str]]) -> list[str]:
    return [word for word, _ in found]


def begun(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    return folder


def test_suites_come_with_what_they_are() -> None:
    found = dict(complete.suites())
    assert set(found) == {path.stem for path in plan.SUITES.glob("*.toml")}
    assert all(found.values())


def test_cases_are_those_of_the_suite_that_was_named() -> None:
    quick = words(complete.cases(named("quick")))
    assert "self_heal:kill" in quick
    assert "self_heal:hang" not in quick
    assert "node_failure" not in quick
    assert quick == words(complete.cases(named(None, ("quick", "--only"))))


def test_without_a_suite_every_case_there_is_may_come() -> None:
    found = words(complete.cases(named(None)))
    assert {*registry.scenarios()} <= {*found}
    assert "node_failure:stop" in found


def test_a_suite_that_is_not_there_completes_to_nothing_and_raises_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("schema =")
    for suite in ("quik", str(broken), str(tmp_path / "none.toml")):
        assert complete.cases(named(suite)) == []
        assert complete.profiles(named(suite)) == []


def test_profiles_are_those_of_the_suite_or_all() -> None:
    assert words(complete.profiles(named("sweep"))) == ["matched"]
    assert words(complete.profiles(named(None))) == list(PROFILES)


def test_run_directories_are_found_where_runs_go_and_where_one_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complete.runs("") == []
    begun(tmp_path / "results" / "quick-1")
    begun(tmp_path / "results" / "quick-2")
    (tmp_path / "results" / "no-run").mkdir()
    begun(tmp_path / "elsewhere" / "full-1")
    assert words(complete.runs("")) == ["results/quick-2", "results/quick-1"]
    assert words(complete.runs("res")) == ["results/quick-2", "results/quick-1"]
    assert words(complete.runs("elsewhere/fu")) == ["elsewhere/full-1"]
    assert words(complete.runs(f"{tmp_path}/elsewhere/")) == [f"{tmp_path}/elsewhere/full-1"]


def test_formats_are_those_that_are_registered() -> None:
    assert {"html", "markdown", "table"} <= {*words(complete.formats())}


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("seatrial re", ["resume", "report"]),
        ("seatrial run qu", ["quick"]),
        ("seatrial run quick --only roll", ["rollout"]),
        ("seatrial run quick --pro", ["--profile"]),
        ("seatrial plan sweep --profile ", ["matched"]),
        ("seatrial report results/x --format t", ["table"]),
        ("seatrial lab up k", ["k8s"]),
        ("seatrial run no-suite --only ", []),
    ],
)
def test_a_shell_is_offered_what_fits(line: str, offered: list[str]) -> None:
    assert completed(line) == offered
