"""How long a plan will take, by what its settings make it wait for and by what trials cost.

Pure. The costs are those seen on a machine of two cores; docs/methodology.md compares estimates
with runs.
"""

from collections.abc import Mapping
from itertools import groupby

from seatrial.harness.capability import Predictable
from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import TrialSpec
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, Target

AROUND_S = 15.5
"""Load process, deploy, steady state before and after, removal, around the act."""
AROUND_DEPLOY_S = 12.0
"""The same where the deploy is what is measured."""
SURVEY_S = 25.0
"""A target is looked at, and its nodes pull what they lack."""
SWITCH_S = 10.0
"""One lab is thawed and the other frozen, and settings of the cluster are changed."""
TUNE_S = 15.0
"""A cluster is told something else between: half a minute on Kubernetes, nothing on Swarm."""


def trial_s(spec: TrialSpec, scenario: type[Scenario], delays: tuple[Delay, ...]) -> float:
    """Seconds that one trial will take."""
    setup = scenario(spec.variant, **spec.parameters).setup()
    known = {delay.name: delay.seconds for delay in delays}
    around_s = AROUND_DEPLOY_S if setup.load_first else AROUND_S
    return around_s + setup.lasts_s + sum(known.get(name, 0.0) for name in setup.waits)


def whole_s(
    plan: Plan, targets: Mapping[str, type[Target]], scenarios: Mapping[str, type[Scenario]]
) -> float:
    """Seconds that the whole plan will take, on clusters with their documented defaults."""
    trials = sum(
        trial_s(trial, scenarios[trial.scenario], _delays(targets[trial.target], trial.settings))
        for trial in plan.trials
        if not _cannot(targets[trial.target], scenarios[trial.scenario])
    )
    switches = sum(1 for _ in groupby(plan.trials, key=lambda t: t.series[:3]))
    surveys = len(plan.targets)
    return trials + SWITCH_S * switches + SURVEY_S * surveys + TUNE_S * tunings(plan)


def tunings(plan: Plan) -> int:
    """How often a cluster is told something else within its turn, or while it is looked at."""
    turns = groupby(plan.trials, key=lambda t: t.series[:3])
    within = sum(len({t.series for t in turn}) - 1 for _, turn in turns)
    looks = {(t.target, t.settings.notice_s) for t in plan.trials}
    return within + len(looks) - len(plan.targets)


def _delays(target: type[Target], settings: Settings) -> tuple[Delay, ...]:
    unseen = target(Connection(address="", registry=""))
    if not isinstance(unseen, Predictable):
        return ()
    return unseen.delays(Preflight(target.name, {}, (), {}, ""), settings)


def _cannot(target: type[Target], scenario: type[Scenario]) -> bool:
    return any(need.__name__ in target.unsupported for need in scenario.needs)
