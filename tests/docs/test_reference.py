"""The reference says what the code says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest
from support.documents import ROOT, spans

from seatrial.harness import capability, registry
from seatrial.harness.errors import UsageError
from seatrial.harness.plan import LoadTable, ScenarioTable, SettingsTable, Suite
from seatrial.harness.record import Run
from seatrial.harness.scenario import Dimensioned, Scenario
from seatrial.harness.sweep import SETTINGS
from seatrial.reports.reference import pages, regions
from seatrial.reports.reference.__main__ import main
from seatrial.reports.reference.fields import Told, told

pytestmark = pytest.mark.timeout(400)

DOCS = ROOT / "docs"
HOWTO = DOCS / "howto"
BEGIN = "<!-- made by `make docs`: "
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
SOMETIMES = {
    *("calibration.json", "resumed.jsonl", "lock"),
    "trials/<slug>/samples.arrow",
}
"""Of the files of a run, those that a run without a command and a kill has not."""


def cells(document: Path, heading: str) -> set[str]:
    """What is named in the first column below that heading."""
    _, _, rest = document.read_text().partition(f"\n{heading}\n")
    return set(FIRST_CELL.findall(rest.partition("\n## ")[0]))


def test_what_is_made_from_the_code_is_as_the_code_has_it() -> None:
    out_of_date = [str(path.relative_to(ROOT)) for path, _ in pages.stale(DOCS)]
    assert not out_of_date, f"{', '.join(out_of_date)}: run `make docs` and commit what it changed"


def test_every_key_of_a_suite_file_is_told_what_it_is() -> None:
    for table, model in {"": Suite, "load": LoadTable, "scenarios": ScenarioTable}.items():
        for name, key in model.model_fields.items():
            assert key.description or f"{table}.{name}" in SETTINGS, name
    assert {f"settings.{name}" for name in SettingsTable.model_fields} <= SETTINGS.keys()


@pytest.mark.parametrize("name", sorted(registry.scenarios()))
def test_headlines_and_units_are_of_metrics_that_have_a_meaning(name: str) -> None:
    scenario = registry.scenarios()[name]
    units = scenario.units if isinstance(scenario, Dimensioned) else {}
    assert scenario.better.keys() | units.keys() <= scenario.meanings.keys()


def test_every_file_of_a_run_is_in_the_reference(sailed: Path) -> None:
    told_of = cells(DOCS / "reference" / "run-directory.md", "## Files")
    patterns = {name: name.replace("<slug>", "*") + "*" * name.endswith("/") for name in told_of}
    there = [str(path.relative_to(sailed)) for path in sailed.rglob("*") if path.is_file()]
    untold = [name for name in there if not any(fnmatch(name, p) for p in patterns.values())]
    assert untold == []
    never = {n for n, p in patterns.items() if not any(fnmatch(name, p) for name in there)}
    assert never <= SOMETIMES


def test_every_capability_is_in_the_guide_to_targets() -> None:
    protocols = {
        name
        for name, each in vars(capability).items()
        if getattr(each, "_is_protocol", False) and each.__module__ == capability.__name__
    }
    assert cells(HOWTO / "add-a-target.md", "## What else it may offer") == protocols


def test_every_attribute_of_a_scenario_is_in_the_guide_to_scenarios() -> None:
    said = cells(HOWTO / "add-a-scenario.md", "## What each attribute is for")
    assert set(Scenario.__annotations__) - {"variant"} <= said


def test_what_the_tutorial_calls_a_metric_is_one() -> None:
    known = {name for each in registry.scenarios().values() for name in each.meanings}
    known |= registry.scenarios().keys()
    said = {span for span in spans(DOCS / "tutorial.md") if re.fullmatch(r"[a-z0-9]+(_\w+)+", span)}
    assert said <= known


def test_a_region_is_made_anew_and_what_is_around_it_stays() -> None:
    text = f"one\n{BEGIN}x -->\nold\n<!-- end -->\ntwo\n"
    made = regions.filled(text, {"x": "new\n"}.__getitem__)
    assert made == f"one\n{BEGIN}x -->\n\nnew\n\n<!-- end -->\ntwo\n"
    assert regions.filled(made, {"x": "new"}.__getitem__) == made
    assert regions.names(made) == ["x"]


def test_a_region_without_an_end_is_an_error() -> None:
    open_ended = f"{BEGIN}x -->\n\n{BEGIN}y -->\n<!-- end -->\n"
    with pytest.raises(UsageError, match="has no end"):
        regions.names(open_ended)


def test_a_region_of_no_known_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{BEGIN}nothing.py -->\n<!-- end -->\n")
    with pytest.raises(UsageError, match=r"a\.md has a region nothing\.py"):
        list(pages.stale(tmp_path))


def test_the_command_writes_what_is_out_of_date_and_tells_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.py").write_text("x = 1\n")
    document = tmp_path / "a.md"
    document.write_text(f"{BEGIN}x.py -->\n<!-- end -->\n")
    assert main([str(tmp_path)]) == 0
    assert document.read_text() == f"{BEGIN}x.py -->\n\n```python\nx = 1\n```\n\n<!-- end -->\n"
    assert capsys.readouterr().out == f"{document}\n"
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert main([]) == UsageError.exit_code


@dataclass(frozen=True, slots=True)
class Made:
    """With fields as the code writes them."""

    bare: int
    said: float | None = None  # what it is for
    long: Mapping[str, int] = field(default_factory=dict)  # behind it


def test_a_field_is_told_by_the_comment_beside_it() -> None:
    assert told(Made) == [
        Told("bare", "int", "", ""),
        Told("said", "float | None", "None", "what it is for"),
        Told("long", "Mapping[str, int]", "", "behind it"),
    ]
    assert {each.name: each.said for each in told(Run)}["cases"].startswith("scenario, variant")
