"""What an adapter says it ignores is what its specifications do not change by."""

from collections.abc import Callable
from dataclasses import fields, replace

import pytest

from seatrial.harness.capability import Edge, Ignoring, Tunable
from seatrial.harness.model import Order, Service, Settings
from seatrial.harness.target import Connection, Target
from seatrial.harness.workload import counter
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.target import KubernetesTarget
from seatrial.targets.swarm import translate
from seatrial.targets.swarm.target import SwarmTarget

BEFORE = Settings(order=Order.STOP_FIRST)
OTHERWISE = Settings(
    notice_s=7.0,
    replacement_delay_s=7.0,
    stop_grace_s=7.0,
    pre_stop_s=7.0,
    probe_period_s=7.0,
    order=Order.START_FIRST,
    parallelism=7,
    update_delay_s=7.0,
    monitor_s=7.0,
    on_failure="rollback",
    edge=True,
)
BY = {"notice_s": Tunable, "edge": Edge}
"""Those that no service's specification has, and by what a target says that it has them."""

Specify = Callable[[Service], object]


def swarm(service: Service) -> object:
    return translate.service_spec("run", service, "network", mesh=True)


def kubernetes(service: Service) -> object:
    return manifests.deployment("run", service)


def specified(specify: Specify, settings: Settings) -> list[object]:
    return [specify(service) for service in counter("run", "x", settings=settings).services]


@pytest.mark.parametrize(
    ("target", "specify"), [(SwarmTarget, swarm), (KubernetesTarget, kubernetes)]
)
def test_what_is_ignored_is_told_and_nothing_else(target: type[Target], specify: Specify) -> None:
    names = {field.name for field in fields(Settings)}
    changed = {
        name
        for name in names - BY.keys()
        if specified(specify, replace(BEFORE, **{name: getattr(OTHERWISE, name)}))
        != specified(specify, BEFORE)
    }
    made = target(Connection("", ""))
    changed |= {name for name, capability in BY.items() if isinstance(made, capability)}
    ignored = set(target.ignored) if isinstance(target, Ignoring) else set()
    assert names - changed == ignored
