"""Was this trial a fair measurement, and if not, why not: pure rules over its record.

A fault that never healed does not make a trial invalid: that is its result. What makes it invalid
lies in the instrument, in its machine or in the state before the act. A rule whose evidence an
older record lacks is passed over. docs/methodology.md explains each.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from seatrial.harness.model import ReplicaState
from seatrial.harness.record import Event, LoadPlan, Status, Trial
from seatrial.harness.strain import clock_jump_s, steal

LAG_P99_MS = 5.0
GENERATOR_CPU = 0.8
STEAL = 0.1
CLOCK_JUMP_S = 0.5
SENT_PART, SENT_LEAST = 0.02, 5.0
"""What was sent may differ from the schedule by this part of it, and by that many requests."""

ALL_READY = "all replicas ready"
"""What the harness waits for before there is load."""

ENDED = frozenset({ReplicaState.STOPPING, ReplicaState.STOPPED, ReplicaState.FAILED})


def invalid(trial: Trial) -> tuple[str, ...]:
    """The reasons why the trial does not count; none when it is valid."""
    if trial.status is not Status.FINISHED:
        return (f"{trial.status.value}: {trial.cause}" if trial.cause else trial.status.value,)
    return (*_before(trial), *_load(trial), *_machine(trial))


def _before(trial: Trial) -> Iterator[str]:
    unsteady = trial.event("unsteady", "before")
    if unsteady:
        yield "no steady state before the act"
    lost = sorted({str(e.detail.get("host") or e.subject) for e in unplanned(trial)})
    if lost:
        yield f"restarted or replaced before the act: {', '.join(lost)}"
    pulled = trial.event("pulled")
    if pulled and pulled.detail.get("images") and not pulled.detail.get("cold"):
        yield f"{pulled.detail['images']} images were fetched, which were to be there"


def unplanned(trial: Trial) -> tuple[Event, ...]:
    """What tells of replicas that were ready, and restarted or ended before anything was done."""
    begin, end = trial.event("converged", ALL_READY), _act(trial)
    if begin is None or end is None:
        return ()
    told = [e for e in trial.events if e.source == "orchestrator" and e.at_ns < end.at_ns]
    ready = {e.subject for e in told if e.kind == "ready"}
    return tuple(e for e in told if e.at_ns > begin.at_ns and e.subject in ready and _lost(e))


def _act(trial: Trial) -> Event | None:
    """The first thing that was done to the app after its deploy; else the look before it."""
    acts = (e for e in trial.events if e.kind == "act" and e.detail.get("what") != "deploy")
    return next(acts, None) or trial.event("steady", "before")


def _lost(event: Event) -> bool:
    ended = event.kind == "unready" and event.detail.get("state") in ENDED
    return ended or event.kind in ("restarted", "gone")


def _load(trial: Trial) -> Iterator[str]:
    started, stopped = trial.event("started"), trial.event("stopped")
    if started is None or stopped is None:
        yield "the load was not sent to its end"
        return
    sent = int(str(stopped.detail.get("sent", 0)))
    if sent != len(trial.samples):
        yield f"{len(trial.samples)} of {sent} requests were recorded"
    planned = planned_requests(trial)
    if planned is not None and abs(sent - planned) > SENT_LEAST + SENT_PART * planned:
        yield f"{sent} requests were sent where the schedule has {planned:.0f}"
    lag = dispatch_lag_ms(trial, 0.99)
    if lag > LAG_P99_MS:
        yield f"requests were sent late: dispatch lag p99 {lag:.1f} ms, at most {LAG_P99_MS:g}"
    busy = generator_cpu(trial)
    if busy > GENERATOR_CPU:
        yield f"the load generator used {busy:.0%} of a core, at most {GENERATOR_CPU:.0%}"


def planned_requests(trial: Trial) -> float | None:
    """How many requests the schedule has between the load's start and its stop, by rate and time.

    None where the record does not tell until when each rate held.
    """
    marks = [e for e in trial.events if e.source == "load"]
    spans = list(pairwise(marks))
    if not spans or not all("until_ns" in end.detail for _, end in spans):
        return None
    return sum(_span(begin, end, trial.spec.load) for begin, end in spans)


def _span(begin: Event, end: Event, load: LoadPlan) -> float:
    rate_per_s = float(str(begin.detail.get("rate_per_s", load.rate_per_s)))
    until_ns = int(str(end.detail["until_ns"]))
    return max(0, until_ns - begin.at_ns) / 1e9 * rate_per_s


def _machine(trial: Trial) -> Iterator[str]:
    stolen = steal(trial)
    if stolen > STEAL:
        yield f"other virtual machines had {stolen:.0%} of the processors, at most {STEAL:.0%}"
    jump_s = clock_jump_s(trial)
    if jump_s > CLOCK_JUMP_S:
        yield f"the wall clock jumped by {jump_s:.1f} s, at most {CLOCK_JUMP_S:g} s"


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
