"""The part of the contract on deploying, scaling, accepting and leaving nothing behind."""

import pytest

from seatrial.harness.contract_ground import REPLICAS, RUN, ContractGround, ready
from seatrial.harness.model import Workload
from seatrial.harness.target import Connection, Deployment, Target
from seatrial.harness.workload import FRONTEND, counter

OTHER_RUN = "contract-other"


class CoreContract(ContractGround):
    """What every adapter must do."""

    def test_preflight_tells_versions_nodes_settings_and_exposure(self, target: Target) -> None:
        """What a report says of a target is read from it."""
        found = target.preflight()
        assert found.target == target.name
        assert found.versions
        assert found.settings
        assert found.exposure
        assert found.nodes
        assert all(node.ready for node in found.nodes)

    def test_a_deployment_serves_and_its_ids_are_stable(self, deployment: Deployment) -> None:
        """The same replicas are told by the same ids, with the host name that replies carry."""
        first, second = ready(deployment), ready(deployment)
        assert first.keys() == second.keys()
        assert len({replica.host for replica in first.values()}) == len(first)

    def test_deploying_again_changes_nothing(
        self, target: Target, deployment: Deployment, workload: Workload
    ) -> None:
        """Deploy is idempotent; leaving the second deployment removes what both are."""
        before = ready(deployment)
        with target.deploy(workload) as again:
            assert ready(again).keys() == before.keys()
        assert target.clean(RUN) == []

    def test_requests_are_accepted_not_awaited(
        self, target: Target, connection: Connection
    ) -> None:
        """Of a version that never gets ready, deploy and scale return all the same."""
        unready = counter(RUN, connection.registry, version="unready", settings=self.settings)
        with target.deploy(unready) as deployment:
            assert not ready(deployment)
            deployment.scale(FRONTEND, 4)
            assert not ready(deployment)

    def test_scale_converges_and_keeps_the_replicas_that_stay(self, deployment: Deployment) -> None:
        """Up adds to those that are there; down leaves some of them."""
        three = self.settle(deployment, REPLICAS)
        deployment.scale(FRONTEND, 5)
        five = self.settle(deployment, 5)
        assert three.keys() < five.keys()
        deployment.scale(FRONTEND, 2)
        assert self.settle(deployment, 2).keys() < five.keys()

    def test_describe_is_evidence_without_secrets(self, deployment: Deployment) -> None:
        """The orchestrator's own words on the frontend, and no key or token."""
        evidence = deployment.describe()
        assert any(FRONTEND in text for text in evidence.values())
        assert not any("PRIVATE KEY" in text or "SWMTKN" in text for text in evidence.values())

    def test_an_error_inside_still_removes_everything(
        self, target: Target, workload: Workload
    ) -> None:
        """The removal is complete when the context is left, however it is left."""
        with pytest.raises(RuntimeError, match="in the middle"), target.deploy(workload):
            raise RuntimeError("in the middle")
        assert target.clean(RUN) == []

    def test_clean_removes_what_a_crash_left_and_only_of_that_run(
        self, target: Target, connection: Connection, workload: Workload
    ) -> None:
        """A deployment nobody left: another adapter object finds it by its label."""
        target.deploy(workload).__enter__()
        another = type(self).adapter(connection)
        assert another.clean(OTHER_RUN) == []
        assert another.clean(RUN) != []
        assert another.clean(RUN) == []
