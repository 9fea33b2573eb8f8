"""How long the metrics of a trial take, and how much memory, by its number of samples.

    python -m benchmarks.metrics [SAMPLES ...]

Makes up trials through the real spool and recorder, then derives their metrics as `seatrial derive`
does, each in a process of its own. Prints a Markdown table: seconds (of the clock, and of the
processor), the peak of the process' memory, and the processor's seconds a sample as a multiple of
those of the smallest trial: 1 where the work is linear, however busy the machine is.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seatrial.harness.derive import derive
from seatrial.harness.record import Event, LoadPlan, Run, Sample, Stream, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, write_run
from seatrial.harness.registry import scenarios
from seatrial.harness.spool import SpoolWriter
from seatrial.harness.workload import FRONTEND, counter

SIZES = (1_000_000, 3_000_000, 10_000_000)
VARIANTS = {"self_heal": "delete", "load_balance": ""}
LOAD = LoadPlan(rate_per_s=2000.0)
BATCH = 500
"""A quarter of a second's samples: as often does the load process flush."""
S = 1_000_000_000
STEADY_NS, FAULT_NS, BACK_NS = 2 * S, 5 * S, 7 * S
DEADLINE_NS = round(LOAD.deadline_s * S)
HOSTS = ("replica-a", "replica-b", "replica-c", "replica-d")


@dataclass(frozen=True, slots=True)
class Cost:
    """What deriving the metrics of one trial took."""

    scenario: str
    samples: int
    metrics: int
    wall_s: float
    cpu_s: float
    peak_gib: float


def requests(count: int) -> Iterator[Sample]:
    """Requests of both streams as they end: one replica of three is gone for two seconds."""
    dice = np.random.default_rng(count)
    for start in range(0, count, BATCH):
        seq = np.arange(start, min(start + BATCH, count))
        intended = (seq * S / LOAD.rate_per_s).astype(np.int64)
        sent = intended + dice.integers(20_000, 900_000, len(seq))
        done = sent + dice.lognormal(15, 0.4, len(seq)).astype(np.int64)
        host = dice.integers(0, 3, len(seq))
        for place in np.argsort(done, kind="stable"):
            at, *times = (int(each[place]) for each in (seq, intended, sent, done))
            stream = LOAD.streams[at % len(LOAD.streams)]
            yield _fate(_answered(stream, at, times, HOSTS[host[place]]))


def _answered(stream: Stream, seq: int, times_ns: Sequence[int], replica: str) -> Sample:
    intended, sent, done = times_ns
    return Sample(stream.value, seq, intended, sent, done, 200, "", replica, "v1", seq + 1)


def _fate(answered: Sample) -> Sample:
    if answered.replica != HOSTS[0] or answered.intended_ns < FAULT_NS:
        return answered
    if answered.intended_ns >= BACK_NS:
        return replace(answered, replica=HOSTS[3])
    lost = replace(answered, status=0, replica="", version="", count=-1)
    if answered.stream == Stream.KEPT:
        return replace(lost, error="timeout", done_ns=answered.intended_ns + DEADLINE_NS)
    return replace(lost, error="refused")


def events(count: int) -> Iterator[Event]:
    """What harness, load and orchestrator told of it."""
    end_ns = round(count * S / LOAD.rate_per_s)
    for host in HOSTS[:3]:
        yield from (_told(0, kind, host) for kind in ("appeared", "ready"))
    yield Event(0, "load", "started", "", {"cpu_s": 0})
    yield Event(STEADY_NS, "harness", "steady", "before")
    deleted = {"what": "delete", "accepted_ns": FAULT_NS + S // 50}
    yield Event(FAULT_NS, "harness", "act", HOSTS[0], deleted)
    yield _told(FAULT_NS + S // 5, "unready", HOSTS[0])
    yield from (_told(BACK_NS - S // 10, kind, HOSTS[3]) for kind in ("appeared", "ready"))
    yield Event(end_ns, "load", "stopped", "", {"cpu_s": 0, "sent": count})
    yield Event(end_ns + S, "harness", "finished")


def _told(at_ns: int, kind: str, host: str) -> Event:
    detail = {"service": FRONTEND, "host": host, "node": "n1", "state": "running"}
    return Event(at_ns, "orchestrator", kind, host, detail, S // 20)


def record(folder: Path, count: int) -> dict[str, Path]:
    """A run directory for each scenario, with the same requests."""
    made = folder / "samples.arrow"
    spool = SpoolWriter(made)
    for number, sample in enumerate(requests(count), 1):
        spool.add(sample)
        if number % BATCH == 0:
            spool.flush()
    spool.close()
    runs = {scenario: _run(folder / scenario, scenario, count, made) for scenario in VARIANTS}
    made.unlink()
    return runs


def _run(folder: Path, scenario: str, count: int, spool: Path) -> Path:
    spec = TrialSpec(1, 1, "made", "stock", scenario, VARIANTS[scenario], load=LOAD)
    write_run(folder, Run(scenario, "made", 1, count, "", 0, 0, {}, (), {}, (spec,)))
    recorder = TrialRecorder(folder, TrialHead(spec, counter("made", "registry.test")))
    shutil.copy(spool, recorder.spool)
    for event in events(count):
        recorder.write(event)
    recorder.close()
    return folder


def measure(folder: Path) -> Mapping[str, object]:
    """Derive here and tell what it took; the peak is the whole process'."""
    known = scenarios()
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    frame = derive(folder, known)
    return {
        "wall_s": time.perf_counter() - wall_s,
        "cpu_s": time.process_time() - cpu_s,
        "peak_gib": _peak_kib() / 2**20,
        "metrics": len(frame),
    }


def _peak_kib() -> int:
    """The kernel's high-water mark; getrusage's would have in it what the parent used."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def apart(scenario: str, count: int, folder: Path) -> Cost:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.metrics", "--derive", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return Cost(scenario, count, **json.loads(done.stdout))


def costs(sizes: Sequence[int]) -> Iterator[Cost]:
    """Each scenario at each size."""
    for count in sizes:
        with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as made:
            sys.stderr.write(f"Making up a trial of {count:,} samples\n")
            for scenario, folder in record(Path(made), count).items():
                yield apart(scenario, count, folder)


def table(found: Sequence[Cost]) -> Iterator[str]:
    """The lines of a Markdown table."""
    yield "| scenario | samples | wall s | CPU s | peak GiB | CPU to linear | metrics |"
    yield "|---|---|---|---|---|---|---|"
    first = {cost.scenario: cost for cost in reversed(found)}
    for cost in sorted(found, key=lambda cost: (cost.scenario, cost.samples)):
        base = first[cost.scenario]
        ratio = cost.cpu_s / cost.samples / (base.cpu_s / base.samples)
        yield (
            f"| {cost.scenario} | {cost.samples:,} | {cost.wall_s:.2f} | {cost.cpu_s:.2f} "
            f"| {cost.peak_gib:.2f} | {ratio:.2f} | {cost.metrics} |"
        )


def main(words: Sequence[str]) -> None:
    """Derive one folder and tell of it, or print the table for these sizes."""
    if words[:1] == ["--derive"]:
        sys.stdout.write(json.dumps(measure(Path(words[1]))))
        return
    found = [*costs([int(word) for word in words] or SIZES)]
    sys.stdout.writelines(f"{line}\n" for line in table(found))


if __name__ == "__main__":
    main(sys.argv[1:])
