"""The command line's own words: what is said of a wrong one, its help, and what it lists."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from seatrial.harness import cli, plan
from seatrial.harness.errors import UsageError

WIDTH = 80


def ended(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    """The exit code of the program when these are typed after its name."""
    monkeypatch.setattr(sys, "argv", ["seatrial", *words])
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)  # pytest's own stay
    with pytest.raises(SystemExit) as left:
        cli.main()
    return left.value.code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "There is no command 'rnu'. Did you mean run?"),
        (["reprot", "results/x"], "There is no command 'reprot'. Did you mean report?"),
        (["lab", "statsu"], "There is no command 'statsu'. Did you mean status?"),
        (["run", "quick", "--sed", "1"], "There is no option '--sed'. Did you mean --seed?"),
        (["plan", "quick", "--profil=x"], "There is no option '--profil'. Did you mean --profile?"),
        (["list", "--jsno"], "There is no option '--jsno'. Did you mean --json?"),
        (["derive", "x", "-q"], "There is no option '-q'. There are --help."),
        (["run", "quik"], "There is no suite 'quik'. Did you mean quick?"),
    ],
)
def test_what_is_typed_wrongly_gets_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    assert ended(monkeypatch, *words) == UsageError.exit_code
    shown = capsys.readouterr()
    assert shown.err == f"seatrial: {said}\n"
    assert shown.out == ""


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["run", "quick", "--seed", "one"], "'--seed'"),
        (["lab", "up", "--nodes", "99"], "'--nodes'"),
        (["derive"], "Missing argument"),
        (["derive", "a", "b"], "extra argument"),
    ],
)
def test_what_typer_finds_wrong_is_a_line_that_names_the_help(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    part: str,
) -> None:
    assert ended(monkeypatch, *words) == UsageError.exit_code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("seatrial: ")
    assert part in line
    assert "--help`." in line


def test_an_option_that_lacks_its_value_is_a_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "plan", "quick", "--seed") == UsageError.exit_code
    (line,) = capsys.readouterr().err.splitlines()
    assert "'--seed' requires an argument" in line


def test_nothing_typed_shows_what_there_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch) == UsageError.exit_code
    shown = capsys.readouterr()
    assert "calibrate" in shown.out + shown.err
    assert "Error" not in shown.err


def test_what_was_typed_rightly_is_exit_code_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "list") == 0
    assert ended(monkeypatch, "run", "--help") == 0
    assert "Examples" in capsys.readouterr().out


def pages() -> Iterator[tuple[str, ...]]:
    """The words of every command, groups included."""
    yield from _under(typer.main.get_command(cli.app), ())


def _under(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:  # noqa: ANN401
    yield words
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from _under(inner, (*words, name))


@pytest.mark.parametrize("words", list(pages()), ids=lambda words: " ".join(("seatrial", *words)))
def test_every_help_has_a_sentence_and_examples_and_fits_80_columns_without_colours(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("typer.rich_utils.FORCE_TERMINAL", False)  # CI may want colours
    environ = {"NO_COLOR": "1", "COLUMNS": str(WIDTH)}
    result = CliRunner().invoke(cli.app, [*words, "--help"], env=environ)
    assert result.exit_code == 0
    lines = [line.strip() for line in result.stdout.splitlines()]
    shown = [line[2:] for line in lines[lines.index("Examples:") + 1 :] if line.startswith("$ ")]
    assert shown
    assert all(line.startswith("seatrial") for line in shown)
    assert all(" ".join(("seatrial", *words)) in line for line in shown)
    assert max(map(len, result.stdout.splitlines())) <= WIDTH
    assert "\x1b" not in result.stdout


def test_every_example_is_whole_on_its_line() -> None:
    for words in pages():
        command = typer.main.get_command(cli.app)
        for word in words:
            command = command.commands[word]
        assert max(map(len, str(command.epilog).splitlines())) <= WIDTH - 2, words


def test_suites_are_listed_with_what_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, "list")
    listed = capsys.readouterr().out
    suites = listed.partition("suites\n")[2].splitlines()
    assert len(suites) == len(list(plan.SUITES.glob("*.toml")))
    for line in suites:
        name, _, title = line.strip().partition(" ")
        assert title.strip() == plan.load(plan.find(name)).title != ""
        assert len(line) <= WIDTH


def test_programs_get_a_suite_s_path_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(monkeypatch, "list", "--json")
    suites = json.loads(capsys.readouterr().out)["suites"]
    assert Path(suites["quick"]["path"]) == plan.find("quick")
    assert suites["quick"]["title"] == plan.load(plan.find("quick")).title
