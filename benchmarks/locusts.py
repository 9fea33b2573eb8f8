"""The two that run in locust: our load process, and locust's own fast client beside it."""

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.place import GENERATOR_CORE, placed, run
from benchmarks.results import Ceiling, Paced
from benchmarks.server import HOST
from benchmarks.serving import Serving
from seatrial.harness.load import loading
from seatrial.harness.model import Endpoint
from seatrial.harness.record import LoadPlan, Stream
from seatrial.harness.spool import read_spool

CONNECTIONS = 64
DEADLINE_S = 5.0
START_S = 0.1  # as in harness/generator/generate.py
OK = 200
OURS = "seatrial"
FIRST_RATE, STEP = 8_000.0, 1.25
KEPT_UP = 0.97
"""Of the requests that were due, so many must have been sent for a rate to be held."""

FASTHTTP = Path(__file__).with_name("fasthttp.py")
QUANTILES = (0.5, 0.99, 0.999)


@dataclass(frozen=True)
class Course:
    """One load of ours: its samples, and the processor time that it and the server took."""

    rate_per_s: float
    samples: pd.DataFrame
    cpu_s: float
    server_s: float

    def quantiles_ms(self, of: str) -> tuple[float, float, float]:
        """How long after their intended times requests were sent, or done."""
        after_ms = (self.samples[of] - self.samples["intended_ns"]).to_numpy() / 1e6
        p50, p99, p999 = np.quantile(after_ms, QUANTILES)
        return float(p50), float(p99), float(p999)

    @property
    def failed(self) -> int:
        """Requests without a good reply."""
        return int((self.samples["status"] != OK).sum())

    @property
    def per_s(self) -> float:
        """Requests by second, by the samples' own times: who ends a load may come to it late."""
        sent_ns = self.samples["sent_ns"]
        return 1e9 * len(sent_ns) / float(sent_ns.max() - sent_ns.min())

    @property
    def held(self) -> bool:
        """Whether requests were sent as fast as they were due."""
        return not self.failed and self.per_s >= KEPT_UP * self.rate_per_s


def course(to: Serving, rate_per_s: float, seconds: float, streams: tuple[Stream, ...]) -> Course:
    """Let our load process send at that rate."""
    plan = LoadPlan(rate_per_s, streams, DEADLINE_S, CONNECTIONS)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        spool = Path(folder) / "samples.arrow"
        with placed(GENERATOR_CORE):
            load = stack.enter_context(loading(plan, spool))
        load.ready()
        server_s = to.cpu_s()
        load.aim(Endpoint(HOST, to.port))
        time.sleep(seconds + START_S)
        load.stop()
        server_s = to.cpu_s() - server_s
        samples = read_spool(spool).to_pandas()
    cpu_s = float(str(load.stopped["cpu_s"])) - float(str(load.started["cpu_s"]))
    return Course(rate_per_s, samples, cpu_s, server_s)


def our_rate(to: Serving, seconds: float) -> float:
    """A rate near the highest that is held, found in steps of a quarter.

    Only the rate is taken from here. What it then comes to is measured anew, as often as the others
    are: the best of many tries beside one of theirs would be no comparison.
    """
    rate = FIRST_RATE
    while course(to, rate * STEP, seconds, (Stream.KEPT,)).held:
        rate *= STEP
    return rate


def our_ceiling(to: Serving, rate_per_s: float, seconds: float) -> Ceiling:
    """What comes of that rate, held or not."""
    one = course(to, rate_per_s, seconds, (Stream.KEPT,))
    return Ceiling(
        OURS,
        per_s=one.per_s,
        per_core=len(one.samples) / one.cpu_s,
        keeps=True,
        failed=one.failed,
        server=one.server_s / (len(one.samples) / one.per_s),
    )


def our_pace(
    to: Serving, rate_per_s: int, seconds: float, streams: tuple[Stream, ...] = (Stream.KEPT,)
) -> Paced:
    """Latency from the intended time; over kept connections, as the others have them."""
    one = course(to, rate_per_s, seconds, streams)
    name = OURS if streams == (Stream.KEPT,) else f"{OURS}, fresh and kept"
    cpu_s = 1000 * one.cpu_s / len(one.samples)
    lag_p99_ms = one.quantiles_ms("sent_ns")[1]
    return Paced(name, rate_per_s, *one.quantiles_ms("done_ns"), cpu_s, "intended", lag_p99_ms)


def fasthttp_ceiling(to: Serving, seconds: float) -> Ceiling:
    """Locust's own fast client: as many users as others have connections, without a wait."""
    with TemporaryDirectory() as folder:
        spool = Path(folder) / "samples.arrow"
        command = [
            *(
                sys.executable,
                "-m",
                "locust",
                "-f",
                str(FASTHTTP),
                "--headless",
                "--skip-log-setup",
            ),
            *("-H", to.url.rstrip("/"), "-u", str(CONNECTIONS), "-r", str(CONNECTIONS)),
            *("--exit-code-on-error", "0"),
        ]
        server_s = to.cpu_s()
        took = json.loads(
            run(command, {"SPOOL": str(spool), "SECONDS": str(seconds)}).output.splitlines()[-1]
        )
        server_s = to.cpu_s() - server_s
        samples = read_spool(spool).to_pandas()
    wall_s = took["wall_s"]
    return Ceiling(
        "locust FastHttpUser",
        per_s=len(samples) / wall_s,
        per_core=len(samples) / took["cpu_s"],
        keeps=True,
        failed=int((samples["status"] != OK).sum()),
        server=server_s / wall_s,
    )
