"""Measures the whole path's own error, on this machine: load, spool, record, read back, fold.

A server whose outages are scripted, and so known, takes the place of an orchestrator's app.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory

from seatrial.harness import certificate, environment, state
from seatrial.harness.bias import Kind, Truth, calm_s, cell
from seatrial.harness.certificate import Cell, Certificate, Pace
from seatrial.harness.clock import now_ns
from seatrial.harness.errors import LoadError
from seatrial.harness.load import loading
from seatrial.harness.loopback import HOST
from seatrial.harness.model import Endpoint
from seatrial.harness.record import Event, LoadPlan, Status, Stream, Trial, TrialSpec
from seatrial.harness.recorder import TrialHead, TrialRecorder, read_trial
from seatrial.harness.validity import dispatch_lag_ms, generator_cpu
from seatrial.harness.workload import counter

RATES_PER_S = (50.0, 200.0, 1000.0)
OUTAGES, OUTAGES_QUICK = 16, 2
"""Of each kind at each rate."""

SHORTEST_S, LONGEST_S = 0.2, 0.6
PHASE_INTERVALS = 4
"""So many probe intervals a server that flaps stays good: too few to count as recovered."""

DEADLINE_S = 0.8
PATIENCE_S = 60.0
EXIT_S = 20.0


@dataclass(frozen=True)
class ScriptedServer:
    """A server that fails by orders (harness/scripted.py), in a process of its own."""

    process: "subprocess.Popen[bytes]"
    port: int

    def outage(self, kind: Kind, length_s: float, phase_s: float) -> Truth:
        """Have it fail, and wait until it has."""
        if self.process.stdin is None:
            raise LoadError("The scripted server takes no orders.")
        order = {"kind": kind, "length_s": length_s, "phase_s": phase_s}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        return Truth(kind, **_told(self.process))


@contextmanager
def scripted_server() -> Iterator[ScriptedServer]:
    """A scripted server; on exit it is gone."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seatrial.harness.scripted"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us
    )
    try:
        yield ScriptedServer(process, **_told(process))
    finally:
        _end(process)


def _told(process: "subprocess.Popen[bytes]") -> dict[str, int]:
    out = process.stdout
    line = out.readline() if out and select([out], [], [], PATIENCE_S)[0] else b""
    if not line:
        raise LoadError("The scripted server does not answer: it died, or hangs.")
    told: dict[str, int] = json.loads(line)
    return told


def _end(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    try:
        process.wait(EXIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def certify(*, quick: bool, say: Callable[[str], None]) -> Certificate:
    """Calibrate, and keep the result as this machine's newest."""
    found = calibrate(RATES_PER_S, OUTAGES_QUICK if quick else OUTAGES, say)
    kept = state.certificate()
    kept.parent.mkdir(parents=True, exist_ok=True)
    made = kept.with_name(f"{kept.name}.part")
    made.write_bytes(certificate.written(found))
    made.rename(kept)
    say(f"Kept in {kept}; the next runs take it along.")
    return found


def calibrate(
    rates_per_s: Iterable[float],
    outages: int,
    say: Callable[[str], None],
    kinds: Sequence[Kind] = tuple(Kind),
) -> Certificate:
    """So many outages of each kind at each rate; LoadError when a process of ours dies."""
    cells: list[Cell] = []
    paces: list[Pace] = []
    for rate_per_s in rates_per_s:
        load = LoadPlan(rate_per_s=rate_per_s, deadline_s=DEADLINE_S)
        say(f"{outages * len(kinds)} outages at {rate_per_s:g} requests/s …")
        with TemporaryDirectory(prefix="seatrial-") as folder:
            trial, truths = suffer(Path(folder), load, kinds, outages)
        cells.extend(cell(trial, kind, truths) for kind in kinds)
        paces.append(Pace(rate_per_s, dispatch_lag_ms(trial, 0.99), generator_cpu(trial)))
    return Certificate(time.time_ns(), environment.read(), tuple(paces), tuple(cells))


def suffer(
    folder: Path, load: LoadPlan, kinds: Sequence[Kind], outages: int
) -> tuple[Trial, list[Truth]]:
    """A trial, recorded in the folder, through that many outages of each kind in random order."""
    dice = random.Random(now_ns())  # noqa: S311 - lengths, no secrets
    order = dice.sample([*kinds] * outages, len(kinds) * outages)
    phase_s = PHASE_INTERVALS * load.interval_ns(Stream.FRESH) / 1e9
    truths = []
    with scripted_server() as server, _under_load(folder, load, server.port) as recorder:
        for kind in order:
            time.sleep(calm_s(load))
            truths.append(server.outage(kind, dice.uniform(SHORTEST_S, LONGEST_S), phase_s))
        time.sleep(calm_s(load))
    return read_trial(recorder.folder), truths


@contextmanager
def _under_load(folder: Path, load: LoadPlan, port: int) -> Iterator[TrialRecorder]:
    spec = TrialSpec(1, 1, "loopback", "stock", "calibrate", "", load=load)
    recorder = TrialRecorder(folder, TrialHead(spec, counter("calibrate", "loopback")))
    with loading(load, recorder.spool) as process:
        process.ready()
        process.aim(Endpoint(HOST, port))
        yield recorder
        process.stop()
    for kind, told in (("started", process.started), ("stopped", process.stopped)):
        recorder.write(Event(int(str(told.get("at_ns", now_ns()))), "load", kind, "", told))
    recorder.write(Event(now_ns(), "harness", Status.FINISHED.value))
    recorder.close()
