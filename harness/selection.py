"""Parts of a plan: what is left out is left out, the numbers and the order stay the plan's."""

from collections.abc import Sequence
from dataclasses import replace

from seatrial.harness.errors import UnknownNameError
from seatrial.harness.plan import Plan
from seatrial.harness.registry import unknown


def only(plan: Plan, wanted: Sequence[str]) -> Plan:
    """The part of a plan that these SCENARIO or SCENARIO:VARIANT name; all of it without any."""
    names = {trial.scenario for trial in plan.trials}
    cases = names | {f"{trial.scenario}:{trial.variant}" for trial in plan.trials}
    for word in wanted:
        if word not in cases:
            raise unknown("trial of this suite", word, dict.fromkeys(cases))
    chosen = {*wanted}
    trials = (t for t in plan.trials if {t.scenario, f"{t.scenario}:{t.variant}"} & chosen)
    return replace(plan, trials=tuple(trials)) if wanted else plan


def of_profile(plan: Plan, profile: str | None) -> Plan:
    """The part of a plan with the settings of this profile; all of it without one."""
    if profile is None:
        return plan
    if profile not in plan.profiles:
        raise UnknownNameError(
            f"Suite {plan.suite} has no profile {profile!r}: it has {' and '.join(plan.profiles)}."
        )
    trials = tuple(trial for trial in plan.trials if trial.profile == profile)
    return replace(plan, profiles={profile: plan.profiles[profile]}, trials=trials)
