"""A comparison as JUnit XML, which CI servers show: a suite a kind of trial, a case a metric. Pure.

Worse and missed are failures; what has no verdict or was not judged is skipped; the rest passes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from seatrial.harness.checks import Standing
from seatrial.harness.comparison import Comparison
from seatrial.harness.scenario import Scenario
from seatrial.harness.verdicts import Verdict
from seatrial.reports.compared.words import ALIKE, Account, Apart, Limit, Line, Place, account

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold in any way."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Case:
    """A test case: what CI calls it, what became of it, and why."""

    place: Place
    name: str
    result: str  # failure, skipped, or "" where it passes
    message: str
    text: str


def write(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> str:
    """The document."""
    told = account(found, scenarios)
    root = ET.Element("testsuites", name=_fit(f"Sea trials: {told.title}"))
    cases = [
        *map(_of_metric, told.lines),
        *map(_of_limit, told.limits),
        *map(_of_apart, told.apart),
    ]
    for place in dict.fromkeys(case.place for case in cases):
        root.append(_suite(place, [case for case in cases if case.place == place], told))
    _count(root, cases)
    ET.indent(root)
    return DECLARATION + ET.tostring(root, encoding="unicode") + "\n"


def _of_metric(line: Line) -> Case:
    kind = {Verdict.WORSE: "failure", Verdict.NONE: "skipped"}.get(line.verdict, "")
    text = "\n".join(_figures(line))
    worse = f"{line.metric} is worse: {line.ratio} times BASE's"
    message = worse if kind == "failure" else line.reason
    return Case(line.place, line.metric, kind, message, text)


def _figures(line: Line) -> Iterator[str]:
    yield f"verdict: {line.verdict.value}"
    yield f"BASE: {line.base.whole}"
    yield f"NEW: {line.new.whole}"
    if line.ratio:
        yield f"NEW / BASE: {line.ratio}, p {line.p}, Cliff's delta {line.delta}"
    yield line.reason


def _of_limit(limit: Limit) -> Case:
    kind = {Standing.MISSED: "failure", Standing.OPEN: "skipped"}.get(limit.standing, "")
    name = f"{limit.metric}, threshold: {limit.asked}"
    figures = (f"BASE: {limit.base.whole}", f"NEW: {limit.new.whole}", limit.reason)
    return Case(limit.place, name, kind, limit.reason, "\n".join(figures))


def _of_apart(apart: Apart) -> Case:
    name = apart.metric or "all metrics"
    return Case(apart.place, name, "skipped", apart.reason, f"not compared: {apart.reason}")


def _suite(place: Place, cases: list[Case], told: Account) -> ET.Element:
    """The cases of one place; with the runs, and with what else differs between them."""
    made = ET.Element("testsuite", name=_fit(place.whole))
    _count(made, cases)
    properties = ET.SubElement(made, "properties")
    for party in told.parties:
        ET.SubElement(properties, "property", name=party.label, value=_fit(party.name))
    for case in cases:
        made.append(_case(case))
    ET.SubElement(made, "system-out").text = _fit("\n".join(_differing(told)))
    return made


def _differing(told: Account) -> Iterator[str]:
    for fact in told.differing:
        yield f"differs: {fact.group}: {fact.name}: {fact.base!r} in BASE, {fact.new!r} in NEW"
    if not told.differing:
        yield ALIKE


def _count(element: ET.Element, cases: list[Case]) -> None:
    results = [case.result for case in cases]
    counts = {"tests": len(cases), "failures": results.count("failure"), "errors": 0}
    for name, count in (counts | {"skipped": results.count("skipped")}).items():
        element.set(name, str(count))


def _case(case: Case) -> ET.Element:
    where = (case.place.look.target, case.place.case.scenario, case.place.case.variant)
    named = {"classname": ".".join(filter(None, where)), "name": case.name}
    made = ET.Element("testcase", {key: _fit(value) for key, value in named.items()})
    if case.result:
        ET.SubElement(made, case.result, message=_fit(case.message)).text = _fit(case.text)
    else:
        ET.SubElement(made, "system-out").text = _fit(case.text)
    return made


def _fit(text: str) -> str:
    return UNFIT.sub("\ufffd", text)
