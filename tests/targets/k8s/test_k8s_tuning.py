"""Cluster-wide settings and images: what is done on the nodes, and what is waited for."""

from pathlib import Path
from typing import Any

import pytest
from scripted_api import Handler, Script, answer

from seatrial.harness.errors import TargetError
from seatrial.targets.k8s import manifests, parse
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.images import Images
from seatrial.targets.k8s.namespaces import Namespaces
from seatrial.targets.k8s.tuning import Tuning, flagged

RECORDED = Path(__file__).parent / "recorded"
MANIFEST = (RECORDED / "controller_manager.yaml").read_text()
IMAGES = (RECORDED / "ctr_images_ls.txt").read_text()
MANAGER, GRACE = "kube-controller-manager", "node-monitor-grace-period"
COUNTER = "198.18.0.2:5000/counter"


class ControlPlaneNode:
    """Hands on a node whose kubelet restarts the controller manager as its manifest says."""

    def __init__(self, *, restarts: bool = True) -> None:
        self.manifest, self.running = MANIFEST, MANIFEST
        self.restarts, self.leader = restarts, "k8s-1_first"

    def run(self, _node: str, command: list[str]) -> str:
        if command[0] == "cat":
            return self.manifest
        if command[-1].startswith("apiVersion"):
            self.manifest = command[-1]
            if self.restarts:
                self.running, self.leader = self.manifest, self.leader + "+"
            return ""
        return f"464 {' '.join(self.words())}\n"

    def words(self) -> list[str]:
        lines = self.running.splitlines()
        return [line[6:] for line in lines if line.startswith(("    - --", f"    - {MANAGER}"))]

    def answer(self, handler: Handler) -> None:
        """The API as it tells of this node."""
        labels = {manifests.CONTROL_PLANE_LABEL: ""}
        addresses = [{"type": "InternalIP", "address": "10.0.0.1"}]
        node = {
            "metadata": {"name": "k8s-1", "labels": labels},
            "status": {"addresses": addresses},
        }
        pod = {"spec": {"containers": [{"command": self.words()}]}}
        told: dict[str, Any] = {
            "/nodes": {"items": [node]},
            "/leases/": {"spec": {"holderIdentity": self.leader}},
            "/pods": {"items": [pod]},
        }
        handler.send(200, next(body for path, body in told.items() if path in handler.path))


def test_a_flag_is_added_replaced_and_removed_and_nothing_else_changes() -> None:
    twenty = flagged(MANIFEST, MANAGER, GRACE, "20s")
    added = set(twenty.splitlines()) - set(MANIFEST.splitlines())
    assert added == {f"    - --{GRACE}=20s"}
    assert flagged(twenty, MANAGER, GRACE, "20s") == twenty
    assert flagged(twenty, MANAGER, GRACE, "30s") == flagged(MANIFEST, MANAGER, GRACE, "30s")
    assert flagged(twenty, MANAGER, GRACE, None) == MANIFEST
    assert flagged(MANIFEST, MANAGER, GRACE, None) == MANIFEST


def test_tuning_waits_for_a_new_leader_with_the_flag(api: Api) -> None:
    node = ControlPlaneNode()
    Handler.script = [node.answer]
    tuning = Tuning(api, Hands(node), patience_s=5)  # type: ignore[arg-type]
    tuning.notice(20.0)
    assert f"--{GRACE}=20s" in node.words()
    tuning.notice(20.0)
    assert node.leader == "k8s-1_first+"
    tuning.notice(None)
    assert node.manifest == MANIFEST


def test_a_controller_manager_that_does_not_take_its_flag_is_said(api: Api) -> None:
    node = ControlPlaneNode(restarts=False)
    Handler.script = [node.answer]
    with pytest.raises(TargetError, match=f"does not lead with {GRACE}=20s"):
        Tuning(api, Hands(node), patience_s=0.2).notice(20.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reference", "repository"),
    [
        ("198.18.0.2:5000/counter:v1", COUNTER),
        ("198.18.0.2:5000/counter", COUNTER),
        (f"{COUNTER}@sha256:aa", COUNTER),
        ("redis:7", "redis"),
    ],
)
def test_a_registry_s_port_is_no_tag(reference: str, repository: str) -> None:
    assert parse.repository(reference) == repository


def test_an_image_is_known_by_its_tags_its_digest_and_its_id() -> None:
    found = parse.references(IMAGES, {COUNTER})
    tags = {name for name in found if name.startswith(f"{COUNTER}:")}
    digests = {name for name in found if name.startswith(f"{COUNTER}@")}
    ids = {name for name in found if name.startswith("sha256:")}
    assert tags == {f"{COUNTER}:v1", f"{COUNTER}:v2"}
    assert (len(digests), len(ids), len(found)) == (2, 2, 6)
    assert parse.references(IMAGES, {"198.18.0.2:5000/other"}) == set()


class ImageNode:
    """Hands on a node whose ended pods' containers are gone after so many looks."""

    def __init__(self, looks: int) -> None:
        self.looks, self.removed = looks, list[str]()

    def run(self, _node: str, command: list[str]) -> str:
        match command[3:]:
            case ["images", "ls"]:
                return IMAGES
            case ["containers", "ls"]:
                self.looks -= 1
                used = f"aa {COUNTER}:v1 io.containerd.runc.v2\n" if self.looks >= 0 else ""
                return f"CONTAINER IMAGE RUNTIME\n{used}"
            case ["images", "rm", "--sync", *names] if self.looks < 0:
                self.removed += names
        return ""


def one_node() -> Script:
    addresses = [{"type": "InternalIP", "address": "10.0.0.1"}]
    return answer({"items": [{"metadata": {"name": "n"}, "status": {"addresses": addresses}}]})


def test_images_are_discarded_under_all_names_once_no_container_has_them(api: Api) -> None:
    node, Handler.script = ImageNode(2), [one_node()]
    images = Images(api, Namespaces(api), Hands(node))  # type: ignore[arg-type]
    images.discard([f"{COUNTER}:v1"])
    assert node.removed == sorted(parse.references(IMAGES, {COUNTER}))


def test_images_that_stay_in_use_are_said(api: Api) -> None:
    node, Handler.script = ImageNode(10**6), [one_node()]
    images = Images(api, Namespaces(api), Hands(node), patience_s=0.2)  # type: ignore[arg-type]
    with pytest.raises(TargetError, match="still use the images"):
        images.discard([f"{COUNTER}:v1"])
    assert node.removed == []
