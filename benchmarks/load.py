"""Our load generator beside others: one run, one machine, one server, a core for each side.

`python -m benchmarks.load [SECONDS]`, after `make setup`. Of each generator: as many requests as it
can make, by second of the processor time that it takes; latencies at fixed rates. Where one is not
installed it says so, and how to get it. Numbers of a machine that is busy with something else mean
nothing.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from benchmarks.locusts import OURS, fasthttp_ceiling, our_ceiling, our_pace, our_rate
from benchmarks.peers import PEERS, Peer
from benchmarks.results import Ceiling, Paced
from benchmarks.serving import Serving, serving
from seatrial.harness.record import LoadPlan

SECONDS = 5
ROUNDS = 3
RATES_PER_S = (200, 1_000, 5_000)
SERVER_BOUND = 0.9
Row = tuple[str, ...]


def main(seconds: int) -> None:
    """Measure and print everything."""
    with serving() as to:
        write([f"server: {to.name}; load average before: {os.getloadavg()[0]:.1f}", *absences(to)])
        there = [peer for peer in PEERS if peer.program]
        ceilings = list(measured_ceilings(to, there, seconds))
        write(
            [
                "",
                f"As fast as it goes (requests/s, medians of {ROUNDS} rounds)",
                *table(CEILING_HEAD, ceiling_rows(ceilings)),
            ]
        )
        paces = list(measured_paces(to, there, seconds))
        write(["", "At a fixed rate (ms)", *table(PACED_HEAD, map(paced_row, paces))])
        write(["", "CPU is the seconds taken for 1,000 requests, the start of the program with it"])
        write(["where it is not ours. Latency of ours and oha counts from when a request was due."])


def absences(to: Serving) -> Iterator[str]:
    """What is not installed, and how to get it."""
    if to.name != "nginx":
        yield "missing: nginx, so the server is ours, and slower than some: apt-get install nginx"
    for peer in PEERS:
        if not peer.program:
            yield f"missing: {peer.name}, not compared: {peer.get}"


def measured_ceilings(to: Serving, there: Sequence[Peer], seconds: int) -> Iterator[Ceiling]:
    """Each as fast as it goes, ours first, all once a round: what disturbs one disturbs others."""
    rate_per_s = our_rate(to, seconds)
    for _ in range(ROUNDS):
        yield our_ceiling(to, rate_per_s, seconds)
        yield fasthttp_ceiling(to, seconds)
        for peer in there:
            yield peer.ceiling(to, seconds)


def measured_paces(to: Serving, there: Sequence[Peer], seconds: int) -> Iterator[Paced]:
    """Each at each rate; ours also as in a trial, with new connections."""
    yield our_pace(to, RATES_PER_S[0], seconds, LoadPlan().streams)
    for rate_per_s in RATES_PER_S:
        yield our_pace(to, rate_per_s, seconds)
        for peer in there:
            paced = peer.pace(to, rate_per_s, seconds)
            if paced:
                yield paced


CEILING_HEAD = ("", "per s", "per core", "range", "ours to it", "kept", "failed", "server's core")
PACED_HEAD = ("", "rate", "p50", "p99", "p99.9", "counts from", "lag p99", "CPU s/1,000")


def ceiling_rows(ceilings: Sequence[Ceiling]) -> Iterator[Row]:
    """A row for each generator: medians of its rounds, their range, and ours by it."""
    rounds = {one.name: [each for each in ceilings if each.name == one.name] for one in ceilings}
    ours = median(each.per_core for each in rounds[OURS])
    for name, its in rounds.items():
        cores, server = sorted(each.per_core for each in its), max(each.server for each in its)
        yield (
            name,
            f"{median(each.per_s for each in its):,.0f}",
            f"{median(cores):,.0f}",
            f"{cores[0]:,.0f} to {cores[-1]:,.0f}",
            f"{ours / median(cores):.2f}" if cores[0] else "made none",
            "all" if its[0].keeps else "no",
            f"{sum(each.failed for each in its)}",
            f"{server:.0%}" + (" (its limit)" if server > SERVER_BOUND else ""),
        )


def paced_row(one: Paced) -> Row:
    """One row."""
    lag = "not told" if one.lag_p99_ms is None else f"{one.lag_p99_ms:.3f}"
    times = (f"{value:.3f}" for value in (one.p50_ms, one.p99_ms, one.p999_ms))
    return (one.name, f"{one.rate_per_s:,}", *times, one.since, lag, f"{one.cpu_s:.3f}")


def table(head: Row, rows: Iterable[Row]) -> list[str]:
    """Columns in line."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def write(lines: Iterable[str]) -> None:
    """On standard output, at once: the whole takes minutes."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
