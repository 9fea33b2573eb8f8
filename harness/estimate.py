"""How long a plan will take, by what its settings make it wait for and by what trials cost.

Pure. The costs are those seen on a machine of two cores; while a run runs, harness/remaining.py
corrects them by how its trials go.
"""

from collections.abc import Mapping
from itertools import groupby, pairwise

from seatrial.harness.capability import Predictable
from seatrial.harness.model import Delay, Preflight, Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import TrialSpec
from seatrial.harness.remaining import Cost, Forecast
from seatrial.harness.scenario import Scenario
from seatrial.harness.target import Connection, Target

AROUND_S = 15.5
"""Load process, deploy, steady state before and after, removal, around the act.

In s, and one number for both targets and all scenarios. About a third of it no machine can shorten:
each of the two steady states is a window (harness/steadiness.py) that has to pass.
"""
AROUND_DEPLOY_S = 12.0
"""The same where the deploy is what is measured."""
SURVEY_S = 25.0
"""A target is looked at, and its nodes pull what they lack."""
SWITCH_S = 10.0
"""One lab is thawed and the other frozen, and settings of the cluster are changed."""
TUNE_S = 15.0
"""A cluster is told something else between: half a minute on Kubernetes, nothing on Swarm."""

Targets = Mapping[str, type[Target]]
Scenarios = Mapping[str, type[Scenario]]


def trial_s(spec: TrialSpec, scenario: type[Scenario], delays: tuple[Delay, ...]) -> float:
    """Seconds that one trial will take."""
    setup = scenario(spec.variant, **spec.parameters).setup()
    known = {delay.name: delay.seconds for delay in delays}
    around_s = AROUND_DEPLOY_S if setup.load_first else AROUND_S
    return around_s + setup.lasts_s + sum(known.get(name, 0.0) for name in setup.waits)


def whole_s(plan: Plan, targets: Targets, scenarios: Scenarios) -> float:
    """Seconds that the whole plan will take, on clusters with their documented defaults."""
    trials = sum(_itself_s(trial, targets, scenarios) for trial in plan.trials)
    switches = sum(1 for _ in groupby(plan.trials, key=lambda t: t.series[:3]))
    surveys = len(plan.targets)
    return trials + SWITCH_S * switches + SURVEY_S * surveys + TUNE_S * tunings(plan)


def forecast(plan: Plan, targets: Targets, scenarios: Scenarios) -> Forecast:
    """The same in parts: what is seen of each while the plan runs corrects the others."""
    befores = [SWITCH_S, *(_between_s(*two) for two in pairwise(plan.trials))]
    costs = {
        trial.number: Cost(before_s, _itself_s(trial, targets, scenarios))
        for trial, before_s in zip(plan.trials, befores, strict=False)  # none has no before
    }
    return Forecast(SURVEY_S * len(plan.targets) + TUNE_S * _looks(plan), costs)


def tunings(plan: Plan) -> int:
    """How often a cluster is told something else within its turn, or while it is looked at."""
    turns = groupby(plan.trials, key=lambda t: t.series[:3])
    within = sum(len({t.series for t in turn}) - 1 for _, turn in turns)
    return within + _looks(plan)


def _looks(plan: Plan) -> int:
    return len({(t.target, t.settings.notice_s) for t in plan.trials}) - len(plan.targets)


def _between_s(before: TrialSpec, after: TrialSpec) -> float:
    if before.series == after.series:
        return 0.0
    return TUNE_S if before.series[:3] == after.series[:3] else SWITCH_S


def _itself_s(trial: TrialSpec, targets: Targets, scenarios: Scenarios) -> float:
    """Seconds of the trial; none where it cannot be run."""
    target, scenario = targets[trial.target], scenarios[trial.scenario]
    if any(need.__name__ in target.unsupported for need in scenario.needs):
        return 0.0
    return trial_s(trial, scenario, _delays(target, trial.settings))


def _delays(target: type[Target], settings: Settings) -> tuple[Delay, ...]:
    unseen = target(Connection(address="", registry=""))
    if not isinstance(unseen, Predictable):
        return ()
    return unseen.delays(Preflight(target.name, {}, (), {}, ""), settings)
