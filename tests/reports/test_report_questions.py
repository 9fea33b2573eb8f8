"""Which question a trial answers; trials that no question knows are told all the same."""

import re
from typing import ClassVar

import pytest
from made import SCENARIOS, run_of, table
from test_report_html import parsed
from weighed import ended, page, planned, rows, told

from seatrial.harness import registry
from seatrial.harness.verdicts import Verdict
from seatrial.reports import markdown
from seatrial.reports.answers import UNNAMED
from seatrial.reports.questions import LIMITS, OTHER, WEIGHED, better, question
from seatrial.reports.table import short


class Bare:
    """A scenario of before there were headline metrics."""

    name: ClassVar[str] = "bare"
    title: ClassVar[str] = "Somebody else's trial"
    variants: ClassVar[tuple[str, ...]] = ("",)
    meanings: ClassVar[dict[str, str]] = {"odd": "Nobody knows."}
    needs: ClassVar[tuple[type, ...]] = ()


class Named(Bare):
    """The same with one."""

    better: ClassVar[dict[str, str]] = {"odd": "lower"}


SPECS = planned(kinds=(("self_heal", "kill"), ("bare", "")))


def test_every_headline_metric_that_comes_with_seatrial_answers_a_question() -> None:
    found = {
        (name, variant, metric): question(name, variant, metric)
        for name, scenario in registry.scenarios().items()
        for variant in scenario.variants
        for metric in better(scenario)
    }
    assert not [key for key, asked in found.items() if asked is OTHER]
    assert set(found.values()) == set(WEIGHED) - {OTHER}


def test_keys_are_different_and_need_no_quotes_in_a_file() -> None:
    keys = [each.key for each in (*WEIGHED, LIMITS)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+", key) for key in keys)


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (("node_failure", "stop", "outage"), "node_failure"),
        (("node_failure", "drain", "outage"), "maintenance"),
        (("canary", "good", "failed"), "releases"),
        (("canary", "bad", "failed"), "bad_releases"),
        (("scale", "6", "up_all_served"), "speed"),
        (("scale", "6", "down_failed"), "discovery"),
        (("scale", "6", "of_tomorrow"), "other_trials"),
        (("of_tomorrow", "", "outage"), "other_trials"),
        (("scale", "6"), "speed"),
    ],
)
def test_a_metric_answers_the_question_that_its_trial_is_about(
    case: tuple[str, ...], key: str
) -> None:
    assert question(*case).key == key


def test_a_scenario_of_others_with_a_headline_metric_is_under_other_trials() -> None:
    *_, last = told(SPECS, {**SCENARIOS, "bare": Named}).asked  # type: ignore[dict-item]
    assert last.question is OTHER
    (saying,) = last.answers[0].sayings
    assert (saying.verdict, saying.meaning) == (Verdict.BETTER, "Nobody knows.")


def test_a_scenario_without_a_headline_metric_breaks_no_report_and_is_told() -> None:
    scenarios = {**SCENARIOS, "bare": Bare}
    said = parsed(page(SPECS, scenarios=scenarios)).text  # type: ignore[arg-type]
    head = said[said.index("Other trials") : said.index("What can it not do?")]
    assert f"Somebody else's trial stock settings: {UNNAMED}" in head
    run, frame = run_of(SPECS), table(rows(SPECS))
    text = markdown.page(run, frame, ended(SPECS, {}), scenarios)  # type: ignore[arg-type]
    assert f"- Somebody else's trial (stock settings): {UNNAMED}" in text
    assert "| odd" in short(run, frame, 100, scenarios)  # type: ignore[arg-type]


def test_a_scenario_that_is_not_installed_any_more_is_told_by_its_name() -> None:
    (silence,) = told(SPECS).asked[-1].silences
    assert (silence.title, silence.why) == ("bare", UNNAMED)
