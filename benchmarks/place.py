"""Where benchmarked programs run: each side on a core of its own, before others where we may."""

import os
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from seatrial.harness.load import prefer

CORES = sorted(os.sched_getaffinity(0))
GENERATOR_CORE, SERVER_CORE = CORES[0], CORES[-1]


@contextmanager
def placed(core: int) -> Iterator[None]:
    """What is started in here inherits the core, and the processor first."""
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    os.sched_setaffinity(0, {core})
    prefer(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameter)
        os.sched_setaffinity(0, CORES)


@dataclass(frozen=True)
class Ended:
    """A program that has run: what it said, how long it took, and the processor time it took."""

    output: str
    wall_s: float
    cpu_s: float


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Ended:
    """Run a generator on its core to its end; CalledProcessError when it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with placed(GENERATOR_CORE):
        process = subprocess.Popen(  # noqa: S603 - programs this benchmark is about
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    output, said = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output, said)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ended(output, time.monotonic() - began, cpu_s)
