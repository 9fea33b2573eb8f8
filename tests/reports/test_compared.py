"""A comparison in every format: what is told first, what stays words, what programs read back."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from made import SCENARIOS
from support.two_runs import NOISY, STEADY, TWICE, Row, recorded, rows
from test_report_html import HOSTILE, Page, parsed

from seatrial.harness.circumstances import Recorded
from seatrial.harness.comparison import Comparison, compare
from seatrial.harness.model import Preflight
from seatrial.harness.record import Threshold
from seatrial.harness.verdicts import Verdict
from seatrial.reports.compared import data, junit, markdown, page
from seatrial.reports.compared.table import text
from seatrial.reports.compared.words import Account, account
from seatrial.reports.looks import FAKE_BANNER

ASKED = (
    Threshold("self_heal", "", "failed", at_most=0, unit="req"),
    Threshold("self_heal", "kill", "outage", worse_by=0.25),
    Threshold("rollout", "", "failed", at_most=0),
)


def mixed(*outage: float, failed: float = 0.0) -> Iterator[Row]:
    """Swarm's outage as given, and two trials of Kubernetes."""
    yield from rows(outage)
    yield from rows([failed] * len(outage), "failed", unit="req")
    yield from rows(NOISY, "redundancy_restored")
    yield from rows(STEADY[:2], target="k8s")


def pair(**more: object) -> tuple[Recorded, Recorded]:
    """NEW takes twice as long, loses requests, was on another machine, and has one more variant."""
    base = recorded(mixed(*STEADY), name="before")
    environment = {"cores": "4", "seatrial": "0.1.0"}
    parts = (mixed(*TWICE, failed=3.0), rows(STEADY, variant="hang"))
    new = recorded(*parts, name="after", environment=environment, thresholds=ASKED)
    return base, replace(new, run=replace(new.run, **more))  # type: ignore[arg-type] - its fields


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(*pair(), SCENARIOS)


@pytest.fixture(scope="module")
def told(found: Comparison) -> Account:
    return account(found, SCENARIOS)


def test_the_worst_comes_first_and_what_has_no_verdict_last(told: Account) -> None:
    metrics = [(line.place.look.target, line.metric, line.verdict.value) for line in told.lines]
    assert metrics == [
        ("swarm", "outage", "worse"),
        ("swarm", "failed", "worse"),
        ("swarm", "redundancy_restored", "inconclusive"),
        ("k8s", "outage", "no verdict"),
    ]
    standings = [(limit.metric, limit.standing.value) for limit in told.limits]
    assert [standing for _, standing in standings] == ["missed"] * 4 + ["kept", "not judged"]


def test_a_line_has_both_medians_and_their_ratio(told: Account) -> None:
    line = told.lines[0]
    assert (line.base.median, line.new.median) == ("1.00\u00a0s", "2.01\u00a0s")
    assert line.new.whole.startswith("2.01\u00a0s (1.96\u00a0to\u00a02.06), n")
    assert line.ratio.startswith("2.00 (")
    assert line.place.whole == (
        "Docker Swarm, Heal: one of three frontends is lost: kill, stock settings"
    )


def test_what_differs_between_the_runs_is_told_beside_what_does_not(told: Account) -> None:
    assert [(fact.name, fact.base, fact.new) for fact in told.differing] == [("cores", "2", "4")]
    assert "grace" in {fact.name for fact in told.facts}


@pytest.mark.parametrize("width", [60, 100])
def test_the_table_fits_the_terminal(told: Account, width: int) -> None:
    said = text(told, width)
    assert said.isascii()
    assert all(len(line) <= width for line in said.splitlines() if line.startswith(("|", "+")))
    assert "BASE: before, 2023-11-14 22:13 UTC" in said
    assert "No verdict on 1 metric. Valid trials: 2 of BASE and 2 of NEW; 5 of each" in said
    assert "Not compared: swarm self heal hang stock: Only NEW has it." in said
    assert "Differs: Machine and measuring software: cores: 2 in BASE, 4 in NEW" in said


def test_markdown_shows_what_changed_and_folds_the_rest(found: Comparison) -> None:
    said = markdown.write(found, SCENARIOS).replace("\u00a0", " ")
    assert said.startswith("## Sea trials: after against before\n\n**Regression: headline metrics:")
    open_, folded = said.split("<details>", 1)
    assert "| Docker Swarm | Heal: one of three frontends is lost: kill, stock settings" in open_
    assert "Missed thresholds:" in open_
    assert "inconclusive |" not in open_
    assert "inconclusive |" in folded
    assert "<summary>All 4 headline metrics</summary>\n\n" in said
    assert "| Machine and measuring software | cores | 2 | 4 |" in folded
    assert said.count("<details>") == said.count("\n\n</details>") == 4


def test_markdown_keeps_words_words_and_its_tables_whole(found: Comparison) -> None:
    hostile = replace(found.base, name="a|b <b>", command="x | y\nz")
    new = recorded(rows([1.0], valid=False, reason="a | b"), target_of(HOSTILE), rows(STEADY))
    made = compare(replace(recorded(rows(STEADY)), run=hostile), new, SCENARIOS)
    said = markdown.write(made, SCENARIOS)
    assert r"a\|b \<b>" in said
    assert r"\<script>" in said
    assert not re.search(r"(?<!\\)<script>", said)
    for block in said.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1


def target_of(name: str) -> Iterator[Row]:
    return rows(STEADY, target=name)


def seen(found: Comparison) -> Page:
    return parsed(page.write(found, SCENARIOS))


