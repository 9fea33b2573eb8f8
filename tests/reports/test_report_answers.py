"""The sentences at the head of a report: numbers and verdicts that are known beforehand."""

from dataclasses import replace

import pytest
from contested import planned as contested
from made import SCENARIOS, run_of, spec, table
from weighed import ended, planned, rows, told

from seatrial.harness.record import Status
from seatrial.harness.verdicts import Verdict
from seatrial.reports import markdown
from seatrial.reports.answers import UNMEASURED, WHOLE, answers
from seatrial.reports.compare import view
from seatrial.reports.contests import bouts
from seatrial.reports.numbers import NBSP
from seatrial.reports.problems import Ending
from seatrial.reports.rows import measured
from seatrial.reports.sayings import TOO_FEW, UNJUDGED, Answer, Saying

CANNOT = Ending(Status.UNSUPPORTED, "has no such thing.")


def sayings(answer: Answer) -> dict[str, Saying]:
    return {each.metric: replace(each, figures=plain(each.figures)) for each in answer.sayings}


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


def test_a_winner_is_named_with_both_medians_their_intervals_and_the_ratio() -> None:
    (asked,) = told(contested()).asked
    assert asked.question.key == "replica_failure"
    (answer,) = asked.answers
    restored = sayings(answer)["redundancy_restored"]
    assert restored.said == "Kubernetes is better"
    assert restored.figures == (
        "Docker Swarm 7.04 s (6.99 to 7.10), n = 8; Kubernetes 1.75 s (1.69 to 1.80), n = 8; "
        "ratio 4.04 (3.94 to 4.13)."
    )
    assert restored.meaning.startswith("From the fault until all three frontends")


def test_same_and_inconclusive_are_said_as_plainly_as_better() -> None:
    (asked,) = told(contested()).asked
    (answer,) = asked.answers
    found = sayings(answer)
    assert found["outage"].said == "The same within 10%"
    assert found["outage"].figures.endswith("; ratio 1.00 (1.00 to 1.00).")
    assert found["failed"].said == "Inconclusive"
    assert found["failed"].figures.endswith(").") or found["failed"].figures.endswith("margin.")
    assert plain(answer.said) == (
        "Of 3 headline measures: Kubernetes is better in 1, they are the same in 1, "
        "inconclusive in 1."
    )


@pytest.mark.parametrize("blocks", [1, 4])
def test_few_trials_give_numbers_and_no_winner(blocks: int) -> None:
    (asked,) = told(contested(blocks=blocks)).asked
    (answer,) = asked.answers
    assert answer.said == TOO_FEW
    assert {each.said for each in answer.sayings} == {"No verdict (too few trials)"}
    restored = sayings(answer)["redundancy_restored"].figures
    assert f"n = {blocks}; Kubernetes 1.7" in restored
    assert "ratio" not in restored
    if blocks == 1:
        assert restored == (
            "Docker Swarm 7.01 s (6.99 to 7.03), n = 1; Kubernetes 1.71 s (1.69 to 1.73), n = 1."
        )


def test_profiles_are_never_mixed() -> None:
    for asked in told(planned(profiles=("matched", "stock"))).asked:
        assert [answer.profile for answer in asked.answers] == ["stock", "matched"]
        for answer in asked.answers:
            assert {a.case.profile for a in answer.accounts} == {answer.profile}
            assert all("n = 8" in plain(each.figures) for each in answer.sayings)


def test_questions_come_in_one_order_and_those_of_no_trial_are_named() -> None:
    found = told(planned())
    keys = [asked.question.key for asked in found.asked]
    assert keys == ["replica_failure", "speed", "releases", "balance"]
    assert [each.key for each in found.unasked][:2] == ["node_failure", "maintenance"]
    assert not {each.key for each in found.unasked} & set(keys)


