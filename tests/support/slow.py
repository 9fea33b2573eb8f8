"""What a trial's reasons say of the machine alone: no test may ask a machine to be fast."""

MACHINE = (
    "requests were sent late",
    "the load generator used",
    "other virtual machines had",
    "the wall clock jumped",
)


def only_slow(reason: str) -> bool:
    """Whether a reason of metrics.csv says nothing but that this machine was slow, or disturbed."""
    return all(part.startswith(MACHINE) for part in reason.split("; "))
