"""What is asked before an orchestrator is adopted, and which headline metrics answer it. Pure."""

from dataclasses import dataclass
from typing import cast

from seatrial.harness.scenario import Better, Scenario


@dataclass(frozen=True, slots=True)
class Source:
    """Headline metrics of a scenario; of all its variants, all of them, where none are named."""

    scenario: str
    variants: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def has(self, scenario: str, variant: str, metric: str = "") -> bool:
        """Whether that metric is one of them, or without a metric whether any is."""
        return (
            scenario == self.scenario
            and (not self.variants or variant in self.variants)
            and (not self.metrics or not metric or metric in self.metrics)
        )


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an adopter."""

    key: str  # its name in a file of weights
    title: str
    sources: tuple[Source, ...] = ()

    def asks(self, scenario: str, variant: str, metric: str = "") -> bool:
        """Whether that metric answers it, or without a metric whether any of that trial does."""
        return any(source.has(scenario, variant, metric) for source in self.sources)


QUESTIONS = (
    Question(
        "replica_failure",
        "How long are users hurt when a replica dies?",
        (Source("self_heal"), Source("crash_loop")),
    ),
    Question(
        "node_failure",
        "How long are users hurt when a node dies?",
        (Source("node_failure", variants=("stop", "freeze", "partition")),),
    ),
    Question(
        "maintenance",
        "Do users notice when a node is taken out of service?",
        (Source("node_failure", variants=("drain",)),),
    ),
    Question(
        "control_plane",
        "Do users notice when the control plane dies, and when are changes done again?",
        (Source("control_plane"),),
    ),
    Question(
        "backend_failure",
        "How long are users hurt when the backend dies?",
        (Source("backend_failure"),),
    ),
    Question(
        "speed",
        "How fast does it deploy and scale?",
        (Source("deploy"), Source("scale", metrics=("up_all_served",))),
    ),
    Question("autoscale", "Does it follow the load by itself?", (Source("autoscale"),)),
    Question(
        "releases",
        "Do releases hurt?",
        (
            Source("rollout"),
            Source("rollback"),
            Source("canary", variants=("good",)),
            Source("config_change"),
        ),
    ),
    Question(
        "bad_releases",
        "What does a bad release cost?",
        (Source("bad_rollout"), Source("canary", variants=("bad",))),
    ),
    Question("balance", "Does it balance the load?", (Source("load_balance"),)),
    Question(
        "discovery",
        "Do requests follow replicas that come and go?",
        (Source("discovery"), Source("scale", metrics=("up_failed", "down_failed"))),
    ),
)
OTHER = Question("other_trials", "Other trials")
"""What no question knows: trials that are not ours, or new headline metrics of those that are."""

WEIGHED = (*QUESTIONS, OTHER)
LIMITS = Question("limits", "What can it not do?")
"""Answered by trials that could not be, which have no verdict that could be weighed."""


def question(scenario: str, variant: str, metric: str = "") -> Question:
    """The question that a headline metric answers, or without one the first that its trial does."""
    return next((each for each in QUESTIONS if each.asks(scenario, variant, metric)), OTHER)


def better(scenario: type[Scenario] | None) -> Better:
    """A scenario's headline metrics; none of one that names none, or is not known here."""
    return cast("Better", getattr(scenario, "better", {}))
