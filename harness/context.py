"""What a scenario's `act` is handed: it requests, waits and notes; everything is recorded."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from seatrial.harness import columns
from seatrial.harness.clock import now_ns
from seatrial.harness.errors import TargetError
from seatrial.harness.hands import Hands
from seatrial.harness.load import Load
from seatrial.harness.model import Replica, Workload
from seatrial.harness.observe import Observer
from seatrial.harness.record import Event
from seatrial.harness.recorder import TrialRecorder
from seatrial.harness.spool import read_spool
from seatrial.harness.steadiness import steady
from seatrial.harness.target import Connection, Machines

POLL_S = 0.1
STEADY_POLL_S = 0.25


class TrialContext:
    """The `Context` of one trial (harness/scenario.py)."""

    def __init__(
        self,
        workload: Workload,
        connection: Connection,
        load: Load,
        recorder: TrialRecorder,
    ) -> None:
        self.workload = workload
        self.hands = Hands(connection.machines) if connection.machines else None
        self._observers: dict[str, Observer] = {}
        self._registry, self._load, self._recorder = connection.registry, load, recorder

    @property
    def machines(self) -> Machines:
        """Hands on the nodes, which remember what they broke."""
        if self.hands is None:
            raise TargetError("There is no access to this target's nodes: use the lab, which has.")
        return self.hands

    def follow(self, service: str, observer: Observer) -> None:
        """Let `ready` know who watches the service."""
        self._observers[service] = observer

    def image(self, version: str) -> str:
        """The counter app's image of that version here."""
        return f"{self._registry}/counter:{version}"

    @contextmanager
    def acting(self, kind: str, subject: str = "") -> Iterator[None]:
        """Bracket one request to the orchestrator; also one that was refused is recorded."""
        at_ns = now_ns()
        try:
            yield
        except TargetError as error:
            detail = {"what": kind, "refused": str(error)}
            self._recorder.write(Event(at_ns, "harness", "act", subject, detail))
            raise
        done = {"what": kind, "accepted_ns": now_ns()}
        self._recorder.write(Event(at_ns, "harness", "act", subject, done))

    def wait(self, what: str, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the condition holds, and record whether it came to."""
        found = self._until(condition, timeout_s, POLL_S)
        self.note("converged" if found else "timeout", what)
        return found

    def ready(self, service: str) -> list[Replica]:
        """The replicas of the service that are ready now, by the latest observation."""
        return self._observers[service].ready()

    def hold(self, seconds: float) -> None:
        """Let load and observers go on for that long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._load.check()
            time.sleep(min(left, POLL_S))

    def note(self, kind: str, subject: str = "", **detail: object) -> Event:
        """Record an event of the harness now."""
        event = Event(now_ns(), "harness", kind, subject, detail)
        self._recorder.write(event)
        return event

    def steady(self, when: str, timeout_s: float) -> bool:
        """Wait for a steady state and record whether there was one before or after the act."""
        found = self._until(self._is_steady, timeout_s, STEADY_POLL_S)
        self.note("steady" if found else "unsteady", when)
        return found

    def pace(self, rate_per_s: float) -> None:
        """Order the rate and record from when on it holds."""
        self.load_event("paced", "", self._load.pace(rate_per_s))

    def load_event(self, kind: str, subject: str, told: Mapping[str, object]) -> None:
        """Record what the load process told of itself."""
        at_ns = int(str(told.get("at_ns", now_ns())))
        self._recorder.write(Event(at_ns, "load", kind, subject, told))

    def _is_steady(self) -> bool:
        seen = columns.samples(columns.of_table(read_spool(self._recorder.spool)))
        return steady(seen, self._load.plan, now_ns())

    def _until(self, condition: Callable[[], bool], timeout_s: float, poll_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._load.check()
            time.sleep(poll_s)
        return True
