"""Whether replicas are given longer to end than they serve on once they are told to end. Pure."""

from seatrial.harness.capability import Graceful
from seatrial.harness.errors import SuiteError
from seatrial.harness.record import TrialSpec


def check(trial: TrialSpec, target: object) -> None:
    """See that `pre_stop_s`, which is a part of the grace, ends before the grace does.

    Args:
        trial: with its settings, those of a sweep's point included.
        target: the class of its target, which may say what it gives where nothing is set.

    Raises:
        SuiteError: replicas would be killed while they still serve on, and nothing be measured
            but that.
    """
    served_s = trial.settings.pre_stop_s
    grace_s, whose = trial.settings.stop_grace_s, "as it is set"
    if grace_s is None and isinstance(target, Graceful):
        grace_s, whose = target.stop_grace_s, f"the default of {trial.target}"
    if served_s and grace_s is not None and served_s >= grace_s:
        raise SuiteError(
            f"pre_stop_s has replicas of {trial.scenario} on {trial.target} serve on for "
            f"{served_s:g} s, but they are killed after {grace_s:g} s (stop_grace_s, {whose}): "
            f"set stop_grace_s above {served_s:g} s."
        )