def test_what_a_target_cannot_do_is_told_once_and_apart_from_what_its_adapter_lacks() -> None:
    specs = contested()
    lacks = Ending(Status.NOT_IMPLEMENTED, "lacks Kill")
    others = {f"t{s.number}": CANNOT if s.target == "swarm" else lacks for s in specs}
    found = told(specs, **others)
    assert [(each.target, each.ended, each.reason) for each in found.limits] == [
        ("Docker Swarm", "the orchestrator cannot", "has no such thing."),
        ("Kubernetes", "Seatrial's adapter does not do it yet", "lacks Kill"),
    ]
    (asked,) = found.asked
    assert not asked.answers
    assert [silence.why for silence in asked.silences] == [UNMEASURED]


def test_one_that_cannot_is_no_matter_of_few_trials() -> None:
    specs = contested()
    others = {f"t{s.number}": CANNOT for s in specs if s.target == "swarm"}
    (asked,) = told(specs, **others).asked
    (answer,) = asked.answers
    assert answer.said == UNJUDGED
    outage = sayings(answer)["outage"]
    assert (outage.verdict, outage.said) == (Verdict.NONE, "No verdict")
    assert outage.figures.startswith("Docker Swarm UNSUPPORTED: has no such thing; Kubernetes 0.5")
    assert "5 are needed." in outage.figures


def test_a_value_that_some_trials_lack_is_told_with_its_reason() -> None:
    specs = contested()
    frame = table(rows(specs))
    missing = (frame["trial"] == 1) & (frame["metric"] == "outage")
    frame.loc[missing, "value"] = float("nan")
    frame.loc[missing, "reason"] = "never ready"
    seen = view(run_of(specs), frame, ended(specs, {}), SCENARIOS)
    found = answers(seen, bouts(seen.sections, frame, SCENARIOS), measured(frame), SCENARIOS)
    outage = sayings(found.asked[0].answers[0])["outage"]
    assert outage.said == "No verdict"
    assert outage.figures.startswith("Docker Swarm 0.500 s, n = 7 (never ready); Kubernetes 0.500")
    assert "Not measured in 1 of 8 blocks (swarm: never ready)." in outage.figures


def test_a_target_alone_is_compared_with_nothing() -> None:
    specs = [each for each in contested(blocks=1) if each.target == "k8s"]
    found = told(specs)
    assert found.alone == "There is nothing to compare: Kubernetes alone was tried."
    assert found.asked == ()


def test_two_targets_are_compared_with_each_other_and_a_third() -> None:
    specs = [
        *contested(),
        *(spec(100 + n, "fake", "self_heal", "kill", block=n) for n in range(1, 9)),
    ]
    (asked,) = told(specs).asked
    pairs = [(answer.first.target, answer.second.target) for answer in asked.answers]
    assert pairs == [("swarm", "k8s"), ("swarm", "fake"), ("k8s", "fake")]


def test_markdown_begins_with_the_answers() -> None:
    specs = planned(profiles=("stock", "matched"))
    text = plain(
        markdown.page(run_of(specs, repeats=8), table(rows(specs)), ended(specs, {}), SCENARIOS)
    )
    parts = [
        "# Sea trials of Docker Swarm and Kubernetes",
        "## The verdict in plain words",
        "### How long are users hurt when a replica dies?",
        "**With stock settings, Docker Swarm and Kubernetes.** Of 3 headline measures: ",
        "- Heal: one of three frontends is lost: kill, redundancy restored: Kubernetes is better.",
        "**With matched settings, Docker Swarm and Kubernetes.** Of 3 headline measures: ",
        "### How fast does it deploy and scale?",
        "### What can it not do?",
        f"- {WHOLE}",
        "Not asked in this run: How long are users hurt when a node dies?",
        "Each number is the median of the valid trials",
        "## Verdicts at a glance",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_markdown_of_few_trials_has_no_winner_in_its_sentences() -> None:
    specs = planned(blocks=1)
    text = markdown.page(run_of(specs), table(rows(specs)), ended(specs, {}), SCENARIOS)
    assert text.count(TOO_FEW) == 4
    assert "is better" not in text


def test_a_metric_without_a_unit_is_told_without_one() -> None:
    found = told(planned())
    balance = found.asked[-1].answers[0]
    assert sayings(balance)["jain_index_fresh"].figures.startswith("Docker Swarm 1.00, n = 8; ")