def test_the_page_has_regressions_first_then_all(found: Comparison) -> None:
    said = " ".join(seen(found).text.replace("\u00a0", " ").split())
    parts = [
        "after against before",
        "Regression: headline metrics: 2 worse",
        "What changed",
        "Missed thresholds",
        "Each target is compared with itself",
        "inconclusive",
        "Only NEW has it.",
        "circumstances on record differ",
        "cores",
    ]
    at = 0
    for part in parts:
        at = said.index(part, at)


def test_the_page_asks_for_nothing_and_runs_nothing(found: Comparison) -> None:
    made = seen(found)
    (policy,) = [t for t in made.named("meta") if "http-equiv" in t.attributes]
    assert policy.attributes["content"].startswith("default-src 'none'")
    assert not list(made.named("script", "link", "img", "iframe"))
    assert all(address.startswith("#") for address in made.all("href"))
    anchors = set(made.all("id"))
    assert {address[1:] for address in made.all("href")} <= anchors


def test_hostile_words_stay_words_on_the_page() -> None:
    site = Preflight("swarm", {HOSTILE: HOSTILE}, (), {}, HOSTILE)
    base, new = pair(name=HOSTILE, command=HOSTILE, preflights=(site,))
    made = seen(compare(base, new, SCENARIOS))
    assert not list(made.named("script", "img"))
    assert made.text.count("<script>alert(1)</script>") >= 4


def test_circumstances_that_differ_are_marked_on_the_page(found: Comparison) -> None:
    marked = [tag for tag in seen(found).named("tr") if tag.attributes.get("class") == "differs"]
    assert len(marked) == 1


def test_a_fake_target_is_announced() -> None:
    runs = [recorded(rows(STEADY, target="fake"), name=name) for name in ("a", "b")]
    made = compare(*runs, SCENARIOS)
    for said in (text(account(made, SCENARIOS)), markdown.write(made, SCENARIOS)):
        assert FAKE_BANNER in said.replace("\n", " ")
    assert FAKE_BANNER in seen(made).text


def test_junit_counts_its_cases(found: Comparison) -> None:
    root = ET.fromstring(junit.write(found, SCENARIOS))  # noqa: S314 - made by this test
    assert root.tag == "testsuites"
    cases = list(root.iter("testcase"))
    counts = {"tests": len(cases)}
    for name, tag in (("failures", "failure"), ("skipped", "skipped")):
        counts[name] = sum(case.find(tag) is not None for case in cases)
    assert counts == {"tests": 11, "failures": 6, "skipped": 3}
    assert {name: int(root.attrib[name]) for name in counts} == counts
    for name, count in counts.items():
        assert sum(int(suite.attrib[name]) for suite in root) == count


def test_junit_says_why_a_case_fails(found: Comparison) -> None:
    root = ET.fromstring(junit.write(found, SCENARIOS))  # noqa: S314 - made by this test
    suites = {suite.attrib["name"]: suite for suite in root}
    kill = suites["Docker Swarm, Heal: one of three frontends is lost: kill, stock settings"]
    cases = {case.attrib["name"]: case for case in kill.iter("testcase")}
    assert cases["outage"].attrib["classname"] == "swarm.self_heal.kill"
    failure = cases["outage"].find("failure")
    assert failure is not None
    assert failure.attrib["message"].startswith("outage is worse: 2.00 (")
    assert "Lower is better" in (failure.text or "")
    assert cases["redundancy_restored"].find("system-out") is not None
    missed = cases["outage, threshold: at most 25% worse than BASE"].find("failure")
    assert missed is not None
    assert "at most 1.25 times is allowed" in missed.attrib["message"]
    assert "differs: Machine and measuring software: cores" in (kill.findtext("system-out") or "")


def test_junit_holds_what_xml_cannot() -> None:
    base, new = pair(name="\x1b[31m\x00 <&>")
    root = ET.fromstring(junit.write(compare(base, new, SCENARIOS), SCENARIOS))  # noqa: S314 - made by this test
    assert "\ufffd[31m\ufffd <&>" in root.attrib["name"]


def test_json_is_read_back_as_it_was_written(found: Comparison) -> None:
    read = json.loads(data.write(found, SCENARIOS), parse_constant=pytest.fail)
    assert read == json.loads(json.dumps(data.document(found)))
    assert (read["schema"], read["regressed"], read["outcome"]) == (1, True, found.outcome)
    assert (read["base"]["name"], read["new"]["name"]) == ("before", "after")
    outage = next(m for m in read["metrics"] if m["metric"] == "outage" and m["target"] == "swarm")
    assert outage["verdict"] == Verdict.WORSE
    assert outage["new"]["values"] == list(TWICE)
    assert outage["ratio"] == pytest.approx(2)
    assert [each["standing"] for each in read["thresholds"]].count("missed") == 4
    assert [each["variant"] for each in read["not_compared"]] == ["hang"]
    assert [each["name"] for each in read["circumstances"] if each["differs"]] == ["cores"]


def test_json_has_null_for_what_has_no_end(found: Comparison) -> None:
    read = json.loads(data.write(found, SCENARIOS), parse_constant=pytest.fail)
    failed = next(m for m in read["metrics"] if m["metric"] == "failed")
    assert (failed["verdict"], failed["ratio"], failed["ratio_high"]) == ("worse", None, None)


def test_a_suites_own_order_is_kept_where_the_verdict_is_the_same() -> None:
    cases = (("self_heal", "hang", "stock"), ("self_heal", "kill", "stock"))
    parts = [(rows(STEADY), rows(STEADY, variant="hang")) for _ in range(2)]
    base, new = (recorded(*each, cases=cases) for each in parts)
    lines = account(compare(base, new, SCENARIOS), SCENARIOS).lines
    assert [line.place.case.variant for line in lines] == ["hang", "kill"]
