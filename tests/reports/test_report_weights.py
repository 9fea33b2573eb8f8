"""A file of weights: what it may say, and the sentence that a mistake gets."""

from pathlib import Path

import pytest
from click.testing import Result
from made import made_run
from typer.testing import CliRunner
from weighed import KEYS, page, planned

from seatrial.harness import cli
from seatrial.harness.errors import UnknownNameError, UsageError
from seatrial.reports.weights import read_weights


def file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text)
    return path


def report(*words: object) -> Result:
    return CliRunner().invoke(cli.app, ["report", *map(str, words)])


def test_weights_are_read_by_question(tmp_path: Path) -> None:
    path = file(tmp_path, "[weights]\nnode_failure = 3\nspeed = 0.5\nother_trials = 0\n")
    assert read_weights(path) == {"node_failure": 3.0, "speed": 0.5, "other_trials": 0.0}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[weight]\nspeed = 1", "has no table [weights]: write one with a line such as"),
        ("weights = 3", "has no table [weights]"),
        ("[weights", "is not well-formed TOML: "),
        ("[weights]\nspeed = -1", "weight of speed has to be a number from 0 to 100, not -1."),
        ("[weights]\nspeed = 101", "has to be a number from 0 to 100, not 101."),
        ("[weights]\nspeed = nan", "has to be a number from 0 to 100, not nan."),
        ("[weights]\nspeed = inf", "has to be a number from 0 to 100, not inf."),
        ("[weights]\nspeed = true", "has to be a number from 0 to 100, not True."),
        ("[weights]\nspeed = 'much'", "has to be a number from 0 to 100, not 'much'."),
    ],
)
def test_what_is_no_weight_gets_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_weights(path)
    assert str(caught.value).startswith(str(path))
    assert sentence in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_or_no_text_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml cannot be read: No such file or directory"):
        read_weights(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"odd\.toml is not well-formed TOML"):
        read_weights(tmp_path / "odd.toml")


def test_an_unknown_question_gets_the_nearest_that_there_is(tmp_path: Path) -> None:
    path = file(tmp_path, "[weights]\nnode_failur = 1\n")
    with pytest.raises(UnknownNameError) as caught:
        read_weights(path)
    assert str(caught.value) == ("There is no question 'node_failur'. Did you mean node_failure?")
    assert caught.value.exit_code == 2


def test_the_command_hands_the_file_to_the_page_only(tmp_path: Path) -> None:
    folder, path = made_run(tmp_path), file(tmp_path, "[weights]\nspeed = 2\n")
    assert report(folder, "--weights", path).stdout == f"{folder / 'report.html'}\n"
    refused = report(folder, "--weights", path, "--format", "table")
    assert isinstance(refused.exception, UsageError)
    assert str(refused.exception) == (
        "The report format 'table' weighs nothing: leave --weights out."
    )
    missing = report(folder, "--weights", tmp_path / "none.toml")
    assert isinstance(missing.exception, UsageError)


def test_a_page_shows_the_weights_that_it_was_written_with() -> None:
    text = page(planned(), {"replica_failure": 7.5, "node_failure": 2.0})
    assert "Kubernetes is ahead: the weighted sum is -1.17, of 10.50 at most." in text
    assert 'id="weight-replica_failure" min="0" max="8" step="0.25" value="7.5"' in text
    assert [f'id="weight-{key}"' in text for key in (*KEYS, "node_failure")] == [True] * 4 + [False]
