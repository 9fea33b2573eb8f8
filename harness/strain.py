"""What the machine that measures went through in a trial: folds over its samples. Pure."""

from seatrial.harness.metrics import NS_PER_S
from seatrial.harness.record import Event, Trial


def host_samples(trial: Trial) -> tuple[Event, ...]:
    """The samples of harness/host.py, in the order of time; none in records from before it."""
    return tuple(e for e in trial.events if (e.source, e.kind) == ("host", "sample"))


def steal(trial: Trial) -> float:
    """The part of the processors' time that other virtual machines had; 0 where it is not told."""
    samples = host_samples(trial)
    if not samples:
        return 0.0
    first, last = samples[0], samples[-1]
    whole_s = _number(last, "cpu_s") - _number(first, "cpu_s")
    return (_number(last, "steal_s") - _number(first, "steal_s")) / whole_s if whole_s else 0.0


def load_average(trial: Trial) -> float:
    """The highest load average of a minute; 0 where it is not told."""
    return max((_number(each, "load") for each in host_samples(trial)), default=0.0)


def clock_jump_s(trial: Trial) -> float:
    """How far the wall clock went off from the monotonic one, at most, since the first sample."""
    offsets = [int(_number(each, "wall_ns")) - each.at_ns for each in host_samples(trial)]
    return max((abs(each - offsets[0]) for each in offsets), default=0) / NS_PER_S


def _number(sample: Event, name: str) -> float:
    value = sample.detail.get(name, 0)
    return value if isinstance(value, int | float) else 0.0
