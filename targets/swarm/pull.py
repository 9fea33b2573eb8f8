"""Has images pulled by every node, the way Swarm itself pulls them: by a job on each node."""

from collections.abc import Sequence
from dataclasses import dataclass

from seatrial.harness.errors import RejectedError
from seatrial.targets.swarm import parse, translate
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.patience import wait
from seatrial.targets.swarm.removal import Removal
from seatrial.targets.swarm.spec import ServiceSpec

RUN = "seatrial-pull"
PATIENCE_S = 600.0


def job(number: int, image: str) -> ServiceSpec:
    """A job that does nothing, once on every node."""
    return ServiceSpec(
        name=f"{RUN}-{number}",
        labels=translate.labels(RUN),
        task_template={
            "ContainerSpec": {
                "Image": image,
                "Command": ["true"],
                "Labels": translate.labels(RUN),
                "Healthcheck": {"Test": ["NONE"]},
            },
            "RestartPolicy": {"Condition": "none"},
            "ForceUpdate": 0,
        },
        mode={"GlobalJob": {}},
        update_config=None,  # a job has none, and Swarm insists on that
        rollback_config=None,
        endpoint_spec={},
    )


@dataclass(frozen=True)
class Pull:
    """One round of pulling."""

    engine: Engine
    removal: Removal

    def __call__(self, images: Sequence[str]) -> None:
        """Have these images on every node; they are there on return."""
        self.removal()
        try:
            for number, image in enumerate(images):
                with self.engine.calling(f"Pulling {image}") as api:
                    api.create_service(**job(number, image).arguments())
            wait("its nodes to pull images", lambda: self._pulled(len(images)), PATIENCE_S)
        finally:
            self.removal()

    def _pulled(self, images: int) -> bool:
        with self.engine.calling("Listing tasks") as api:
            ready = [node for node in api.nodes() if parse.node(node).ready]
            tasks = api.tasks(filters={"label": self.removal.label})
        for task in tasks:
            if task["Status"]["State"] == "rejected":
                image = task["Spec"]["ContainerSpec"]["Image"]
                raise RejectedError(f"A node cannot pull {image}: {task['Status'].get('Err')}")
        ended = [task for task in tasks if parse.state(task) in parse.ENDED]
        return len(ended) >= images * len(ready)
