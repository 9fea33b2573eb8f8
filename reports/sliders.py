"""What a page needs to weigh anew as its sliders move: the script, its hash, and its data."""

import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup

from seatrial.reports import anchors
from seatrial.reports.decision import Decision, Outcome
from seatrial.reports.looks import spoken

LONGEST = 5
"""How far a slider goes at least."""


@dataclass(frozen=True, slots=True)
class Sliders:
    """The page's only script; the policy of the page lets nothing else run."""

    script: Markup
    digest: str  # of exactly this script, as a content security policy has it
    most: int
    data: Mapping[str, object]


def sliders(found: Decision) -> Sliders | None:
    """The sliders of a decision; None where there is nothing to weigh."""
    if not found.outcomes:
        return None
    script = (files("seatrial.reports") / "templates" / "decision.js").read_text(encoding="utf-8")
    return Sliders(
        script=Markup(script),  # noqa: S704 - a file of ours
        digest=b64encode(sha256(script.encode()).digest()).decode(),
        most=max(LONGEST, *(math.ceil(step.weight) for step in found.steps)),
        data={
            "weights": [step.weight for step in found.steps],
            "names": [spoken(step.question.key) for step in found.steps],
            "outcomes": [_outcome(outcome) for outcome in found.outcomes],
        },
    )


def _outcome(outcome: Outcome) -> Mapping[str, object]:
    return {
        "anchor": anchors.outcome(outcome.profile, outcome.first.target, outcome.second.target),
        "first": outcome.first.title,
        "second": outcome.second.title,
        "votes": [step.vote.value for step in outcome.steps],
        "judged": [float(step.vote.judged > 0) for step in outcome.steps],
    }
