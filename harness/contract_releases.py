"""The part of the contract on versions: rolled out, judged, rolled back, tried on one replica."""

from collections import Counter

from seatrial.harness.capability import Autoscale, Canary, ImageCache, Pulls, Rollouts
from seatrial.harness.contract_ground import (
    REPLICAS,
    RUN,
    ContractGround,
    offers,
    ready,
    until,
)
from seatrial.harness.model import Change, RolloutState, ScalingPolicy, Workload
from seatrial.harness.target import Connection, Deployment, Target
from seatrial.harness.workload import FRONTEND, counter


def change(connection: Connection, version: str = "v2") -> Change:
    """To that version of the app."""
    return Change(image=f"{connection.registry}/counter:{version}")


def versions(deployment: Deployment) -> Counter[str]:
    """How many ready replicas there are of each version."""
    images = (replica.image for replica in ready(deployment).values())
    return Counter(image.partition("@")[0].rpartition(":")[2] for image in images)


class ReleaseContract(ContractGround):
    """In the end what is ready is what was asked for."""

    def becomes(self, deployment: Deployment, **wanted: int) -> None:
        """Wait until so many of each version are ready, and no other."""
        there = until(lambda: versions(deployment) == Counter(wanted), self.patience_s)
        assert there, deployment.replicas(FRONTEND)

    def test_update_replaces_every_replica(
        self, deployment: Deployment, connection: Connection
    ) -> None:
        """In the end all that is ready runs the new image."""
        deployment.update(FRONTEND, change(connection))
        self.becomes(deployment, v2=REPLICAS)

    def test_rollback_returns_to_the_version_before(
        self, target: Target, deployment: Deployment, connection: Connection
    ) -> None:
        """By the orchestrator's own undo, after a rollout that it calls done."""
        if not offers(target, deployment, Rollouts):
            return
        assert isinstance(deployment, Rollouts)
        deployment.update(FRONTEND, change(connection))
        self.becomes(deployment, v2=REPLICAS)

        def done() -> bool:
            return deployment.progress(FRONTEND).state is RolloutState.DONE

        assert until(done, self.patience_s), deployment.progress(FRONTEND)
        deployment.rollback(FRONTEND)
        self.becomes(deployment, v1=REPLICAS)

    def test_a_rollout_that_fails_is_not_called_done(
        self, target: Target, deployment: Deployment, connection: Connection
    ) -> None:
        """Of a version that never gets ready; what was there before comes back by rollback."""
        if not offers(target, deployment, Rollouts):
            return
        assert isinstance(deployment, Rollouts)
        deployment.update(FRONTEND, change(connection, "unready"))
        began = until(lambda: len(deployment.replicas(FRONTEND)) > REPLICAS, self.patience_s)
        assert began, deployment.replicas(FRONTEND)
        assert deployment.progress(FRONTEND).state is not RolloutState.DONE
        deployment.rollback(FRONTEND)
        self.becomes(deployment, v1=REPLICAS)

    def test_a_canary_is_one_beside_the_others(
        self, target: Target, deployment: Deployment, connection: Connection
    ) -> None:
        """Aborted, nothing is left of it; promoted, it is all there is."""
        if not offers(target, deployment, Canary):
            return
        assert isinstance(deployment, Canary)
        deployment.canary(FRONTEND, change(connection))
        self.becomes(deployment, v1=REPLICAS, v2=1)
        deployment.abort(FRONTEND)
        self.becomes(deployment, v1=REPLICAS)
        deployment.canary(FRONTEND, change(connection))
        self.becomes(deployment, v1=REPLICAS, v2=1)
        deployment.promote(FRONTEND)
        self.becomes(deployment, v2=REPLICAS)

    def test_an_autoscaler_keeps_to_its_bounds(
        self, target: Target, deployment: Deployment
    ) -> None:
        """More than there are, when that is its least."""
        if not offers(target, deployment, Autoscale):
            return
        assert isinstance(deployment, Autoscale)
        deployment.autoscale(FRONTEND, ScalingPolicy(REPLICAS + 1, REPLICAS + 2, 80))
        self.settle(deployment, REPLICAS + 1)

    def test_images_that_were_discarded_are_pulled_again(
        self, target: Target, connection: Connection, workload: Workload
    ) -> None:
        """A deployment after it serves all the same, and the pulls are told of if any are."""
        if not isinstance(target, ImageCache):
            assert "ImageCache" in target.unsupported
            return
        images = [service.image for service in counter(RUN, connection.registry).services]
        target.discard(images)
        with target.deploy(workload) as deployment:
            self.settle(deployment, REPLICAS)
            if offers(target, deployment, Pulls):
                assert isinstance(deployment, Pulls)
                assert deployment.pulled() > 0
