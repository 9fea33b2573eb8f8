"""Images on the nodes: held by all before anything is measured, or by none of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from seatrial.harness.errors import TargetError
from seatrial.targets.k8s import manifests, parse
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.namespaces import Namespaces
from seatrial.targets.k8s.parse import Json
from seatrial.targets.k8s.waiting import until

RUN = "pull"
PATIENCE_S = 600.0


@dataclass(frozen=True)
class Images:
    """The images on the nodes of one cluster."""

    api: Api
    namespaces: Namespaces
    hands: Hands
    patience_s: float = PATIENCE_S

    def pull(self, images: Sequence[str]) -> None:
        """Have these images on every node: a pod of each node pulls them."""
        try:
            self._pull(self.namespaces.claim(RUN), images)
        finally:
            self.namespaces.remove(RUN)

    def discard(self, images: Sequence[str]) -> None:
        """Have no node hold an image of these repositories, whose images share layers."""
        repositories = {parse.repository(image) for image in images}
        for node in parse.nodes(self.api.ask(self.api.core.list_node)):
            self._discard(node.name, repositories)

    def _discard(self, node: str, repositories: Collection[str]) -> None:
        references = parse.references(self.hands.ctr(node, "images", "ls"), repositories)
        if not references:
            return

        def unused() -> bool:
            users = parse.column(self.hands.ctr(node, "containers", "ls"), 1)
            return references.isdisjoint(users)

        if not until(unused, self.patience_s):
            raise TargetError(
                f"Containers on {node} still use the images after {self.patience_s:.0f} s: "
                "see which pods are left there, then run `seatrial clean`."
            )
        self.hands.ctr(node, "images", "rm", "--sync", *sorted(references))

    def _pull(self, namespace: str, images: Sequence[str]) -> None:
        body = manifests.holder(RUN, images)
        self.api.ask(self.api.apps.create_namespaced_daemon_set, namespace, body=body)
        if not until(lambda: self._held(namespace), self.patience_s):
            raise TargetError(
                f"Not all nodes have the images after {self.patience_s:.0f} s: "
                f"{'; '.join(self._obstacles(namespace)) or 'no node says why'}. "
                "See that the nodes reach the registry."
            )

    def _held(self, namespace: str) -> bool:
        listed = self.api.ask(self.api.apps.list_namespaced_daemon_set, namespace)
        told = listed["items"][0]["status"]
        return bool(0 < told["desiredNumberScheduled"] == told["numberReady"])

    def _obstacles(self, namespace: str) -> list[str]:
        pods = self.api.ask(self.api.core.list_namespaced_pod, namespace)["items"]
        return sorted(
            {f"{pod['spec'].get('nodeName')}: {why}" for pod in pods for why in _why(pod)}
        )


def _why(pod: Json) -> list[str]:
    waiting = [
        status.get("state", {}).get("waiting", {})
        for status in pod["status"].get("containerStatuses") or ()
    ]
    return [told["message"] for told in waiting if "message" in told]
