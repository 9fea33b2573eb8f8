"""A sweep in reports: points are never mixed; curves show what was measured and foretold."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from made import made_run, preflight, row, run_of, spec, table
from matplotlib.figure import Figure

from seatrial.harness import registry
from seatrial.harness.derive import derive
from seatrial.harness.model import Delay, Settings
from seatrial.harness.record import LoadPlan, Metric, Run, Status, TrialSpec
from seatrial.reports.compare import view
from seatrial.reports.conditions import conditions
from seatrial.reports.curves import SIZES, curve, figures, logarithmic, places
from seatrial.reports.html import page, write
from seatrial.reports.parts import Record
from seatrial.reports.problems import Ending
from seatrial.reports.rows import measured
from seatrial.reports.sweeps import Curve, curves, spelled
from seatrial.reports.table import short
from seatrial.scenarios.node_failure import NodeFailure

NOTICE = "settings.notice_s"
SCENARIOS = {"node_failure": NodeFailure}
TARGETS = ("swarm", "k8s")
POINTS = (20.0, 40.0, 400.0)
REPEATS = 3


def trial(number: int, target: str, point: float | str, swept: str = NOTICE) -> TrialSpec:
    settings = Settings(notice_s=point) if swept == NOTICE and point else Settings()  # type: ignore[arg-type]
    more = {"swept": swept, "point": point, "settings": settings}
    return spec(number, target, "node_failure", "stop", **more)


TRIALS = tuple(
    trial(1 + n, target, point)
    for n, (target, point, _) in enumerate(
        (target, point, each) for target in TARGETS for point in POINTS for each in range(REPEATS)
    )
)


def site(target: str, point: float) -> object:
    """Swarm foretells its point, Kubernetes ten seconds less, and both a replacement of 5 s."""
    least = Delay("node_noticed", point - 10 * (target == "k8s"), f"noticed after {point:g} s")
    delays = (least, Delay("node_replaced", 5.0, "replaced after 5 s"))
    settings = {"grace": f"{point:g} s", "other": "1"}
    return preflight(target, swept=NOTICE, point=point, delays=delays, settings=settings)


def swept_run(trials: Sequence[TrialSpec] = TRIALS) -> Run:
    sites = tuple(site(target, point) for target in TARGETS for point in POINTS)
    return run_of(trials, preflights=sites, repeats=REPEATS)


def value(of: TrialSpec) -> float:
    """The point and 7, 8 or 9 s more on Swarm, the point alone on Kubernetes."""
    assert isinstance(of.point, float)
    return of.point + (7 + of.number % REPEATS if of.target == "swarm" else 0)


def metrics(trials: Sequence[TrialSpec] = TRIALS) -> pd.DataFrame:
    """As an earlier version wrote it: without columns for the sweep, which run.json has."""
    rows = [row(each, Metric("redundancy_restored", "s", value(each))) for each in trials]
    rows += [row(each, Metric("failed", "req", 12.0)) for each in trials]
    return table(rows)


def endings(run: Run) -> dict[int, Ending]:
    return {each.number: Ending(Status.FINISHED) for each in run.planned}


def found(run: Run, frame: pd.DataFrame) -> list[Curve]:
    seen = view(run, frame, endings(run), SCENARIOS)
    return list(curves(run, seen.sections, measured(frame), SCENARIOS))


@pytest.fixture
def restored() -> Curve:
    return {each.metric: each for each in found(swept_run(), metrics())}["redundancy_restored"]


def test_points_are_compared_apart() -> None:
    seen = view(swept_run(), metrics(), endings(swept_run()), SCENARIOS)
    assert [section.case.point for section in seen.sections] == [20, 40, 400]
    points = [section.title.partition(": stop, ")[2] for section in seen.sections]
    assert points == ["notice_s 20", "notice_s 40", "notice_s 400"]
    rows = [each for section in seen.sections for each in section.rows if each.unit == "s"]
    cells = [cell for each in rows for cell in each.cells]
    values = [cell.value.replace("\u00a0", " ") for cell in cells]
    assert values == ["28.0 s", "20.0 s", "48.0 s", "40.0 s", "408 s", "400 s"]
    assert {cell.count for cell in cells} == {"n\u00a0=\u00a03"}


def test_a_curve_has_every_trial_its_medians_and_the_floors_of_each_point(restored: Curve) -> None:
    assert restored.points == POINTS
    swarm, k8s = restored.lines
    assert (swarm.target, k8s.target) == TARGETS
    values = [sorted(spot.values) for spot in swarm.measured]
    assert values == [[27, 28, 29], [47, 48, 49], [407, 408, 409]]
    assert [spot.middle for spot in swarm.measured] == [(28, False), (48, False), (408, False)]
    assert swarm.floors == ((20, 25), (40, 45), (400, 405))
    assert k8s.floors == ((20, 15), (40, 35), (400, 395))


def test_a_metric_that_nothing_foretells_has_no_floor() -> None:
    failed = next(each for each in found(swept_run(), metrics()) if each.metric == "failed")
    assert [line.floors for line in failed.lines] == [(), ()]


def test_a_value_that_had_not_ended_is_more_than_it() -> None:
    frame = metrics()
    frame.loc[frame["target"] == "k8s", "censored"] = True
    made = next(each for each in found(swept_run(), frame) if each.metric == "redundancy_restored")
    assert "> 20.0 s at notice_s 20" in spelled(made)[1].replace("\u00a0", " ")
    assert "> " not in spelled(made)[0].replace("\u00a0", " ")


def test_words_tell_what_the_curve_shows(restored: Curve) -> None:
    swarm, k8s = (words.replace("\u00a0", " ") for words in spelled(restored))
    assert swarm.startswith("Docker Swarm, redundancy restored: 28.0 s at notice_s 20 (n = 3, ")
    assert "408 s at notice_s 400 (n = 3, predicted at least 405 s)" in swarm
    assert "40.0 s at notice_s 40 (n = 3, predicted at least 35.0 s)" in k8s


def test_every_size_is_one_described_drawing(restored: Curve) -> None:
    (drawn, _) = figures([restored, restored])
    assert list(drawn.drawings) == [size.name for size in SIZES]
    for drawing in drawn.drawings.values():
        root = ET.fromstring(drawing)  # noqa: S314 - made by this test
        assert root.attrib["role"] == "img"
        label = root.attrib["aria-label"]
        assert "taken for lost, in s (settings.notice_s)" in label
        assert "Docker Swarm, " in label and "Kubernetes, " in label  # noqa: PT018 - one label
        texts = {"".join(each.itertext()) for each in root.iter("text")}
        assert {"20", "40", "400"} <= texts


def test_a_drawing_has_a_dot_for_each_trial_and_dashes_for_the_floor(
    restored: Curve, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures_: list[Figure] = []

    def keep(figure: Figure, *_: str) -> str:
        figures_.append(figure)
        return ""

    monkeypatch.setattr("seatrial.reports.curves.svg.render", keep)
    curve("c", restored, SIZES[1])
    (axes,) = figures_[0].axes
    assert axes.get_xscale() == "log"
    dots = [line for line in axes.lines if line.get_marker() != "None"]
    assert len(dots) == len(TRIALS)
    drawn = [list(line.get_ydata()) for line in axes.lines if line.get_marker() == "None"]
    assert drawn == [[28, 48, 408], [25, 45, 405], [20, 40, 400], [15, 35, 395]]


@pytest.mark.parametrize(
    ("points", "wanted"),
    [((20, 40, 200), False), ((20, 201), True), ((0, 500), False), (("a", "b"), False)],
)
def test_only_points_far_apart_lie_on_a_logarithmic_axis(
    points: tuple[float | str, ...], *, wanted: bool
) -> None:
    assert logarithmic(points) is wanted


def test_words_lie_one_after_the_other() -> None:
    assert places(("start-first", "stop-first")) == {"start-first": 0, "stop-first": 1}
    assert places((3.0, 24.0)) == {3.0: 3, 24.0: 24}


def test_a_setting_of_words_is_drawn() -> None:
    words = ("start-first", "stop-first")
    trials = [trial(n, "swarm", word, "settings.order") for n, word in enumerate(words, 1)]
    rows = [row(each, Metric("outage", "s", float(each.number))) for each in trials]
    (made,) = found(run_of(trials), table(rows))
    assert made.points == words
    assert "stop-first" in curve("c", made, SIZES[0])


def test_the_table_and_problems_tell_points_apart() -> None:
    trials = TRIALS[:REPEATS] + TRIALS[3 * REPEATS : 4 * REPEATS]
    frame = metrics(trials)
    frame.loc[frame["trial"] == 1, ["valid", "reason"]] = [False, "it was late"]
    text = short(swept_run(trials), frame, 200, SCENARIOS)
    assert "node failure stop notice_s 20 stock" in text
    assert "trial 1, Docker Swarm, node failure stop notice_s 20 stock: it was late" in text


def test_the_page_has_the_curves_and_what_was_read_back_at_each_point() -> None:
    run = swept_run()
    ended = [Record(each, Ending(Status.FINISHED), None, ()) for each in TRIALS]
    text = page(run, metrics(), ended, SCENARIOS)
    assert "408\u00a0s at notice_s\u00a0400" in text
    assert len(re.findall(r'<article id="curve-\d+">', text)) == 2
    assert 'href="#sweeps"' in text
    (swarm, _) = conditions(run).sites
    assert [(words, dict(pairs)) for words, pairs in swarm.settings] == [
        ("stock, notice_s 20", {"grace": "20 s", "other": "1"}),
        ("stock, notice_s 40", {"grace": "40 s"}),
        ("stock, notice_s 400", {"grace": "400 s"}),
    ]
    plan = dict(conditions(run).plan)
    assert plan["Swept: settings.notice_s"] == "20, 40 and 400, in node failure"
    assert not [key for key in plan if key.startswith("Not as")]


def test_loads_of_a_swept_rate_are_told_apart() -> None:
    trials = [
        replace(trial(n, "swarm", rate, "load.rate_per_s"), load=LoadPlan(rate))
        for n, rate in enumerate((50.0, 100.0), 1)
    ]
    titles = [load.title for load in conditions(run_of(trials)).loads]
    assert titles == ["Load of node failure rate_per_s 100", "Load of node failure rate_per_s 50"]


def test_a_run_without_a_sweep_has_no_curves() -> None:
    trials = [spec(n, target, "node_failure", "stop") for n, target in enumerate(TARGETS, 1)]
    frame = table([row(each, Metric("outage", "s", 1.0)) for each in trials])
    assert found(run_of(trials), frame) == []
    assert 'id="sweeps"' not in page(run_of(trials), frame, [], SCENARIOS)


def test_a_run_from_before_there_were_sweeps_derives_and_reports(tmp_path: Path) -> None:
    folder = made_run(tmp_path)
    _age(folder / "run.json", "preflights", "planned")
    for path in folder.glob("trials/*/trial.json"):
        _age(path, "spec")
    derive(folder, registry.scenarios())
    assert 'id="sweeps"' not in write(folder, registry.scenarios()).read_text()


def _age(path: Path, *keys: str) -> None:
    """Take what is new out of a recorded file."""
    told = json.loads(path.read_text())
    for key in keys:
        for each in told[key] if isinstance(told[key], list) else [told[key]]:
            for new in ("swept", "point", "replicas"):
                each.pop(new, None)
    path.write_text(json.dumps(told))
