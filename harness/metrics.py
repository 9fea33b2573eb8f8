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

from seatrial.harness.record import LoadPlan, Metric, Outcome, Stream

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


def selected(samples: pd.DataFrame, rows: npt.NDArray[np.bool_], *names: str) -> pd.DataFrame:
    """These columns of these rows; a long trial is not copied whole for them."""
    return pd.DataFrame({name: samples[name].array[rows] for name in names}, copy=False)


def of_stream(samples: pd.DataFrame, stream: Stream) -> pd.DataFrame:
    """One stream's requests, with the columns that tell when they were answered and by whom."""
    mine = np.asarray(samples["stream"] == stream.value, dtype=np.bool_)
    return selected(samples, mine, "intended_ns", "done_ns", "outcome", "replica")


def good_replies(samples: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which requests were answered well."""
    return np.asarray(samples["outcome"] == Outcome.OK.value, dtype=np.bool_)


def bad_requests(samples: pd.DataFrame, load: LoadPlan) -> npt.NDArray[np.bool_]:
    """Which requests had no correct reply by their intended time + deadline."""
    late = samples["done_ns"] - samples["intended_ns"] > load.deadline_s * NS_PER_S
    return ~good_replies(samples) | np.asarray(late, dtype=np.bool_)


def outages(samples: pd.DataFrame, load: LoadPlan, good_run: int = GOOD_RUN) -> tuple[Outage, ...]:
    """Every separate interval of failure in these samples, by their intended times.

    Two bad requests belong to one outage while fewer than good_run good ones lie between them, so
    that a service that flaps shows as one long outage and one that recovers as several.
    """
    times = samples["intended_ns"].to_numpy(dtype=np.int64)
    order = np.argsort(times, kind="stable")
    times = times[order]
    (places,) = np.nonzero(bad_requests(samples, load)[order])
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
    failed = selected(samples, bad_requests(samples, load), "error", "status")
    classes = Counter[str]()
    for (error, status), alike in failed.groupby(["error", "status"], observed=True):
        classes[_failure(str(error), int(str(status)))] += len(alike)
    return tuple(Metric(f"failed_{name}", "req", n) for name, n in sorted(classes.items()))


def _failure(error: str, status: int) -> str:
    if error:
        return error
    return "late" if status == 200 else str(status)  # noqa: PLR2004 - HTTP's own number


def shares(samples: pd.DataFrame) -> dict[str, float]:
    """The part of the good replies that each replica gave."""
    counts = samples["replica"][good_replies(samples)].value_counts()
    return {str(k): float(v) for k, v in (counts[counts > 0] / counts.sum()).items()}


def jain(parts: dict[str, float]) -> Metric:
    """Jain's fairness index of the shares: 1 when all are equal, 1/n when one has all."""
    if not parts:
        return Metric("jain_index", "1", None, reason="no good reply was recorded")
    values = np.array(list(parts.values()))
    return Metric("jain_index", "1", float(values.sum() ** 2 / (len(values) * (values**2).sum())))


def latency_ms(samples: pd.DataFrame, quantile: float) -> Metric:
    """A quantile of the latency of good replies, from the intended send time."""
    name = f"latency_p{quantile * 100:g}"
    waits = (samples["done_ns"] - samples["intended_ns"]).to_numpy()[good_replies(samples)] / 1e6
    if not len(waits):
        return Metric(name, "ms", None, reason="no good reply was recorded")
    return Metric(name, "ms", float(np.quantile(waits, quantile, overwrite_input=True)))


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
    counts = np.sort(samples["count"].to_numpy(dtype=np.int64)[good_replies(samples)])
    unknown = int((samples["outcome"] == Outcome.UNKNOWN.value).sum())
    span = int(counts[-1] - counts[0]) + 1 if len(counts) else 0
    repeated = int(np.count_nonzero(counts[1:] == counts[:-1]))
    return Counting(len(counts), unknown, repeated, span)
