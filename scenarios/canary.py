"""Canary: one replica of another version beside three of v1, then promoted or withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from seatrial.harness.capability import Canary
from seatrial.harness.disruption import MEANINGS, UNITS, disruption
from seatrial.harness.errors import TargetError
from seatrial.harness.metrics import NS_PER_S, good_replies
from seatrial.harness.model import Change
from seatrial.harness.record import Event, Metric, Stream, Trial
from seatrial.harness.rolling import Rolling
from seatrial.harness.scenario import Better, Context, Setup, Units
from seatrial.harness.target import Deployment
from seatrial.harness.timeline import accepted, act, during, rises_to, since, span
from seatrial.harness.versions import changeover
from seatrial.harness.workload import FRONTEND, version_of

OLD = "v1"
GOOD, BAD = "good", "bad"
VERSION = {GOOD: "v2", BAD: "error"}
HOLD_S = {GOOD: 20.0, BAD: 10.0}
ERROR = HTTPStatus.INTERNAL_SERVER_ERROR.value
END = {GOOD: "promote", BAD: "abort"}

READY_S = 120.0
SETTLE_S = 2.0
"""From the canary's readiness to its share: the way in needs a moment to know of it."""


@dataclass(frozen=True)
class CanaryRelease:
    """Which part of the replies is the canary's, and how it is taken on or taken away."""

    name: ClassVar[str] = "canary"
    title: ClassVar[str] = "Try one canary beside three frontends of v1"
    variants: ClassVar[tuple[str, ...]] = (GOOD, BAD)
    meanings: ClassVar[Mapping[str, str]] = {
        **MEANINGS,
        "accepted": "Until the orchestrator accepted the canary.",
        "canary_ready": "Until it called the canary ready.",
        "canary_served": "Until the canary answered a user.",
        "share_fresh": "The canary's part of the replies on new connections; 0.25 is even.",
        "share_kept": "The canary's part of the replies over connections that were kept open.",
        "promoted": "From the order to promote it until users got only v2.",
        "bad_replies": "Errors that users got from a canary that answers only errors.",
        "abort_last_bad": "From the order to withdraw it until its last error; 0 without one.",
    }
    units: ClassVar[Units] = {
        **UNITS,
        "share_fresh": "1",
        "share_kept": "1",
        "bad_replies": "req",
    }
    better: ClassVar[Better] = {
        "canary_served": "lower",
        "promoted": "lower",
        "abort_last_bad": "lower",
        "failed": "lower",
    }
    needs: ClassVar[tuple[type, ...]] = (Canary,)
    variant: str = GOOD
    hold_s: float | None = None  # its share is measured in this time; None: the variant's own
    after_s: float = 5.0

    def setup(self) -> Setup:
        """The app, served and steady."""
        return Setup(lasts_s=15.0 + SETTLE_S + self._share_s + self.after_s)

    @property
    def _share_s(self) -> float:
        return HOLD_S[self.variant] if self.hold_s is None else self.hold_s

    def act(self, deployment: Deployment, context: Context) -> None:
        """Put the canary beside the others, let it serve, and promote or withdraw it."""
        if not isinstance(deployment, Canary):
            raise TargetError("This adapter knows no canary.")
        version = VERSION[self.variant]
        with context.acting("canary", FRONTEND):
            deployment.canary(FRONTEND, Change(image=context.image(version)))
        if not context.wait("canary ready", lambda: _beside(context, version), READY_S):
            raise TargetError("The canary was never ready beside all of the others.")
        context.hold(SETTLE_S + self._share_s)
        rolling = Rolling(deployment, context)
        with context.acting(END[self.variant], FRONTEND):
            (deployment.promote if self.variant == GOOD else deployment.abort)(FRONTEND)
        rolling.all_of(version if self.variant == GOOD else OLD)
        context.hold(self.after_s)

    def measure(self, trial: Trial) -> list[Metric]:
        """Its way in, its share, its end, and the cost to users of all together."""
        request, end = act(trial, "canary"), act(trial, END[self.variant])
        if request is None:
            return []
        start, samples = request.at_ns, since(trial, request.at_ns)
        ready = rises_to(trial, 1, start, version=VERSION[self.variant])
        return [
            accepted("accepted", request),
            span("canary_ready", start, ready, f"not within {READY_S:.0f} s"),
            _served(samples, start),
            *(_share(trial, stream, end) for stream in trial.spec.load.streams),
            *(_promoted(trial, end) if self.variant == GOOD else _withdrawn(samples, end)),
            *disruption(samples, trial.spec.load),
        ]


def _beside(context: Context, version: str) -> bool:
    """Whether exactly one of that version is ready, beside as many of v1 as before."""
    versions = sorted(version_of(replica.image) for replica in context.ready(FRONTEND))
    return versions == sorted([version] + [OLD] * context.workload.service(FRONTEND).replicas)


def _by_canary(samples: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which replies are the canary's: v2 says so, and the bad one is alone with its errors."""
    said, failed = samples["version"] == VERSION[GOOD], samples["status"] == ERROR
    return np.asarray(said | failed, dtype=np.bool_)


def _served(samples: pd.DataFrame, start_ns: int) -> Metric:
    replies = samples.loc[_by_canary(samples), "done_ns"]
    if replies.empty:
        return Metric("canary_served", "s", None, reason="it answered no request")
    return Metric("canary_served", "s", (int(replies.min()) - start_ns) / NS_PER_S)


def _share(trial: Trial, stream: Stream, end: Event | None) -> Metric:
    """Between its readiness and its end, with the 95% interval of a share that chance gives."""
    name, ready = f"share_{stream.value}", trial.event("converged", "canary ready")
    if ready is None or end is None:
        return Metric(name, "1", None, reason="it was not ready, or its end was not ordered")
    samples = during(trial.samples, ready.at_ns + int(SETTLE_S * NS_PER_S), end.at_ns)
    mine, by_canary = samples["stream"] == stream.value, _by_canary(samples)
    hits = int((mine & by_canary).sum())
    of = int((mine & (by_canary | good_replies(samples))).sum())
    if not of:
        return Metric(name, "1", None, reason="no request was answered")
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return Metric(name, "1", hits / of, float(interval.low), float(interval.high))


def _promoted(trial: Trial, end: Event | None) -> list[Metric]:
    if end is None:
        return []
    _, last, _ = changeover(trial, end, VERSION[GOOD], ("first", "promoted", "mixed"))
    return [last]


def _withdrawn(samples: pd.DataFrame, end: Event | None) -> list[Metric]:
    bad = samples["done_ns"][_by_canary(samples)]
    found = [Metric("bad_replies", "req", len(bad))]
    if end is None:
        return found
    last_ns = max(end.at_ns, int(bad.max()) if len(bad) else 0)
    return [*found, Metric("abort_last_bad", "s", (last_ns - end.at_ns) / NS_PER_S)]
