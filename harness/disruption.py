"""What a disturbance cost the users: the measures that every disturbing scenario reports alike."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from seatrial.harness.metrics import (
    NS_PER_S,
    bad_requests,
    error_seconds,
    failed_by_class,
    of_stream,
    outage,
)
from seatrial.harness.record import LoadPlan, Metric, Stream

MEANINGS: Mapping[str, str] = {
    "outage": "Time in which new connections saw failures, all intervals together.",
    "outage_kept": "The same for connections that were kept open.",
    "error_seconds": "Failed requests by their rate: the whole cost to users.",
    "failed": "Requests without a correct reply in time.",
    "error_window": "From the first failed request to the last one.",
}

UNITS: Mapping[str, str] = {"failed": "req"}
"""Of those that are not in seconds (harness/scenario.py, `Dimensioned`)."""


def disruption(samples: pd.DataFrame, load: LoadPlan) -> list[Metric]:
    """Outage on each stream, error-seconds, and the failed requests by class."""
    bad = samples["intended_ns"][bad_requests(samples, load)]
    return [
        *(_outage(samples, load, stream) for stream in load.streams),
        error_seconds(samples, load),
        Metric("failed", "req", len(bad)),
        *failed_by_class(samples, load),
        _window(bad),
    ]


def _outage(samples: pd.DataFrame, load: LoadPlan, stream: Stream) -> Metric:
    found = outage(of_stream(samples, stream), load)
    return found if stream is Stream.FRESH else replace(found, name=f"outage_{stream.value}")


def _window(times: "pd.Series[int]") -> Metric:
    length = (times.max() - times.min()) / NS_PER_S if len(times) else 0.0
    return Metric("error_window", "s", float(length))
