"""What the documents have people type is there; what needs no engine is typed."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from support.documents import DOCUMENTS, ROOT, SHELL, fences, spans, typed
from typer.main import get_command
from typer.testing import CliRunner

from seatrial.harness import cli, plan, registry
from seatrial.lab.life import KINDS

pytestmark = pytest.mark.timeout(400)

TYPED = sorted({tuple(words[1:]) for path in DOCUMENTS for words in typed(path, "seatrial")})
PLANNED = [words for words in TYPED if words[0] in {"plan", "run"}]
HARMLESS = [words for words in TYPED if words[0] in {"list", "derive", "report"}]
WEIGHTS = "[weights]\nnode_failure = 3\n"
NAMES = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def seatrial(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


def understood(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The command that these words name, and what it would be given; nothing is done."""
    found: list[tuple[str, dict[str, Any]]] = []
    root = get_command(cli.app)
    for name, command in _leaves(root, ""):
        command.callback = partial(_note, found, name)
    root.main(args=list(words), prog_name="seatrial", standalone_mode=False)
    return found[0]


def _leaves(  # the command line is the library's own kind of tree
    command: Any,  # noqa: ANN401
    name: str,
) -> Iterator[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        yield name, command
        return
    for key, each in command.commands.items():
        yield from _leaves(each, f"{name} {key}".strip())


def _note(found: list[tuple[str, dict[str, Any]]], name: str, /, **given: object) -> None:
    found.append((name, given))


@pytest.mark.parametrize("words", TYPED, ids=shlex.join)
def test_a_documented_command_is_understood(words: tuple[str, ...]) -> None:
    name, given = understood(words)
    assert " ".join(words).startswith(name)
    assert given.get("kind") in {None, *KINDS}


@pytest.mark.parametrize("words", PLANNED, ids=shlex.join)
def test_what_a_documented_run_names_is_there(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Suite, scenarios, variants and profile: `plan` with the same words shows trials."""
    monkeypatch.chdir(ROOT)
    _, given = understood(words)
    more = [word for case in given["only"] or () for word in ("--only", case)]
    more += ["--profile", given["profile"]] if given["profile"] else []
    planned = seatrial("plan", given["suite"], "--seed", "7", *more)
    assert planned.exit_code == 0, planned.exception
    assert "block 1" in planned.stdout


@pytest.mark.parametrize("words", HARMLESS, ids=shlex.join)
def test_a_documented_command_without_an_engine_works(
    words: tuple[str, ...], sailed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(WEIGHTS)
    run = shutil.copytree(sailed, tmp_path / "run")
    done = seatrial(*(str(run) if word.startswith("results/") else word for word in words))
    assert done.exit_code == 0, done.exception
    assert done.stdout


def test_every_kind_of_command_that_needs_no_engine_is_documented() -> None:
    assert {words[0] for words in HARMLESS} == {"list", "derive", "report"}
    assert {words[0] for words in PLANNED} == {"plan", "run"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_command_hides_in_a_fence_of_another_language(path: Path) -> None:
    others = [text for language, text in fences(path) if language != SHELL]
    lines = [line for text in others for line in text.splitlines()]
    assert [line for line in lines if line.startswith(("seatrial ", "make "))] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_has_made_is_in_the_makefile(path: Path) -> None:
    said = [span.split()[1] for span in spans(path) if re.match(r"make [a-z]", span)]
    said += [word for words in typed(path, "make") for word in words[1:] if "=" not in word]
    assert set(said) <= set(NAMES.findall((ROOT / "Makefile").read_text()))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_that_a_document_has_started_is_there(path: Path) -> None:
    said = [span.split()[2] for span in spans(path) if span.startswith("python -m ")]
    assert [name for name in said if find_spec(name) is None] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_suite_that_a_document_shows_whole_is_a_plan(path: Path) -> None:
    shown = [tomllib.loads(text) for language, text in fences(path) if language == "toml"]
    for suite in (plan.Suite.model_validate(made) for made in shown if "targets" in made):
        assert plan.make(suite, "shown", 7, registry.targets(), registry.scenarios()).trials
