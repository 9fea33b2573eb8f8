"""Other load generators: how each is called, how to get it, and how what it says is read."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.place import Ended, run
from benchmarks.results import Ceiling, Paced
from benchmarks.serving import Serving

CONNECTIONS = 64
OHA_CUT_OFF = "aborted due to deadline"
"""What was under way when the time was over is no failure of anything."""

K6_SCRIPT = """
import http from 'k6/http';
const rate = Number(__ENV.RATE), duration = __ENV.SECONDS + 's', vus = Number(__ENV.USERS);
const open = { executor: 'constant-arrival-rate', rate, duration, preAllocatedVUs: vus };
const closed = { executor: 'constant-vus', vus, duration };
export const options = {
  scenarios: { load: rate ? open : closed }, summaryTrendStats: ['p(50)', 'p(99)', 'p(99.9)'],
};
export default () => http.get(__ENV.URL);
export function handleSummary(data) { return { stdout: JSON.stringify(data.metrics) }; }
"""


@dataclass(frozen=True)
class Reading:
    """What a program told: requests, those that failed, latencies in ms where it told them."""

    requests: int
    failed: int
    latencies_ms: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Job:
    """Ask this page for that long, at that rate; as fast as it goes when the rate is 0."""

    program: str
    url: str
    rate_per_s: int
    seconds: int
    folder: Path


@dataclass(frozen=True)
class Peer:
    """A program. `since` says from when on its latency counts, and is empty if it has no rate."""

    name: str
    get: str
    since: str
    keeps: bool
    call: Callable[[Job], tuple[Ended, Reading]]

    @property
    def program(self) -> str | None:
        """Where it is installed, if it is."""
        return shutil.which(self.name)

    def ceiling(self, to: Serving, seconds: int) -> Ceiling:
        """As fast as it goes."""
        server_s = to.cpu_s()
        ended, reading = self._run(to, 0, seconds)
        server = (to.cpu_s() - server_s) / ended.wall_s
        return Ceiling(
            self.name,
            per_s=reading.requests / seconds,
            per_core=reading.requests / ended.cpu_s,
            keeps=self.keeps,
            failed=reading.failed,
            server=server,
        )

    def pace(self, to: Serving, rate_per_s: int, seconds: int) -> Paced | None:
        """At that rate; None when it has none."""
        if not self.since:
            return None
        ended, reading = self._run(to, rate_per_s, seconds)
        if reading.latencies_ms is None:
            return None
        cpu_s = 1000 * ended.cpu_s / reading.requests
        return Paced(self.name, rate_per_s, *reading.latencies_ms, cpu_s, self.since)

    def _run(self, to: Serving, rate_per_s: int, seconds: int) -> tuple[Ended, Reading]:
        with TemporaryDirectory() as folder:
            program = self.program or self.name
            return self.call(Job(program, to.url, rate_per_s, seconds, Path(folder)))


def wrk(job: Job) -> tuple[Ended, Reading]:
    """A closed loop in C, without a rate."""
    command = [job.program, "-t1", f"-c{CONNECTIONS}", f"-d{job.seconds}s", job.url]
    ended = run(command)
    return ended, read_wrk(ended.output)


def read_wrk(said: str) -> Reading:
    """Of its text."""
    requests = re.search(r"(\d+) requests in", said)
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Reading(int(requests[1]) if requests else 0, int(failed[1]) if failed else 0)


def vegeta(job: Job) -> tuple[Ended, Reading]:
    """An open loop in Go that keeps every result."""
    targets, results = job.folder / "targets", job.folder / "results"
    targets.write_text(f"GET {job.url}\n")
    attack = [
        *(job.program, "attack", f"-rate={job.rate_per_s}", f"-duration={job.seconds}s"),
        *(f"-connections={CONNECTIONS}", f"-targets={targets}", f"-output={results}"),
        *(() if job.rate_per_s else (f"-max-workers={CONNECTIONS}",)),
    ]
    ended = run(attack, {"GOMAXPROCS": "1"})
    # a report of its own metrics has no 99.9th percentile: all results are read instead
    rows = run([job.program, "encode", "-to=csv", str(results)]).output
    return ended, read_vegeta(rows)


def read_vegeta(rows: str) -> Reading:
    """Of its results as CSV: time, status, latency in ns, and more."""
    fields = [row.split(",")[1:3] for row in rows.splitlines()]
    latencies = sorted(int(latency) / 1e6 for _, latency in fields)
    failed = sum(status != "200" for status, _ in fields)
    return Reading(len(fields), failed, quantiles(latencies) if latencies else None)


def quantiles(ordered: list[float]) -> tuple[float, float, float]:
    """The median, 99th and 99.9th percentile."""
    p50, p99, p999 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99, 0.999))
    return p50, p99, p999


def k6(job: Job) -> tuple[Ended, Reading]:
    """Scripts in JavaScript over Go; samples are folded, not kept."""
    script = job.folder / "script.js"
    script.write_text(K6_SCRIPT)
    variables = {
        "RATE": str(job.rate_per_s),
        "SECONDS": str(job.seconds),
        "USERS": str(CONNECTIONS),
        "URL": job.url,
    }
    ended = run([job.program, "run", "--quiet", str(script)], variables | {"GOMAXPROCS": "1"})
    return ended, read_k6(ended.output)


def read_k6(said: str) -> Reading:
    """Of its metrics as JSON."""
    metrics = json.loads(said[said.index("{") :])
    took = metrics["http_req_duration"]["values"]
    requests = int(metrics["http_reqs"]["values"]["count"])
    failed = int(metrics["http_req_failed"]["values"]["passes"])
    return Reading(requests, failed, (took["p(50)"], took["p(99)"], took["p(99.9)"]))


def oha(job: Job) -> tuple[Ended, Reading]:
    """A closed or open loop in Rust; samples are in its memory, not kept."""
    rate = ("-q", str(job.rate_per_s), "--latency-correction") if job.rate_per_s else ()
    command = [job.program, "--no-tui", "--output-format", "json", "-c", str(CONNECTIONS)]
    ended = run([*command, *rate, "-z", f"{job.seconds}s", job.url])
    return ended, read_oha(ended.output)


def read_oha(said: str) -> Reading:
    """Of its summary as JSON, latencies in s."""
    summary = json.loads(said)
    took, statuses = summary["latencyPercentiles"], summary["statusCodeDistribution"]
    good = statuses.get("200", 0)
    errors = dict(summary["errorDistribution"])
    errors.pop(OHA_CUT_OFF, None)
    failed = sum(statuses.values()) - good + sum(errors.values())
    p50, p99, p999 = (1e3 * took[key] for key in ("p50", "p99", "p99.9"))
    return Reading(good + failed, failed, (p50, p99, p999))


PEERS = (
    Peer("wrk", get="apt-get install wrk", since="", keeps=False, call=wrk),
    Peer(
        "vegeta",
        get="go install github.com/tsenart/vegeta/v12@latest",
        since="sent",
        keeps=True,
        call=vegeta,
    ),
    Peer("k6", get="go install go.k6.io/k6@latest", since="sent", keeps=False, call=k6),
    Peer("oha", get="cargo install --locked oha", since="intended", keeps=False, call=oha),
)
