"""The load process of a trial: locust, started early, aimed when there is something to aim at."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from select import select

from seatrial.harness.errors import LoadError
from seatrial.harness.guard import take, writing
from seatrial.harness.model import Endpoint
from seatrial.harness.record import LoadPlan

BOOT_S = 60.0
STOP_SLACK_S = 20.0
LONGEST_S = 3600
LOCUSTFILE = Path(__file__).with_name("locustfile.py")


@dataclass
class Load:
    """A running load process. `started` and `stopped` are what it told, empty before."""

    process: subprocess.Popen[bytes]
    plan: LoadPlan
    log: Path
    started: dict[str, object] = field(default_factory=dict)
    stopped: dict[str, object] = field(default_factory=dict)

    def ready(self) -> None:
        """Wait until it can be aimed; LoadError when it does not come to be."""
        self._told("ready", BOOT_S)

    def aim(self, endpoint: Endpoint) -> None:
        """Start sending there."""
        self._order({"host": endpoint.host, "port": endpoint.port})
        self.started = self._told("started", BOOT_S)

    def pace(self, rate_per_s: float) -> dict[str, object]:
        """Go on at another rate; what the process told of it."""
        self.plan = replace(self.plan, rate_per_s=rate_per_s)
        self._order({"rate_per_s": rate_per_s})
        return self._told("paced", BOOT_S)

    def check(self) -> None:
        """LoadError when the process has died."""
        if self.process.poll() is not None:
            raise LoadError(f"The load process died: {self._last_words()}")

    def stop(self) -> None:
        """Stop sending and wait for what is under way; nothing when it was stopped already."""
        if self.stopped or not self.started:
            return
        self._close_orders()
        self.stopped = self._told("stopped", self.plan.deadline_s + STOP_SLACK_S)
        self._wait()

    def end(self) -> None:
        """Make sure that the process is gone."""
        self._close_orders()
        if self.process.poll() is None and not self.started:
            self._wait()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def _wait(self) -> None:
        try:
            self.process.wait(STOP_SLACK_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _order(self, words: dict[str, object]) -> None:
        if self.process.stdin is None:
            raise LoadError("The load process takes no orders any more.")
        try:
            self.process.stdin.write(json.dumps(words).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise LoadError(f"The load process died: {self._last_words()}") from error

    def _close_orders(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()
            self.process.stdin = None

    def _told(self, word: str, timeout_s: float) -> dict[str, object]:
        out = self.process.stdout
        if out is None or not select([out], [], [], timeout_s)[0]:
            raise LoadError(f"The load process did not say {word!r}: {self._last_words()}")
        line = out.readline()
        told: dict[str, object] = json.loads(line) if line else {}
        if told.pop("word", None) != word:
            raise LoadError(f"The load process died: {self._last_words()}")
        return told

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it left no message"


def prefer(identity: int) -> None:
    """Give a process or thread the processor first, where we may.

    The generator stands for machines elsewhere: else the work of the orchestrator under test, on
    the same cores, would delay the requests that are to show its effect. The event `started` says
    whether it was given.
    """
    with suppress(PermissionError):
        os.sched_setscheduler(identity, os.SCHED_RR, os.sched_param(1))


@contextmanager
def loading(plan: LoadPlan, spool: Path) -> Iterator[Load]:
    """A load process that starts; `ready` waits for it. On exit it is gone.

    Its output is beside the spool. It ends by itself when this process does: its orders come
    through a pipe. As long as it lives it locks its log, so that whoever clears the folder away
    later knows that nobody writes there.
    """
    log = spool.with_suffix(".log")
    settings = asdict(plan) | {"spool": str(spool), "longest_s": LONGEST_S}
    with writing(log):
        out = log.open("wb")
    with out:
        take(out)
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            [
                *(sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless"),
                *("-u", "1", "-r", "1", "--skip-log-setup", "--exit-code-on-error", "0"),
            ],
            env={**os.environ, "SEATRIAL_LOAD": json.dumps(settings)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            start_new_session=True,  # Ctrl-C is for us: we stop the load in order
        )
    prefer(process.pid)
    load = Load(process, plan, log)
    try:
        yield load
    finally:
        load.end()
