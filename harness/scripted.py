"""A loopback server in a process of its own that fails by orders: the truth of a calibration.

An order is a line of JSON on standard input (`kind`, `length_s`, `phase_s`); what became of it is a
line on standard output (`start_ns`, `end_ns`, `good_ns`), as is the port at the beginning. It ends
with its input, so that it does not outlast whoever ordered it.
"""

import itertools
import json
import sys
import threading
import time

from seatrial.harness.bias import REPLICAS, Kind, Truth
from seatrial.harness.load import prefer
from seatrial.harness.loopback import Fault, LoopbackServer

FAULTS = {
    Kind.HANG: Fault.HANG,
    Kind.ERROR: Fault.ERROR,
    Kind.SLOW: Fault.SLOW,
    Kind.FLAPPING: Fault.ERROR,
    Kind.ONE_OF_THREE: Fault.ERROR,
}
BAD_PHASES, GOOD_PHASES = 2, 1
"""Of a server that flaps, in turn."""


class Script:
    """The outages that the server makes; each tells when it was."""

    def __init__(self, server: LoopbackServer) -> None:
        self.server = server

    def outage(self, kind: Kind, length_s: float, phase_s: float) -> Truth:
        """Fail that way for that long; one that flaps ends with a whole phase."""
        if kind is Kind.FLAPPING:
            return self._flap(length_s, phase_s)
        start_ns = self._begin(kind)
        time.sleep(length_s)
        return Truth(kind, start_ns, self._end(kind))

    def _flap(self, length_s: float, phase_s: float) -> Truth:
        turns = round(length_s / phase_s / (BAD_PHASES + GOOD_PHASES))
        bad = [self.outage(Kind.ERROR, BAD_PHASES * phase_s, phase_s)]
        for _ in range(max(1, turns)):
            time.sleep(GOOD_PHASES * phase_s)
            bad.append(self.outage(Kind.ERROR, BAD_PHASES * phase_s, phase_s))
        good_ns = max(after.start_ns - before.end_ns for before, after in itertools.pairwise(bad))
        return Truth(Kind.FLAPPING, bad[0].start_ns, bad[-1].end_ns, good_ns)

    def _begin(self, kind: Kind) -> int:
        return self.server.refuse() if kind is Kind.REFUSED else self._fail(kind, FAULTS[kind])

    def _end(self, kind: Kind) -> int:
        return self.server.accept() if kind is Kind.REFUSED else self._fail(kind, Fault.NONE)

    def _fail(self, kind: Kind, fault: Fault) -> int:
        failing = REPLICAS[:1] if kind is Kind.ONE_OF_THREE else REPLICAS
        return [self.server.fail(replica, fault) for replica in failing][-1]


def serve() -> None:
    """Obey until the orders end."""
    turns = itertools.cycle(REPLICAS)
    with LoopbackServer(lambda: (next(turns), "v1")) as server:
        for thread in (server.thread, threading.get_native_id()):
            prefer(thread)  # what it does late the instrument would be blamed for
        script = Script(server)
        _tell(port=server.port)
        for line in sys.stdin:
            order = json.loads(line)
            kind = Kind(order["kind"])
            truth = script.outage(kind, order["length_s"], order["phase_s"])
            _tell(start_ns=truth.start_ns, end_ns=truth.end_ns, good_ns=truth.good_ns)


def _tell(**words: int) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
