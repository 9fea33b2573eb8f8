"""A Swarm service as the API takes it, and changed copies of it. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from seatrial.harness.model import Change

Part = dict[str, Any]
"""A piece of a specification, in the API's own names."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """The fields have the names of the SDK's arguments, their content those of the API."""

    name: str
    labels: dict[str, str]
    task_template: Part
    mode: Part
    update_config: Part | None
    rollback_config: Part | None
    endpoint_spec: Part

    @classmethod
    def told(cls, answer: Mapping[str, Any]) -> "ServiceSpec":
        """The specification in a service's inspection."""
        spec = answer["Spec"]
        return cls(
            name=spec["Name"],
            labels=spec["Labels"],
            task_template=spec["TaskTemplate"],
            mode=spec["Mode"],
            update_config=spec["UpdateConfig"],
            rollback_config=spec["RollbackConfig"],
            endpoint_spec=spec["EndpointSpec"],
        )

    def arguments(self) -> Part:
        """For the SDK's create_service and update_service."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def replicas(self) -> int:
        """How many tasks are wanted."""
        return int(self.mode["Replicated"]["Replicas"])

    def scaled(self, replicas: int) -> "ServiceSpec":
        """The same with that many replicas."""
        return replace(self, mode={"Replicated": {"Replicas": replicas}})

    def paced(self, config: Part) -> "ServiceSpec":
        """The same, updated by that policy; what it leaves open stays as it is."""
        return replace(self, update_config={**(self.update_config or {}), **config})

    def changed(self, change: Change) -> "ServiceSpec":
        """The same with the change's image and its variables added."""
        container = dict(self.task_template["ContainerSpec"])
        if change.image is not None:
            container["Image"] = change.image
        if change.environment is not None:
            before = dict(entry.split("=", 1) for entry in container.get("Env") or [])
            container["Env"] = environment({**before, **change.environment})
        return replace(self, task_template={**self.task_template, "ContainerSpec": container})


def environment(variables: Mapping[str, str]) -> list[str]:
    """Variables as the API lists them, always in the same order: another order is a new version."""
    return sorted(f"{name}={value}" for name, value in variables.items())
