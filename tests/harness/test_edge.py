"""The edge on request: how a suite asks for it, what is pulled for it, and who cannot have it."""

from pathlib import Path

import pytest

from seatrial.harness import plan, registry
from seatrial.harness.conduct import lacking
from seatrial.harness.edge import SLOTS, config, image
from seatrial.harness.fake import FakeTarget
from seatrial.harness.model import Service, Settings
from seatrial.harness.plan import Plan
from seatrial.harness.record import Status
from seatrial.harness.survey import needed_images
from seatrial.harness.target import Connection
from seatrial.harness.workload import FRONTEND, counter

SUITE = """
schema = 1
name = "mine"
targets = ["fake"]
profiles = ["stock", "matched"]
[settings]
{line}
[[scenarios]]
name = "load_balance"
"""


def made(tmp_path: Path, line: str) -> Plan:
    path = tmp_path / "mine.toml"
    path.write_text(SUITE.format(line=line))
    return plan.make(plan.load(path), str(path), 1, {"fake": FakeTarget}, registry.scenarios())


@pytest.mark.parametrize(("line", "edge"), [("edge = true", True), ("", False)])
def test_a_suite_asks_for_the_edge_in_every_profile(
    tmp_path: Path, line: str, *, edge: bool
) -> None:
    trials = made(tmp_path, line).trials
    assert {trial.settings.edge for trial in trials} == {edge}
    assert {counter("r", "x", settings=trial.settings).edge for trial in trials} == {edge}


@pytest.mark.parametrize(("line", "edges"), [("edge = true", 1), ("", 0)])
def test_its_image_is_on_the_nodes_before_the_first_trial(
    tmp_path: Path, line: str, edges: int
) -> None:
    connection = Connection("fake://edge", "registry.test")
    needed = needed_images(connection, made(tmp_path, line).trials)
    assert needed.count(image("registry.test")) == edges


def test_a_target_without_it_has_not_implemented_it() -> None:
    connection = Connection("fake://no-edge", "registry.test")
    target, scenario = FakeTarget(connection), registry.scenarios()["load_balance"]("")
    for edge, ending in ((True, Status.NOT_IMPLEMENTED), (False, None)):
        workload = counter("r", "x", settings=Settings(edge=edge))
        with target.deploy(workload) as deployment:
            found = lacking(scenario, workload, deployment, target, connection)
        assert (found and found[0]) == ending


def test_replicas_are_checked_by_their_readiness_and_no_page_view_is_sent_twice() -> None:
    service = counter("r", "x").service(FRONTEND)
    text = config(service, listen=81, resolver="nameserver a 192.0.2.1:53", name="each.test")
    assert "    option httpchk GET /readyz\n" in text
    assert "    retry-on conn-failure\n" in text
    assert f"    server-template replica {SLOTS} each.test:8080\n" in text
    assert "    nameserver a 192.0.2.1:53\n" in text
    assert "    bind :81\n" in text


def test_what_has_no_readiness_is_checked_by_connecting() -> None:
    text = config(Service("s", "i", 80), listen=81, resolver="parse-resolv-conf", name="s")
    assert "    option tcp-check\n" in text
