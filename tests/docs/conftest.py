"""A run as the guides tell to make one, on FakeTarget: their provider, their scenario."""

from dataclasses import replace
from pathlib import Path

import pytest
from examples.own_cluster import OwnCluster
from examples.shrink import Shrink
from support.fake_runs import planned, runner

from seatrial.harness import registry
from seatrial.harness.derive import derive
from seatrial.harness.fake import FakeTarget
from seatrial.harness.record import TrialSpec
from seatrial.reports import html, markdown

CASES = (("shrink", ""), ("autoscale", "up"), ("backend_failure", "node"))


@pytest.fixture(scope="session")
def sailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run directory, with its reports."""
    folder = tmp_path_factory.mktemp("sailed") / "run"
    plan = planned(*CASES)
    plan = replace(plan, trials=tuple(map(_short, plan.trials)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "targets", lambda: {"fake": FakeTarget})
        patch.setenv("SEATRIAL_FAKE", "fake://documented")
        patch.setenv("SEATRIAL_REGISTRY", "registry.test")
        assert OwnCluster().names() == ["fake"]
        runner(folder, plan, OwnCluster(), shrink=Shrink).run()
    scenarios = registry.scenarios() | {"shrink": Shrink}
    derive(folder, scenarios)
    html.write(folder, scenarios)
    markdown.write(folder, scenarios)
    return folder


def _short(spec: TrialSpec) -> TrialSpec:
    return replace(spec, parameters={"hold_s": 1.0}) if spec.scenario == "shrink" else spec
