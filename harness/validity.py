"""Was this trial a fair measurement, and if not, why not: pure rules over its record.

A fault that never healed does not make a trial invalid: that is its result. What makes it invalid
lies in the instrument or in the state before the act.
"""

from collections.abc import Iterator

import numpy as np

from seatrial.harness.record import Status, Trial

LAG_P99_MS = 5.0
GENERATOR_CPU = 0.8


def invalid(trial: Trial) -> tuple[str, ...]:
    """The reasons why the trial does not count; none when it is valid."""
    if trial.status is not Status.FINISHED:
        return (f"{trial.status.value}: {trial.cause}" if trial.cause else trial.status.value,)
    return (*_before(trial), *_load(trial))


def _before(trial: Trial) -> Iterator[str]:
    unsteady = trial.event("unsteady", "before")
    if unsteady:
        yield "no steady state before the act"


def _load(trial: Trial) -> Iterator[str]:
    started, stopped = trial.event("started"), trial.event("stopped")
    if started is None or stopped is None:
        yield "the load was not sent to its end"
        return
    sent = stopped.detail.get("sent")
    if sent != len(trial.samples):
        yield f"{len(trial.samples)} of {sent} requests were recorded"
    lag = dispatch_lag_ms(trial, 0.99)
    if lag > LAG_P99_MS:
        yield f"requests were sent late: dispatch lag p99 {lag:.1f} ms, at most {LAG_P99_MS:g}"
    busy = generator_cpu(trial)
    if busy > GENERATOR_CPU:
        yield f"the load generator used {busy:.0%} of a core, at most {GENERATOR_CPU:.0%}"


def dispatch_lag_ms(trial: Trial, quantile: float) -> float:
    """Quantile of how long after its intended time a request was sent; 0 without requests."""
    sent, intended = (trial.samples[name].to_numpy() for name in ("sent_ns", "intended_ns"))
    if not len(sent):
        return 0.0
    return float(np.quantile(sent - intended, quantile, overwrite_input=True)) / 1e6


def generator_cpu(trial: Trial) -> float:
    """The load process' share of one core while it sent; 0 where the record does not tell."""
    started, stopped = trial.event("started"), trial.event("stopped")
    if started is None or stopped is None:
        return 0.0
    used = float(str(stopped.detail.get("cpu_s", 0))) - float(str(started.detail.get("cpu_s", 0)))
    return used / max(1e-9, (stopped.at_ns - started.at_ns) / 1e9)
