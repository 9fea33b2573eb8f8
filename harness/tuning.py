"""The cluster's own settings: changed for trials where it is nobody else's, then restored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seatrial.harness.capability import Tunable
from seatrial.harness.errors import SeatrialError
from seatrial.harness.model import Settings
from seatrial.harness.target import Connection, Provider, Target


@dataclass(frozen=True)
class Tuning:
    """What was tuned so far; `tuned` are the targets with other settings than their own."""

    targets: Mapping[str, type[Target]]
    provider: Provider
    say: Callable[[str], None]
    tuned: set[str] = field(default_factory=set)

    def tune(self, target: Target, connection: Connection, settings: Settings) -> None:
        """Only where the cluster is nobody else's; elsewhere it stays, as preflight tells."""
        if isinstance(target, Tunable) and connection.exclusive:
            self.tuned.add(target.name)
            target.tune(settings)
            if settings.notice_s is None:
                self.tuned.discard(target.name)

    def restore(self) -> None:
        """Leave clusters that trials had tuned with their own defaults."""
        for name in sorted(self.tuned):
            self.say(f"Giving {name} its own settings again")
            try:
                with self.provider.provide(name) as connection:
                    self.tune(self.targets[name](connection), connection, Settings())
            except SeatrialError as error:
                self.say(f"  {name}: {error}")
