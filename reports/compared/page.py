"""A comparison as one HTML page that needs nothing else, in the look of the reports."""

from collections.abc import Mapping

from seatrial.harness.comparison import Comparison
from seatrial.harness.scenario import Scenario
from seatrial.reports.compared.words import ALIKE, RULES, account, why_none
from seatrial.reports.html import templates


def write(found: Comparison, scenarios: Mapping[str, type[Scenario]]) -> str:
    """The page as text."""
    told = account(found, scenarios)
    page = templates().get_template("comparison.html.j2")
    return page.render(told=told, rules=RULES, alike=ALIKE, lacks=list(why_none(told.lines)))
