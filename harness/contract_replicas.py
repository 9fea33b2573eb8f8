"""The part of the contract on single replicas: ended in every way, and looked into."""

import pytest

from seatrial.harness.capability import ReplicaFaults
from seatrial.harness.contract_ground import REPLICAS, ContractGround, offers, ready, until
from seatrial.harness.errors import TargetError
from seatrial.harness.model import Replica
from seatrial.harness.target import Deployment, Target
from seatrial.harness.workload import FRONTEND


def first(deployment: Deployment) -> Replica:
    """The ready replica that is first by name."""
    return min(ready(deployment).values(), key=lambda replica: replica.host)


class ReplicaContract(ContractGround):
    """Exactly the one that is meant."""

    @pytest.mark.parametrize("force", [False, True], ids=["gracefully", "by force"])
    def test_delete_removes_exactly_that_one(self, deployment: Deployment, *, force: bool) -> None:
        """One goes, its neighbours stay, a new one comes."""
        before = self.settle(deployment, REPLICAS)
        victim = first(deployment)
        deployment.delete(victim, force=force)
        assert until(lambda: victim.id not in ready(deployment), self.patience_s)
        after = self.settle(deployment, REPLICAS)
        assert before.keys() - after.keys() == {victim.id}

    def test_a_killed_process_comes_back(self, target: Target, deployment: Deployment) -> None:
        """In the same replica (one restart more) or in a new one; the others are untouched."""
        if not offers(target, deployment, ReplicaFaults):
            return
        assert isinstance(deployment, ReplicaFaults)
        before = self.settle(deployment, REPLICAS)
        victim = first(deployment)
        deployment.kill(victim)

        def came_back() -> bool:
            now = ready(deployment)
            same = now.get(victim.id)
            restarted = same is not None and same.restarts > victim.restarts
            return len(now) == len(before) and (same is None or restarted)

        assert until(came_back, self.patience_s), deployment.replicas(FRONTEND)
        others = before.keys() - {victim.id}
        now = ready(deployment)
        assert others <= now.keys()
        assert all(now[other].restarts == before[other].restarts for other in others)

    def test_a_command_runs_inside_exactly_that_one(
        self, target: Target, deployment: Deployment
    ) -> None:
        """It says the name of the host that it runs on, and a failure is told."""
        if not offers(target, deployment, ReplicaFaults):
            return
        assert isinstance(deployment, ReplicaFaults)
        for replica in ready(deployment).values():
            assert deployment.execute(replica, ["hostname"]).strip() == replica.host
        with pytest.raises(TargetError):
            deployment.execute(first(deployment), ["false"])
