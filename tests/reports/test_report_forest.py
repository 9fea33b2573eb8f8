"""The forest: every ratio once, apart by profile, told apart by shape, on an axis one can read."""

import math
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from contested import planned as contested
from hypothesis import given
from hypothesis import strategies as st
from made import SCENARIOS, row, run_of, table
from matplotlib.figure import Figure
from test_report_html import parsed
from weighed import ended, fought, page, planned

from seatrial.harness.effects import Ratio
from seatrial.harness.record import Metric
from seatrial.harness.verdicts import Verdict
from seatrial.reports.charts import SIZES
from seatrial.reports.compare import view
from seatrial.reports.contests import bouts
from seatrial.reports.forest import figures, forest, mark
from seatrial.reports.numbers import NBSP
from seatrial.reports.ratios import MORE, Forest, forests, spelled
from seatrial.reports.scales import PAD, ROOM, span, ticks

RATIOS = st.floats(1e-6, 1e6).map(lambda value: Ratio(value, value / 2, value * 3))


def drawn(shown: Forest, monkeypatch: pytest.MonkeyPatch) -> Figure:
    """The figure as it is when it becomes a drawing."""
    kept: list[Figure] = []

    def keep(figure: Figure, *_: str) -> str:
        kept.append(figure)
        return ""

    monkeypatch.setattr("seatrial.reports.forest.svg.render", keep)
    forest("f", shown, SIZES[1])
    return kept[0]


def endless() -> Forest:
    """Of requests that failed on one target only, which no ratio has a number for."""
    specs = contested()
    frame = table([row(s, Metric("failed", "req", 30.0 * (s.target == "swarm"))) for s in specs])
    seen = view(run_of(specs), frame, ended(specs, {}), SCENARIOS)
    (found,) = forests(bouts(seen.sections, frame, SCENARIOS))
    return found


def test_every_finding_is_a_row_and_profiles_are_apart() -> None:
    found = forests(fought(planned(profiles=("matched", "stock"))))
    assert [each.profile for each in found] == ["stock", "matched"]
    for each in found:
        assert [len(kind.effects) for kind in each.kinds] == [2, 3, 3, 3]
        assert len(each.rows) == 4 + 11
    assert found[0].title == "Docker Swarm / Kubernetes, stock settings"


def test_where_more_is_better_the_label_says_so() -> None:
    (found,) = forests(fought(planned()))
    labels = {effect.metric: effect.label for effect in found.effects}
    assert labels["least_ready"] == f"least ready {MORE}"
    assert labels["outage"] == "outage"


def test_words_have_every_ratio_with_its_verdict() -> None:
    (found,) = forests(fought(planned()))
    words = [each.replace(NBSP, " ") for each in spelled(found)]
    assert words[7] == (
        "self heal kill, redundancy restored: 4.04 (3.94 to 4.13), Kubernetes is better."
    )
    assert len(words) == 11


def test_verdicts_have_shapes_of_their_own() -> None:
    (found,) = forests(fought(planned()))
    verdicts = (Verdict.BETTER, Verdict.WORSE, Verdict.SAME, Verdict.INCONCLUSIVE)
    assert len({mark(verdict, found).marker for verdict in verdicts}) == 4


def test_every_size_is_one_described_drawing() -> None:
    (found,) = figures(forests(fought(planned())))
    assert found.anchor == "forest-stock-swarm-k8s"
    assert list(found.drawings) == [size.name for size in SIZES]
    for drawing in found.drawings.values():
        root = ET.fromstring(drawing)  # noqa: S314 - made by this test
        assert root.attrib["role"] == "img"
        assert "redundancy restored: 4.04" in root.attrib["aria-label"]
        texts = {"".join(each.itertext()) for each in root.iter("text")}
        assert {"self heal kill", "redundancy restored", "1", "ratio of medians"} <= texts
    wide = str(found.drawings["wide"]).replace(NBSP, " ")
    assert wide.count(">4.04 (3.94 to 4.13)<") == 1


def test_a_drawing_has_an_interval_and_a_mark_for_each_ratio(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (found,) = forests(fought(planned()))
    (axes,) = drawn(found, monkeypatch).axes
    assert axes.get_xscale() == "log"
    marks = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert len(marks) == 11
    assert [marks[0], marks[2], marks[6], marks[7]] == ["o", "s", "x", "D"]
    lines = [line for line in axes.lines if line.get_marker() == "None"]
    assert len(lines) == 11 + 1  # and the one at 1
    restored = found.effects[7].ratio
    ends = [list(line.get_xdata()) for line in lines]
    assert [restored.low, restored.high] in ends


def test_a_ratio_without_end_has_an_arrow_at_the_axis_end(monkeypatch: pytest.MonkeyPatch) -> None:
    found = endless()
    assert math.isinf(found.effects[0].ratio.value)
    (axes,) = drawn(found, monkeypatch).axes
    marks = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert marks == ["D", ">"]
    _, right = axes.get_xlim()
    assert all(
        line.get_xdata() == pytest.approx([right])
        for line in axes.lines
        if line.get_marker() == "D"
    )


@given(st.lists(RATIOS, max_size=6))
def test_an_axis_has_room_for_the_margin_and_all_that_can_be_drawn(ratios: list[Ratio]) -> None:
    low, high = span(ratios)
    assert low <= 1 / ROOM / PAD * 1.001
    assert high >= ROOM * PAD / 1.001
    assert all(low < each.low and each.high < high for each in ratios)
    endless = Ratio(math.inf, 0.0, math.inf)
    assert span([*ratios, endless]) == (low, high)


@pytest.mark.parametrize("size", SIZES)
@given(ratios=st.lists(RATIOS, max_size=6))
def test_ticks_are_round_have_1_among_them_and_do_not_meet(
    size: object, ratios: list[Ratio]
) -> None:
    ends, inner = span(ratios), 150.0
    found = ticks(ends, inner, size)  # type: ignore[arg-type]
    assert 1 in found
    assert found == sorted(found)
    assert all(ends[0] <= tick <= ends[1] for tick in found)
    scale = inner / math.log(ends[1] / ends[0])
    for one, two in pairwise(found):
        wide = (len(f"{one:g}") + len(f"{two:g}")) / 2 * size.font * 0.6  # type: ignore[attr-defined]
        assert math.log(two / one) * scale > wide


def test_a_run_without_a_finding_says_so_and_draws_nothing() -> None:
    text = page(planned(blocks=1))
    assert "There is no ratio to draw" in parsed(text).text
    assert "<svg" not in text
    assert forests(fought(planned(blocks=1))) == ()
