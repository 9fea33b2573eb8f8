"""The part of the contract on nodes and on what decides. It needs three nodes."""

import pytest

from seatrial.harness.capability import ControlPlaneFaults, NodeControl, Tunable
from seatrial.harness.contract_ground import REPLICAS, ContractGround, offers, ready, until
from seatrial.harness.errors import TargetError
from seatrial.harness.model import Settings
from seatrial.harness.target import Deployment, Target
from seatrial.harness.workload import FRONTEND

NOTICE_S = 21.0


class NodeContract(ContractGround):
    """Nodes are told by the names that replicas are on."""

    def test_a_drained_node_runs_nothing_and_may_again(
        self, target: Target, deployment: Deployment
    ) -> None:
        """Its replicas are replaced elsewhere, and none runs there by the node's own account."""
        if not offers(target, deployment, NodeControl):
            return
        assert isinstance(deployment, NodeControl)
        first, *others = deployment.nodes()
        assert {r.node for r in ready(deployment).values()} <= {n.name for n in (first, *others)}
        used = [node for node in others if deployment.running(node.name, FRONTEND)]
        victim = used[0].name
        deployment.drain(victim)
        try:

            def moved() -> bool:
                nodes = [replica.node for replica in ready(deployment).values()]
                gone = not deployment.running(victim, FRONTEND)
                return gone and len(nodes) == REPLICAS and victim not in nodes

            assert until(moved, self.patience_s), deployment.replicas(FRONTEND)
        finally:
            deployment.activate(victim)
        assert until(lambda: all(n.ready for n in deployment.nodes()), self.patience_s)

    def test_what_decides_can_be_halted_and_resumed(
        self, target: Target, deployment: Deployment
    ) -> None:
        """Meanwhile its API does not answer; afterwards all replicas are ready again."""
        if not offers(target, deployment, ControlPlaneFaults):
            return
        assert isinstance(deployment, ControlPlaneFaults)
        deployment.halt()
        try:
            with pytest.raises(TargetError):
                deployment.replicas(FRONTEND)
        finally:
            deployment.resume()

        def back() -> bool:
            try:
                return len(ready(deployment)) == REPLICAS
            except TargetError:
                return False

        assert until(back, self.patience_s)

    def test_settings_of_the_cluster_can_be_set_and_taken_back(self, target: Target) -> None:
        """Preflight reads what is in force."""
        if not isinstance(target, Tunable):
            assert "Tunable" in target.unsupported
            return
        target.tune(Settings())
        before = target.preflight().settings
        target.tune(Settings(notice_s=NOTICE_S))
        try:
            assert target.preflight().settings != before
        finally:
            target.tune(Settings())
        assert target.preflight().settings == before
