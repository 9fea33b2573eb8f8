"""What is measured of a generator."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ceiling:
    """As many requests as it can make: `per_core` is by second of the processor time it took.

    `keeps`: every sample is on the disk afterwards. `server` is the share of its core that the
    server took: near 1 it was the server that could not do more.
    """

    name: str
    per_s: float
    per_core: float
    keeps: bool
    failed: int
    server: float


@dataclass(frozen=True)
class Paced:
    """At a fixed rate: latencies and dispatch lag in ms, processor time in s for 1,000 requests.

    `since` says from when on latency counts; `lag_p99_ms` is None where the program does not tell.
    """

    name: str
    rate_per_s: int
    p50_ms: float
    p99_ms: float
    p999_ms: float
    cpu_s: float
    since: str
    lag_p99_ms: float | None = None
