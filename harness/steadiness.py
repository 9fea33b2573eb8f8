"""Whether a service is in a steady state: a pure look at the latest requests."""

import pandas as pd

from seatrial.harness.record import LoadPlan, Outcome

WINDOW_NS = 2_000_000_000
SETTLED_NS = 600_000_000
"""Younger requests may be under way, or wait in the load process for its next flush."""

LEAST_SEEN = 0.95


def steady(samples: pd.DataFrame, load: LoadPlan, now_ns: int) -> bool:
    """Every request of a recent window of two seconds was answered well, and none is missing."""
    end = now_ns - SETTLED_NS
    intended = samples["intended_ns"]
    window = samples[(intended >= end - WINDOW_NS) & (intended < end)]
    planned = load.rate_per_s * WINDOW_NS / 1e9
    return len(window) >= LEAST_SEEN * planned and bool(
        (window["outcome"] == Outcome.OK.value).all()
    )
