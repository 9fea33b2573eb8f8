"""What a machine's own error was on outages of known length: calibration.json. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from seatrial.harness.errors import MeasurementError

SCHEMA = 1
LEAST_FAIR = 0.5
"""Of a cell's outages, so many must have met a machine that was not busy with something else."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The errors (measured minus true, in s) of one kind of outage at one rate.

    `left_out` outages are not in it: at their edges the machine was too busy to tell the truth.
    """

    kind: str
    rate_per_s: float
    metric: str  # outage, or error_seconds where only some requests failed
    outages: int
    left_out: int
    bias_s: float  # the mean of the errors
    p99_s: float  # of 100 errors 99 are at most this large, either way
    limit_s: float  # one probe interval and 2 ms

    @property
    def fair(self) -> bool:
        """Whether enough outages count."""
        return self.outages > 0 and self.outages >= LEAST_FAIR * (self.outages + self.left_out)

    @property
    def verdict(self) -> str:
        """`ok`, `over`, or `busy`: the machine had too much else to do."""
        if not self.fair:
            return "busy"
        return "ok" if self.p99_s <= self.limit_s else "over"


@dataclass(frozen=True, slots=True)
class Pace:
    """How well the load process kept a rate."""

    rate_per_s: float
    lag_p99_ms: float
    generator_cpu: float  # of one core


@dataclass(frozen=True, slots=True)
class Certificate:
    """A whole calibration of a machine, which `environment` describes as that of a run does."""

    created_wall_ns: int
    environment: Mapping[str, str]
    paces: tuple[Pace, ...]
    cells: tuple[Cell, ...]
    schema: int = SCHEMA

    @property
    def good(self) -> bool:
        """Whether every kind of outage at every rate was measured within its limit."""
        return all(cell.verdict == "ok" for cell in self.cells)

    @property
    def outages(self) -> int:
        """How many count, over all."""
        return sum(cell.outages for cell in self.cells)


_certificate = TypeAdapter(Certificate)


def written(certificate: Certificate) -> bytes:
    """As JSON."""
    return _certificate.dump_json(certificate, indent=1)


def read(text: bytes) -> Certificate:
    """Back from JSON; MeasurementError when it is none that this version reads."""
    try:
        return _certificate.validate_json(text)
    except ValidationError as error:
        first = str(error).splitlines()[0]
        raise MeasurementError(
            f"The calibration cannot be read ({first}): run `seatrial calibrate` again."
        ) from error


def table(certificate: Certificate) -> str:
    """For a terminal: a line a cell, a line a rate, and what it comes to."""
    return "".join(f"{line}\n" for line in _lines(certificate))


def _lines(certificate: Certificate) -> Iterator[str]:
    yield f"{'kind':14}{'req/s':>6}  {'metric':14}{'n':>4}{'bias':>9}{'p99':>9}{'limit':>9}  ms"
    for cell in certificate.cells:
        times = (cell.bias_s, cell.p99_s, cell.limit_s)
        ms = "".join(f"{value * 1000:9.2f}" for value in times)
        head = f"{cell.kind:14}{cell.rate_per_s:6g}  {cell.metric:14}{cell.outages:4}"
        yield f"{head}{ms}  {cell.verdict}"
    for pace in certificate.paces:
        lag, cpu = f"{pace.lag_p99_ms:.1f} ms", f"{pace.generator_cpu:.0%} of a core"
        yield f"at {pace.rate_per_s:g} req/s: dispatch lag p99 {lag}, generator {cpu}"
    bad = [cell for cell in certificate.cells if cell.verdict != "ok"]
    said = f"{len(bad)} of {len(certificate.cells)} not within the limit" if bad else "all within"
    yield f"{certificate.outages} outages: {said}"
