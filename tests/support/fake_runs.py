"""Runs on FakeTarget, with the real load process and scenarios in their short forms."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.harness import registry
from seatrial.harness.errors import UnreachableError
from seatrial.harness.fake import FakeTarget
from seatrial.harness.lines import Lines
from seatrial.harness.model import Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import LoadPlan, TrialSpec
from seatrial.harness.runner import Runner
from seatrial.harness.target import Connection

SHORT: dict[str, dict[str, object]] = {
    "deploy": {"hold_s": 1.0},
    "load_balance": {"hold_s": 3.0},
    "self_heal": {"hold_s": 1.0},
    "crash_loop": {"kills": 3, "hold_s": 0.5},
    "scale": {"up_hold_s": 1.0, "down_hold_s": 1.0},
    "rollout": {"hold_s": 1.0},
    "rollback": {"hold_s": 1.0},
    "bad_rollout": {"watch_s": 3.0, "hold_s": 1.0},
    "canary": {"hold_s": 2.0, "after_s": 1.0},
    "config_change": {"hold_s": 1.0},
}


@dataclass
class FakeProvider:
    """One fake cluster at an address of its own."""

    address: str
    broken: bool = False
    provided: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        return ["fake"]

    @contextmanager
    def provide(self, target: str) -> Iterator[Connection]:
        self.provided.append(target)
        if self.broken and len(self.provided) > 1:
            raise UnreachableError("the lab went away")
        yield Connection(self.address, "registry.test", exclusive=True)


def planned(*cases: tuple[str, str]) -> Plan:
    specs = [
        TrialSpec(n, 1, "fake", "stock", name, variant, SHORT.get(name, {}), LoadPlan(100))
        for n, (name, variant) in enumerate(cases, 1)
    ]
    return Plan("test", "test", "fake", 1, 1, {"stock": Settings()}, tuple(specs))


def runner(
    folder: Path,
    plan: Plan,
    provider: FakeProvider,
    say: Callable[[str], None] = lambda _: None,
    **scenarios: type,
) -> Runner:
    known = registry.scenarios() | scenarios
    targets, progress = {"fake": FakeTarget}, Lines(say)
    return Runner(plan, folder, "seatrial run test", targets, known, provider, progress)
