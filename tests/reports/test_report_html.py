"""The written report: one well-formed file, the same each time, that asks for nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from made import KILL, SCENARIOS, made_run, preflight, record, row, run_of, spec, table

from seatrial.harness.errors import MeasurementError
from seatrial.harness.record import Metric, Status
from seatrial.harness.recorder import write_run
from seatrial.reports.html import write

VOID = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)> $\\frac{1}{0}$ {{ 7*7 }} &amp;'


@dataclass
class Tag:
    """An element as it was opened."""

    name: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    """A parser that insists on closed elements and keeps what it saw."""

    tags: list[Tag] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def named(self, *names: str) -> Iterator[Tag]:
        return (tag for tag in self.tags if tag.name in names)

    def all(self, attribute: str) -> list[str]:
        return [t.attributes[attribute] for t in self.tags if attribute in t.attributes]


def parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    assert not page.open
    return page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def text(folder: Path) -> str:
    return write(folder, SCENARIOS).read_text()


def test_two_writes_are_the_same_to_the_byte(folder: Path, text: str) -> None:
    assert write(folder, SCENARIOS).read_bytes() == text.encode()


def test_it_is_written_into_the_run_directory(folder: Path) -> None:
    assert write(folder, SCENARIOS) == folder / "report.html"


def test_it_asks_for_nothing_from_anywhere(text: str) -> None:
    assert "http://" not in text
    assert "https://" not in text
    page = parsed(text)
    assert not page.all("src")
    assert not list(page.named("script", "link", "iframe", "object", "embed", "base", "form"))
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))
    policy = next(t for t in page.named("meta") if "http-equiv" in t.attributes)
    assert policy.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_names_are_unique_and_links_lead_somewhere(folder: Path, text: str) -> None:
    page = parsed(text)
    names = Counter(page.all("id"))
    assert set(names.values()) == {1}
    assert set(re.findall(r"url\(#([^)]*)\)", text)) <= names.keys()
    for link in page.all("href"):
        assert link[1:] in names if link.startswith("#") else (folder / unquote(link)).is_file()


def test_every_chart_is_well_formed_and_has_a_text_alternative(text: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) == 6
    for chart in charts:
        root = ET.fromstring(chart)  # noqa: S314 - made by this test
        assert root.attrib["role"] == "img"
        label = root.attrib["aria-label"]
        assert "Docker Swarm, trial" in label
        assert "Kubernetes, trial" in label
        assert "Asked for: " in label


def test_tables_have_headers_with_scope(text: str) -> None:
    page = parsed(text)
    assert all("scope" in header.attributes for header in page.named("th"))
    assert {"row", "col", "rowgroup"} <= {h.attributes["scope"] for h in page.named("th")}


def test_it_says_all_that_it_must_in_order(text: str) -> None:
    said = " ".join(parsed(text).text.replace("\u00a0", " ").split())
    parts = [
        "Sea trials of Docker Swarm and Kubernetes",
        "2023-11-14 22:13 UTC",
        "No winner is declared: 1 valid trial of each.",
        "By a port of each node.",
        "Nothing fell back.",
        "Failed requests by their rate",
        "Drawn: trial 1 of Docker Swarm and trial 4 of Kubernetes, the first valid one of each.",
        "Evidence",
        "None: every planned trial was finished and valid.",
        "seatrial run quick --seed 7",
        "Settings read from the cluster",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_numbers_stay_with_their_units(text: str) -> None:
    said = parsed(text).text
    assert re.search(r"0\.110\u00a0s", said)
    assert not re.search(r"\d (?:s|ms|req)\b", said)


def test_it_stays_small(text: str) -> None:
    assert len(text) < 600_000


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    """From a reason, an exposure, a note, the command, an act and a failure's class."""
    good = replace(
        KILL,
        acts=((3.0, "kill", "a"), (3.5, HOSTILE, "b")),
        faults=(replace(KILL.faults[0], error=HOSTILE),),
        evidence={"<b>.txt": HOSTILE},
    )
    bad = replace(KILL, spec=spec(2, HOSTILE, "self_heal", "kill"), valid=False, reason=HOSTILE)
    bad = replace(bad, spec=replace(bad.spec, target="<i>"))
    sites = (
        preflight("swarm", exposure=HOSTILE, fallbacks=(HOSTILE,), settings={HOSTILE: HOSTILE}),
    )
    run = run_of(
        [good.spec, bad.spec], preflights=sites, notes={"swarm": (HOSTILE,)}, command=HOSTILE
    )
    page = parsed(write(record(tmp_path, run, [good, bad]), SCENARIOS).read_text())
    assert not list(page.named("script", "img", "i", "b.txt"))
    assert not [name for tag in page.tags for name in tag.attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 8
    assert "49" not in re.findall(r"\$ (\S+) &", page.text)
    for chart in re.findall(r"<svg.*?</svg>", (tmp_path / "report.html").read_text(), re.DOTALL):
        ET.fromstring(chart)  # noqa: S314 - made by this test


def test_a_fake_target_is_announced_at_the_top(tmp_path: Path) -> None:
    fake = replace(KILL, spec=spec(1, "fake", "self_heal", "kill"))
    text = write(record(tmp_path, run_of([fake.spec]), [fake]), SCENARIOS).read_text()
    banner = "Made with the test double FakeTarget: these are not measurements of an orchestrator"
    assert text.index(banner) < text.index("<nav")
    assert "Docker Swarm" not in text
    assert "Kubernetes" not in text


def test_a_truncated_run_is_still_reported(tmp_path: Path) -> None:
    """One trial was killed in the middle, one record is damaged, one trial was never begun."""
    lost = replace(KILL, spec=spec(2, "swarm", "deploy"), seconds=0, status=Status.INTERRUPTED)
    broken = replace(KILL, spec=spec(3, "k8s", "deploy"))
    planned = [KILL.spec, lost.spec, broken.spec, spec(4, "k8s", "self_heal", "kill")]
    record(tmp_path, run_of(planned), [KILL, lost, broken])
    (tmp_path / "trials" / broken.spec.slug / "trial.json").write_text("{")
    said = parsed(write(tmp_path, SCENARIOS).read_text()).text
    assert "its record cannot be read" in said
    assert "the run ended before this trial" in said
    assert "Kubernetes has no valid trial to draw." in said


def test_a_run_without_any_trial_is_still_reported(tmp_path: Path) -> None:
    write_run(tmp_path, run_of([KILL.spec], preflights=()))
    table([row(KILL.spec, Metric("", "", None), valid=False)]).to_csv(
        tmp_path / "metrics.csv", index=False
    )
    said = parsed(write(tmp_path, SCENARIOS).read_text()).text
    assert "No target was looked at before the run ended." in said


def test_a_run_without_metrics_says_what_to_do(tmp_path: Path) -> None:
    write_run(tmp_path, run_of([KILL.spec]))
    with pytest.raises(MeasurementError, match="run `seatrial derive"):
        write(tmp_path, SCENARIOS)
