"""Verdicts where readers meet them: the page, the table and the Markdown report."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from contested import contested, planned, rows
from made import SCENARIOS, row, run_of, spec, table
from test_report_html import parsed

from seatrial.harness import registry
from seatrial.harness.model import Delay
from seatrial.harness.record import Metric, Status, TrialSpec
from seatrial.harness.verdicts import Verdict
from seatrial.reports import html, markdown
from seatrial.reports.compare import view
from seatrial.reports.contests import Bout, bouts
from seatrial.reports.medians import middle
from seatrial.reports.problems import Ending
from seatrial.reports.rows import measured
from seatrial.reports.table import short

WHY = "Lower is better; the medians differ by more than 10%, and neither the interval nor the test"


def endings(specs: list[TrialSpec], **others: Ending) -> dict[int, Ending]:
    return {s.number: others.get(f"t{s.number}", Ending(Status.FINISHED)) for s in specs}


def seen(specs: list[TrialSpec], **others: Ending) -> tuple[Bout, ...]:
    metrics = table(rows(specs))
    made = view(run_of(specs), metrics, endings(specs, **others), SCENARIOS)
    return bouts(made.sections, metrics, SCENARIOS)


def text_of(specs: list[TrialSpec], **others: Ending) -> str:
    ended = endings(specs, **others)
    said = markdown.page(run_of(specs, repeats=8), table(rows(specs)), ended, SCENARIOS)
    return said.replace("\u00a0", " ")


def test_a_bout_names_who_is_better() -> None:
    (bout,) = seen(planned())
    lines = {line.metric: line for line in bout.lines}
    assert list(lines) == ["outage", "failed", "redundancy_restored"]
    restored = lines["redundancy_restored"]
    assert (restored.verdict, restored.said) == (Verdict.WORSE, "Kubernetes is better")
    assert (restored.delta, restored.p) == ("1.00", "0.023")
    assert restored.ratio.startswith("4.04 (3.")
    assert bout.won(Verdict.SAME) == ("outage",)


def test_profiles_never_meet() -> None:
    found = seen(planned(profiles=("stock", "matched")))
    assert {bout.case.profile for bout in found} == {"stock", "matched"}
    assert len(found) == 2


def test_a_trial_whose_record_is_lost_takes_its_block_with_it() -> None:
    lost = {f"t{n}": Ending(Status.INTERRUPTED, "lost") for n in (1, 4, 5, 8)}
    (bout,) = seen(planned(), **lost)
    assert not bout.judged
    assert "Blocks with one valid trial of each: 4; 5 are needed." in bout.lines[0].reason


def test_a_ratio_to_nothing_is_called_infinite() -> None:
    specs = planned()
    rows = [row(s, Metric("failed", "req", 30.0 * (s.target == "swarm"))) for s in specs]
    made = view(run_of(specs), table(rows), endings(specs), SCENARIOS)
    (bout,) = bouts(made.sections, table(rows), SCENARIOS)
    assert bout.lines[0].ratio.replace("\u00a0", " ") == "infinite (infinite to infinite)"
    assert bout.lines[0].said == "Kubernetes is better"


def test_the_page_has_a_table_of_verdicts_for_each_profile(tmp_path: Path) -> None:
    contested(tmp_path, planned(profiles=("stock", "matched")))
    specs = planned(profiles=("stock", "matched"))
    ended = endings(specs)
    metrics, run = table(rows(specs)), run_of(specs, repeats=8)
    records = [html.Record(s, ended[s.number], None, ()) for s in specs]
    text = html.page(run, metrics, records, SCENARIOS)
    said = " ".join(parsed(text).text.replace("\u00a0", " ").split())
    for profile in ("stock", "matched"):
        assert f"Heal: one of three frontends is lost: kill {profile} settings Measure" in said
    assert text.count("<td>Kubernetes is better</td>") == 2
    assert WHY in said


def test_few_trials_are_told_once_in_the_page_and_not_in_the_table() -> None:
    specs = planned(blocks=1)
    records = [html.Record(s, Ending(Status.FINISHED), None, ()) for s in specs]
    page = html.page(run_of(specs), table(rows(specs)), records, SCENARIOS)
    assert "There are none: no kind of trial has 5 blocks" in page
    assert "no verdict" not in short(run_of(specs), table(rows(specs)), 100, SCENARIOS)


@pytest.mark.parametrize("width", [60, 100])
def test_the_terminal_has_a_table_of_verdicts(width: int) -> None:
    specs = planned()
    text = short(run_of(specs), table(rows(specs)), width, SCENARIOS)
    assert text.isascii()
    assert "Kubernetes is" in text
    assert "4.04 (3.94 to 4.13)" in text or width < 100
    assert all(len(line) <= width for line in text.splitlines() if line.startswith(("|", "+")))


def cells(text: str, start: str) -> Iterator[list[str]]:
    """The table rows whose first cell begins so."""
    for line in text.splitlines():
        if line.startswith(f"| {start}"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def test_markdown_has_a_row_a_measure_with_interval_and_number() -> None:
    text = text_of(planned())
    numbers, verdict = cells(text, "redundancy restored")
    assert numbers[1:3] == ["7.04 s (6.99 to 7.10), n = 8", "1.75 s (1.69 to 1.80), n = 8"]
    assert verdict[4] == "Kubernetes is better"
    assert WHY in verdict[5]
    (glance,) = cells(text, "Heal: one of three frontends is lost: kill")
    assert glance[1:] == ["-", "redundancy restored", "outage", "failed"]


def test_markdown_says_where_when_and_how() -> None:
    text = text_of(planned(profiles=("matched", "stock")))
    parts = [
        "# Sea trials of Docker Swarm and Kubernetes",
        "2023-11-14 22:13 UTC",
        "## Verdicts at a glance",
        "| cores | 2 |",
        "| kernel | 6.1 |",
        "Versions: engine 1.2.3",
        "## Results with stock settings",
        "## Results with matched settings",
        "None: every planned trial was finished and valid.",
        "seatrial run quick --seed 7",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_markdown_tables_have_as_many_cells_in_every_row() -> None:
    text = text_of(planned(), t3=Ending(Status.FAILED, "a | b"))
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1


def test_markdown_groups_what_ended_alike_and_keeps_words_words() -> None:
    cannot = Ending(Status.UNSUPPORTED, "no <b>such</b> thing | *here*")
    text = text_of(planned(), t1=cannot, t3=cannot)
    (line,) = cells(text, "self heal kill stock")
    assert line[2] == "unsupported: the orchestrator cannot do it"
    assert line[3] == r"no \<b>such\</b> thing \| \*here\*"
    assert line[4] == "1 and 3"


def test_markdown_tells_predicted_floors() -> None:
    specs = planned()
    run = run_of(specs)
    delay = Delay("crash_replaced", 5.0, "restart delay 5 s", "--restart-delay")
    sites = tuple(replace(site, delays=(delay,)) for site in run.preflights)
    made = replace(run, preflights=sites)
    text = markdown.page(made, table(rows(specs)), endings(specs), SCENARIOS)
    said = text.replace("\u00a0", " ")
    floor = (
        "- Predicted floor of redundancy restored, Docker Swarm: At least 5.00 s by its settings"
    )
    assert floor in said
    assert "Kubernetes: At least 5.00 s" in said
    assert "Not understood: under its predicted floor" in said


def test_markdown_says_why_there_is_no_verdict() -> None:
    text = text_of(planned(blocks=3))
    assert "There are none: no kind of trial has 5 blocks" in text
    assert "- No verdict. Blocks with one valid trial of each: 3; 5 are needed." in text
    assert "(6.99 to 7.05, 75%), n = 3" in text


def test_markdown_is_written_into_the_run_directory_by_its_name(tmp_path: Path) -> None:
    contested(tmp_path, planned())
    path = registry.report("markdown")(tmp_path, SCENARIOS)
    assert path == tmp_path / "report.md"
    assert "the run ended before this trial" in (tmp_path / "report.md").read_text()


def test_a_variant_that_is_a_number_is_still_a_name(tmp_path: Path) -> None:
    specs = [spec(1, "swarm", "scale", "6"), spec(2, "k8s", "scale", "6")]
    contested(tmp_path, specs)
    assert set(html.read_metrics(tmp_path)["variant"]) == {"6"}


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ([Metric("x", "s", 0.66, 0.64, 0.68)], "0.660 s (0.640 to 0.680), n = 1"),
        ([Metric("x", "s", 2.0, censored=True)], "> 2.00 s, n = 1"),
        ([Metric("x", "s", float(n)) for n in range(1, 6)], "3.00 s (1.00 to 5.00, 94%), n = 5"),
        (
            [Metric("x", "s", float(n), censored=n > 2) for n in range(1, 7)],
            "> 3.50 s (1.00 or more), n = 6",
        ),
        ([Metric("x", "req", 3.0)] * 6, "3 req, n = 6"),
        ([Metric("x", "s", None, reason="never")], ""),
    ],
)
def test_a_median_in_words(metrics: list[Metric], said: str) -> None:
    specs = [spec(n, "swarm", "x") for n in range(len(metrics))]
    found = measured(table([row(s, m) for s, m in zip(specs, metrics, strict=True)]))
    assert middle(found).replace("\u00a0", " ") == said
