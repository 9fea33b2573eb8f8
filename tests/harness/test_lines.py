"""Progress in lines: sentences for a log, objects for a program."""

import json
from dataclasses import asdict, replace

import pytest
from support.goings import BEGUN, ENDED, FAILED, GOING, OVER

from seatrial.harness.jsonlines import JsonLines
from seatrial.harness.lines import Lines, length
from seatrial.harness.progress import RunBegun

RUN = RunBegun("r", "results/r", "full", 7, 12, 12, None)


def test_a_log_has_a_line_as_a_trial_begins_one_in_between_and_one_as_it_ends() -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.begin(RUN)
    lines.begin(BEGUN)
    lines.go_on(replace(GOING, since_s=61.0))
    lines.end(FAILED)
    lines.end(OVER)
    assert said == [
        "[3/12] k8s self_heal kill …",
        "    after 1 min: 199 requests/s, 3 of 6,123 failed, 3 ready on k8s, about 37 min left",
        "    failed in 44 s: the API [v1] does not answer",
    ]
    assert lines.every_s == 60


def test_what_is_not_known_is_left_out() -> None:
    said: list[str] = []
    nothing = replace(GOING, requests=0, errors=0, rate_per_s=None, ready=None, left_s=None)
    Lines(said.append).go_on(nothing)
    assert said == ["    after 31 s: no requests yet"]


def test_a_trial_that_could_not_begin_has_no_line_of_its_own() -> None:
    said: list[str] = []
    lines = Lines(said.append)
    lines.say("  k8s: the lab went away")
    lines.end(FAILED)
    assert said == ["  k8s: the lab went away"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.0, "59 s"), (60.0, "1 min"), (3570.0, "1 h 0 min"), (4810.0, "1 h 20 min")],
)
def test_a_length_of_time_is_told_in_few_words(seconds: float, words: str) -> None:
    assert length(seconds) == words


def test_a_program_gets_every_event_as_one_line_and_sentences_go_elsewhere() -> None:
    written: list[str] = []
    said: list[str] = []
    lines = JsonLines(written.append, said.append)
    lines.say("Looking at k8s")
    for event in (RUN, BEGUN):
        lines.begin(event)
    lines.go_on(GOING)
    for end in (ENDED, OVER):
        lines.end(end)
    assert said == ["Looking at k8s"]
    assert not [line for line in written if "\n" in line]
    told = [json.loads(line) for line in written]
    names = ["run_begun", "trial_begun", "progress", "trial_ended", "run_ended"]
    assert [line["event"] for line in told] == names
    assert {line["schema"] for line in told} == {1}
    moments = [line["at_ns"] for line in told]
    assert moments == sorted(moments)
    assert {key: told[2][key] for key in asdict(GOING)} == asdict(GOING)
    assert told[-1]["took_s"] == 3600.04
