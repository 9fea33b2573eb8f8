"""Pure folds over a trial's samples and events. Nothing here reads a file or a clock.

Definitions: an outage window has a lower bound, first bad to last bad request, and an upper bound,
last good before to first good after; the truth lies between. Where only some replicas are down the
span is biased, error-seconds are not, so both are given (Vayghan et al., arXiv 1901.04946, for
reaction, repair and recovery; the window's bounds are those of any prober at a fixed interval).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from seatrial.harness.record import LoadPlan, Metric, Outcome

NS_PER_S = 1e9
GOOD_RUN = 10
"""Recovered means: the first good request that opens this many good ones in a row."""


@dataclass(frozen=True, slots=True)
class Outage:
    """One interval in which requests failed, in ns of the trial's clock.

    `last_good_ns` is None when nothing was good before, `recovered_ns` when nothing was after.
    """

    first_bad_ns: int
    last_bad_ns: int
    last_good_ns: int | None
    recovered_ns: int | None
    bad: int

    @property
    def lower_s(self) -> float:
        """First bad to last bad."""
        return (self.last_bad_ns - self.first_bad_ns) / NS_PER_S

    @property
    def upper_s(self) -> float:
        """Last good before to first good after; as far as they are known."""
        begin = self.first_bad_ns if self.last_good_ns is None else self.last_good_ns
        end = self.last_bad_ns if self.recovered_ns is None else self.recovered_ns
        return (end - begin) / NS_PER_S

    @property
    def censored(self) -> bool:
        """Not over when the record ended."""
        return self.recovered_ns is None


def bad_requests(samples: pd.DataFrame, load: LoadPlan) -> npt.NDArray[np.bool_]:
    """Which requests had no correct reply by their intended time + deadline."""
    late = samples["done_ns"] - samples["intended_ns"] > load.deadline_s * NS_PER_S
    return np.asarray((samples["outcome"] != Outcome.OK.value) | late, dtype=np.bool_)


def outages(samples: pd.DataFrame, load: LoadPlan, good_run: int = GOOD_RUN) -> tuple[Outage, ...]:
    """Every separate interval of failure in these samples, by their intended times.

    Two bad requests belong to one outage while fewer than good_run good ones lie between them, so
    that a service that flaps shows as one long outage and one that recovers as several.
    """
    ordered = samples.sort_values("intended_ns", kind="stable")
    times = ordered["intended_ns"].to_numpy(dtype=np.int64)
    (places,) = np.nonzero(bad_requests(ordered, load))
    if not len(places):
        return ()
    cuts = np.nonzero(np.diff(places) > good_run)[0] + 1
    return tuple(_outage(times, group, good_run) for group in np.split(places, cuts))


def _outage(times: npt.NDArray[np.int64], places: npt.NDArray[np.intp], good_run: int) -> Outage:
    first, last = int(places[0]), int(places[-1])
    recovered = last + good_run < len(times)
    return Outage(
        first_bad_ns=int(times[first]),
        last_bad_ns=int(times[last]),
        last_good_ns=int(times[first - 1]) if first else None,
        recovered_ns=int(times[last + 1]) if recovered else None,
        bad=len(places),
    )


def outage(samples: pd.DataFrame, load: LoadPlan) -> Metric:
    """The time in outage, all intervals together: the middle of its bounds, with the bounds."""
    if samples.empty:
        return Metric("outage", "s", None, reason="no requests were recorded")
    found = outages(samples, load)
    low, high = sum(o.lower_s for o in found), sum(o.upper_s for o in found)
    censored = any(o.censored for o in found)
    return Metric("outage", "s", (low + high) / 2, low, high, censored=censored)


def error_seconds(samples: pd.DataFrame, load: LoadPlan) -> Metric:
    """Failed requests by their rate: unbiased also where only some replicas are down."""
    if samples.empty:
        return Metric("error_seconds", "s", None, reason="no requests were recorded")
    return Metric("error_seconds", "s", int(bad_requests(samples, load).sum()) / load.rate_per_s)


def failed_by_class(samples: pd.DataFrame, load: LoadPlan) -> tuple[Metric, ...]:
    """How many requests failed, one metric a class: the error, the status, or late."""
    failed = samples[bad_requests(samples, load)]
    pairs = zip(failed["error"], failed["status"], strict=True)
    classes = Counter(_failure(str(error), int(status)) for error, status in pairs)
    return tuple(Metric(f"failed_{name}", "req", n) for name, n in sorted(classes.items()))


def _failure(error: str, status: int) -> str:
    if error:
        return error
    return "late" if status == 200 else str(status)  # noqa: PLR2004 - HTTP's own number


def shares(samples: pd.DataFrame) -> dict[str, float]:
    """The part of the good replies that each replica gave."""
    good = samples[samples["outcome"] == Outcome.OK.value]
    return {str(k): float(v) for k, v in good["replica"].value_counts(normalize=True).items()}


def jain(parts: dict[str, float]) -> Metric:
    """Jain's fairness index of the shares: 1 when all are equal, 1/n when one has all."""
    if not parts:
        return Metric("jain_index", "1", None, reason="no good reply was recorded")
    values = np.array(list(parts.values()))
    return Metric("jain_index", "1", float(values.sum() ** 2 / (len(values) * (values**2).sum())))


def latency_ms(samples: pd.DataFrame, quantile: float) -> Metric:
    """A quantile of the latency of good replies, from the intended send time."""
    name = f"latency_p{quantile * 100:g}"
    good = samples[samples["outcome"] == Outcome.OK.value]
    if good.empty:
        return Metric(name, "ms", None, reason="no good reply was recorded")
    waits = (good["done_ns"] - good["intended_ns"]).to_numpy(dtype=np.float64) / 1e6
    return Metric(name, "ms", float(np.quantile(waits, quantile)))


@dataclass(frozen=True, slots=True)
class Counting:
    """How the page count went up against the requests that were answered."""

    ok: int
    unknown: int
    duplicates: int
    increments: int  # from before the first reply to the last one

    @property
    def exact(self) -> bool:
        """No count was given twice, and none is missing that no lost reply explains."""
        return not self.duplicates and self.ok <= self.increments <= self.ok + self.unknown


def counting(samples: pd.DataFrame) -> Counting:
    """Fold the page counts of a trial in which nobody else viewed the page."""
    counts = samples.loc[samples["outcome"] == Outcome.OK.value, "count"]
    unknown = int((samples["outcome"] == Outcome.UNKNOWN.value).sum())
    span = int(counts.max() - counts.min()) + 1 if len(counts) else 0
    return Counting(len(counts), unknown, int(counts.duplicated().sum()), span)
