"""The sliders in a real browser: what a reader sees after moving them is what Python comes to."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_report_browser import DARK, FLAGS, LIGHT, PAPER, PROBE, Chromium
from weighed import KEYS, page, planned, told

from seatrial.reports.decision import Decision, decide, figure, signed

SPECS = planned(profiles=("stock", "matched"))
MOVES = (
    (1.0, 1.0, 1.0, 1.0),
    (4.0, 1.0, 1.0, 0.0),
    (4.25, 1.0, 1.0, 1.0),
    (0.0, 0.0, 0.0, 0.0),
    (1.0, 0.25, 0.5, 5.0),
    (1.0, 0.0, 1.0, 1.0),
)
SLIDE = """<!doctype html><body style="margin:0">
<iframe style="border:0;width:{width}px;height:800px" srcdoc="{page}"></iframe><pre></pre><script>
const frame = document.querySelector("iframe"), moves = {moves};
frame.onload = () => {{
  const page = frame.contentDocument;
  const texts = (name) => [...page.querySelectorAll(name)].map((each) => each.textContent);
  const told = () => ({{
    said: texts("#decision .said"), firm: texts("#decision .firm"), sums: texts(".sum"),
    steps: [...page.querySelectorAll("#decision tbody tr")].map(
      (row) => [...row.cells].slice(3).map((cell) => cell.textContent)),
  }});
  const found = {{hidden: page.getElementById("weights").hidden, before: told()}};
  const sliders = [...page.querySelectorAll("#weights input")];
  found.after = moves.map((weights) => {{
    sliders.forEach((slider, place) => {{
      slider.value = weights[place];
      slider.dispatchEvent(new frame.contentWindow.Event("input"));
    }});
    return told();
  }});
  found.outputs = texts("#weights output");
  page.querySelectorAll("details").forEach((each) => {{ each.open = true; }});
  found.width = page.documentElement.scrollWidth;
  found.requests = frame.contentWindow.performance.getEntriesByType("resource").length;
  document.querySelector("pre").textContent = JSON.stringify(found);
}};
</script>"""


@pytest.fixture
def browser(tmp_path: Path) -> Chromium:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    assert binary, "Chromium is missing: run `lab/setup --tests`."
    return Chromium(binary, tmp_path / "browser")


@pytest.fixture(scope="module")
def text() -> str:
    return page(SPECS)


def slid(browser: Chromium, text: str, width: int) -> tuple[dict[str, object], str]:
    """What the page shows as its sliders move, and what the browser complained of."""
    place = browser.home.with_name("slide.html")
    place.write_text(SLIDE.format(width=width, page=html.escape(text), moves=json.dumps(MOVES)))
    flags = (f"--user-data-dir={browser.home}", f"--window-size={max(width, 500)},900")
    command = [browser.binary, *FLAGS, *flags, "--enable-logging=stderr", "--dump-dom"]
    done = subprocess.run(
        [*command, place.as_uri()], capture_output=True, text=True, timeout=90, check=True
    )
    dom = re.search(r"<pre>(.*?)</pre>", done.stdout, re.DOTALL)
    assert dom
    assert dom[1], done.stderr
    return json.loads(html.unescape(dom[1])), done.stderr


def shown(found: Decision) -> dict[str, object]:
    """What the page has to show of a decision."""
    steps = [step for outcome in found.outcomes for step in outcome.steps]
    return {
        "said": [outcome.said for outcome in found.outcomes],
        "firm": [outcome.firm for outcome in found.outcomes],
        "sums": [signed(outcome.total) for outcome in found.outcomes],
        "steps": [
            [figure(s.weight), signed(s.part), str(s.flip or "no weight does")] for s in steps
        ],
    }


@pytest.mark.parametrize("width", [360, 1920])
def test_sliders_come_to_what_the_same_weights_come_to_in_python(
    browser: Chromium, text: str, width: int
) -> None:
    found, complaints = slid(browser, text, width)
    asked = told(SPECS).asked
    assert found["hidden"] is False
    assert found["before"] == shown(decide(asked, {}))
    wanted = [shown(decide(asked, dict(zip(KEYS, weights, strict=True)))) for weights in MOVES]
    assert found["after"] == wanted
    assert found["outputs"] == [figure(weight) for weight in MOVES[-1]]
    assert len({str(each["said"]) for each in wanted}) > 3
    assert (found["width"], found["requests"]) == (width, 0)
    assert "CONSOLE" not in complaints


@pytest.mark.parametrize(("width", "scheme"), [(360, LIGHT), (768, LIGHT), (1920, DARK)])
def test_the_head_of_a_page_scrolls_nowhere_and_no_label_of_the_forest_meets_another(
    browser: Chromium, text: str, width: int, scheme: int
) -> None:
    probe = browser.home.with_name("probe.html")
    probe.write_text(PROBE.format(width=width, page=html.escape(text)))
    size = f"--window-size={max(width, 500)},900"
    looks = f"--blink-settings=preferredColorScheme={scheme}"
    dom = browser.run(probe, size, looks, "--dump-dom")
    said = re.search(r"<pre>(.*?)</pre>", dom, re.DOTALL)
    assert said
    assert json.loads(html.unescape(said[1])) == {
        "width": width,
        "paper": PAPER[scheme],
        "charts": 2,
        "outside": [],
        "overlapping": [],
    }


def test_a_page_with_sliders_prints(browser: Chromium, text: str, tmp_path: Path) -> None:
    place, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    place.write_text(text)
    browser.run(place, f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF")
