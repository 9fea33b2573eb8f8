"""The head of the page: what comes first, what can be linked to, and the only script there is."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from test_report_html import Page, parsed
from weighed import KINDS, page, planned

from seatrial.reports import anchors
from seatrial.reports.compare import Case
from seatrial.reports.sayings import TOO_FEW

NAMES = st.lists(st.text(min_size=1), min_size=1).map(tuple)
HOSTILE = "</script><script>alert(1)</script>"


def ids(page: Page, name: str = "") -> list[str]:
    return [t.attributes["id"] for t in page.tags if "id" in t.attributes and name in ("", t.name)]


def test_the_answer_comes_first_and_how_it_was_measured_last() -> None:
    sections = ids(parsed(page(planned())), "section")
    order = ["answers", "decision", "verdicts", "forest", "reached", "results", "cases"]
    assert sections == [*order, "problems", "measured"]


def test_two_pages_of_a_run_are_the_same_to_the_byte() -> None:
    assert page(planned(profiles=("stock", "matched"))) == page(
        planned(profiles=("stock", "matched"))
    )


def test_headings_and_rows_link_to_themselves() -> None:
    found = parsed(page(planned()))
    own = [
        t.attributes["href"][1:] for t in found.named("a") if t.attributes.get("class") == "self"
    ]
    names = ids(found)
    assert set(own) <= set(names)
    assert len(set(own)) == len(own)
    for anchor in (
        *("answers", "decision", "verdicts", "forest", "results", "cases", "measured"),
        *("question-replica_failure", "question-limits", "answer-speed-stock-swarm-k8s"),
        *("outcome-stock-swarm-k8s", "forest-stock-swarm-k8s"),
        *("trial-self_heal-kill-stock", "trial-rollout-stock", "reached-swarm", "measured-k8s"),
        *("result-self_heal-kill-stock-outage", "result-rollout-stock-all_new"),
        "verdicts-self_heal-kill-stock-swarm-k8s",
        "verdict-self_heal-kill-stock-swarm-k8s-outage",
    ):
        assert anchor in own
    assert "said-self_heal-kill-stock-swarm-k8s-outage" in names


def test_anchors_are_the_same_whatever_else_a_run_has() -> None:
    one = set(ids(parsed(page(planned(kinds=KINDS[1:2])))))
    other = set(ids(parsed(page(planned(profiles=("matched", "stock"), kinds=KINDS[::-1])))))
    drawn = re.compile(r"ratios-\d")
    assert {name for name in one if not drawn.match(name)} <= other


@given(NAMES, NAMES)
def test_no_other_names_make_the_same_anchor(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (anchors.slug(*one) == anchors.slug(*other)) == (one == other)
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", anchors.slug(*one))


def test_anchors_of_points_of_a_sweep_differ() -> None:
    places = [Case("x", "y", "stock", "settings.notice_s", point) for point in (20.0, 40.0, "a-b")]
    assert [anchors.trial(place) for place in places] == [
        "trial-x-y-stock-settings.notice_s-20",
        "trial-x-y-stock-settings.notice_s-40",
        "trial-x-y-stock-settings.notice_s-a~2d~b",
    ]


def test_the_only_script_that_may_run_is_the_one_that_the_policy_names() -> None:
    text = page(planned())
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1
    assert text.count("<script") == 2
    digest = b64encode(sha256(scripts[0].encode()).digest()).decode()
    policy = next(
        tag.attributes["content"]
        for tag in parsed(text).named("meta")
        if "http-equiv" in tag.attributes
    )
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; ")
    assert policy.endswith(f"; script-src 'sha256-{digest}'")
    assert len(scripts[0].splitlines()) < 60
    assert not [name for tag in parsed(text).tags for name in tag.attributes if name[:2] == "on"]


def test_without_a_script_the_outcome_and_its_steps_stand_there_and_no_slider() -> None:
    text = page(planned(profiles=("stock", "matched")))
    found = parsed(text)
    (sliders,) = (tag for tag in found.named("fieldset") if tag.attributes["id"] == "weights")
    assert "hidden" in sliders.attributes
    said = " ".join(found.text.split())
    assert "Docker Swarm is ahead: the weighted sum is +1.00, of 4.00 at most." in said
    assert "Kubernetes is ahead: the weighted sum is -1.00, of 4.00 at most." in said
    assert "A single weight would change that: replica failure more than 4.00." in said
    steps = re.findall(r"<td>(.*?)</td>", text[text.index('id="decision"') :])
    assert steps[:5] == [
        *("Docker Swarm 0, Kubernetes 1, neither 2", "-0.33", "1.00", "-0.33", "more than 4.00")
    ]


def test_a_run_of_few_trials_has_nothing_to_weigh_and_no_script() -> None:
    text = page(planned(blocks=1))
    assert "There is nothing to weigh: no question has a verdict." in text
    assert text.count(TOO_FEW) == 4
    assert not list(parsed(text).named("script", "input", "fieldset"))
    assert "script-src" not in text
    assert "is ahead" not in text
    assert "<td>" not in text[text.index('id="decision"') : text.index('id="verdicts"')]


def test_hostile_names_do_not_leave_the_data_of_the_script() -> None:
    specs = [
        spec if spec.target == "swarm" else replace(spec, target=HOSTILE)
        for spec in planned(kinds=KINDS[1:2])
    ]
    text = page(specs)
    found = parsed(text)
    assert [tag.attributes.get("type") for tag in found.named("script")] == [
        "application/json",
        None,
    ]
    data = json.loads(re.findall(r'id="votes">(.*?)</script>', text, re.DOTALL)[0])
    assert HOSTILE in {data["outcomes"][0]["first"], data["outcomes"][0]["second"]}
    assert data["names"] == ["speed"]
