"""The report in a real browser: on a phone, on a wide screen, in the dark and in print."""

import html
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from made import SCENARIOS, made_run

from seatrial.reports.html import write

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--hide-scrollbars",
)
DARK, LIGHT = 0, 1
PAPER = {LIGHT: "rgb(255, 255, 255)", DARK: "rgb(20, 23, 26)"}
PROBE = """<!doctype html><meta name="color-scheme" content="light dark"><body style="margin:0">
<iframe style="border:0;width:{width}px;height:800px" srcdoc="{page}"></iframe><pre></pre><script>
const frame = document.querySelector("iframe");
frame.onload = () => {{
  const page = frame.contentDocument, found = {{outside: [], overlapping: []}};
  const within = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1
    && a.bottom <= b.bottom + 1;
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2
    && b.top < a.bottom - 2;
  found.width = page.documentElement.scrollWidth;
  found.paper = frame.contentWindow.getComputedStyle(page.body).backgroundColor;
  const box = element => element.getBoundingClientRect();
  const charts = [...page.querySelectorAll("svg")].filter(svg => box(svg).width);
  found.charts = charts.length;
  for (const svg of charts) {{
    const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, box(text)]);
    const whole = box(svg);
    for (const [words, a] of texts) if (!within(a, whole)) found.outside.push(words);
    texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([two, b]) => {{
      if (meet(a, b)) found.overlapping.push(one + " | " + two);
    }}));
  }}
  document.querySelector("pre").textContent = JSON.stringify(found);
}};
</script>"""


@dataclass(frozen=True)
class Chromium:
    """A browser with a folder of its own."""

    binary: str
    home: Path

    def run(self, page: Path, *flags: str) -> str:
        profile = f"--user-data-dir={self.home}"
        command = [self.binary, *FLAGS, profile, *flags, page.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
        return done.stdout


@pytest.fixture
def chromium(tmp_path: Path) -> Chromium:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    assert binary, "Chromium is missing: run `lab/setup --tests`."
    return Chromium(binary, tmp_path / "browser")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(made_run(tmp_path_factory.mktemp("run")), SCENARIOS)


@pytest.mark.parametrize(("width", "scheme"), [(360, LIGHT), (768, LIGHT), (1400, DARK)])
def test_nothing_scrolls_sideways_is_clipped_or_overlaps(
    chromium: Chromium, report: Path, width: int, scheme: int
) -> None:
    """At the widths of a phone and a tablet in the light, of a wide screen in the dark."""
    probe = chromium.home.with_name("probe.html")
    probe.write_text(PROBE.format(width=width, page=html.escape(report.read_text())))
    size = f"--window-size={max(width, 500)},900"
    dom = chromium.run(probe, size, f"--blink-settings=preferredColorScheme={scheme}", "--dump-dom")
    told = re.search(r"<pre>(.*?)</pre>", dom, re.DOTALL)
    assert told
    found = json.loads(html.unescape(told[1]))
    assert found == {
        "width": width,
        "paper": PAPER[scheme],
        "charts": 3,
        "outside": [],
        "overlapping": [],
    }


def test_the_file_itself_opens_and_prints(chromium: Chromium, report: Path, tmp_path: Path) -> None:
    dom = chromium.run(report, "--dump-dom")
    assert "How it was measured" in dom
    paper = tmp_path / "report.pdf"
    chromium.run(report, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")
