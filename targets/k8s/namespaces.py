"""Runs as namespaces: claimed, found by their label, removed completely."""

from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.harness.errors import RejectedError, TargetError, UnreachableError
from seatrial.targets.k8s import manifests
from seatrial.targets.k8s.api import NOT_FOUND, Api, status
from seatrial.targets.k8s.manifests import RUN_LABEL
from seatrial.targets.k8s.parse import Json
from seatrial.targets.k8s.waiting import until

GRACE_S = 2
"""For pods of a run that is over: nobody waits for their replies any more."""


@dataclass(frozen=True)
class Namespaces:
    """The namespaces of runs in one cluster."""

    api: Api
    patience_s: float = 90.0

    def claim(self, run: str) -> str:
        """The namespace of a run, made when there is none; its name."""
        for found in self._labelled(run):
            if found["status"]["phase"] == "Active":
                return str(found["metadata"]["name"])
            # what still ends there holds the published port
            self._await_end(found["metadata"]["name"])
        made = self.api.ask(self.api.core.create_namespace, body=manifests.namespace(run))
        return str(made["metadata"]["name"])

    def remove(self, run: str | None) -> list[str]:
        """Remove the namespaces labelled with that run (None: with any); their names."""
        names = [found["metadata"]["name"] for found in self._labelled(run)]
        for name in names:
            self._delete(name)
        for name in names:
            self._await_end(name)
        return names

    def _labelled(self, run: str | None) -> list[Json]:
        selector = RUN_LABEL if run is None else f"{RUN_LABEL}={run}"
        listed = self.api.ask(self.api.core.list_namespace, label_selector=selector)
        return list(listed["items"])

    def _delete(self, name: str) -> None:
        """Ask for the end of the namespace and, at once, of its pods.

        Kubernetes looks into a namespace only 5 s after its deletion, and when it finds pods then,
        again after half their grace. In a namespace that ends no new pods are made.
        """
        try:
            self.api.read(self.api.core.delete_namespace, name)
        except RejectedError as error:
            if status(error) != NOT_FOUND:
                raise
        end = self.api.core.delete_collection_namespaced_pod
        self.api.read(end, name, grace_period_seconds=GRACE_S)

    def _await_end(self, name: str) -> None:
        if until(lambda: not self._there(name), self.patience_s):
            return
        left = _names(self._pods(name)) or "no pods"
        raise TargetError(
            f"The namespace {name} is still there after {self.patience_s:.0f} s, with {left}: "
            "see that all nodes are up, then run `seatrial clean`."
        )

    def _there(self, name: str) -> bool:
        field = f"metadata.name={name}"
        try:
            return bool(self.api.ask(self.api.core.list_namespace, field_selector=field)["items"])
        except UnreachableError:  # as far as one knows; asked again until patience ends
            return True

    def _pods(self, name: str) -> list[Json]:
        listed: list[Json] = self.api.ask(self.api.core.list_namespaced_pod, name)["items"]
        return listed


def _names(pods: Iterable[Json]) -> str:
    return ", ".join(
        f"pod {pod['metadata']['name']} on {pod['spec'].get('nodeName', 'no node')}" for pod in pods
    )
