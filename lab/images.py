"""Builds what the lab runs from: each image under a key of its inputs, only when it is missing."""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import BuildError, ImageNotFound

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.lab import engine, layout
from seatrial.lab.host import Say, need

HERE = Path(__file__).resolve().parent
APP = HERE.parent / "app"
EXTRA_CAS = Path("/usr/local/share/ca-certificates")
"""Where Debian keeps certificates a machine trusts besides the public ones (a company's proxy)."""

COMPONENTS: Mapping[str, str] = {
    "kube-apiserver": f"kubernetes/kube-apiserver:{layout.KUBERNETES_VERSION}",
    "kube-controller-manager": f"kubernetes/kube-controller-manager:{layout.KUBERNETES_VERSION}",
    "kube-scheduler": f"kubernetes/kube-scheduler:{layout.KUBERNETES_VERSION}",
    "kube-proxy": f"kubernetes/kube-proxy:{layout.KUBERNETES_VERSION}",
    "etcd": "kubernetes/etcd:3.6.5-0",
    "coredns": "kubernetes/coredns:v1.12.1",
    "pause": "kubernetes/pause:3.10.1",
    "metrics-server": "kubernetes/metrics-server:v0.7.2",
}
"""Build target → name in the lab's registry, as kubeadm asks for it."""

VERSIONS = ("v1", "v2", "crash", "unready", "error")
BEHAVIOUR: Mapping[str, str] = {"v1": "good", "v2": "good"}


@dataclass(frozen=True)
class Recipe:
    """An image to build: a folder with a Dockerfile, its arguments, and one of its targets."""

    name: str
    folder: Path
    arguments: Mapping[str, str] = field(default_factory=dict)
    target: str = ""

    def tag(self) -> str:
        """The image's name with the key of everything that goes into it."""
        parts = [self.name, self.target, *(f"{k}={v}" for k, v in sorted(self.arguments.items()))]
        digest = hashlib.sha256("\n".join(parts).encode())
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            if "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(self.folder)).encode() + path.read_bytes())
        return f"seatrial-lab/{self.name}:{digest.hexdigest()[:16]}"


@contextmanager
def context(folder: Path) -> Iterator[str]:
    """A copy of the folder as build context, with the host's extra certificates beside it."""
    with tempfile.TemporaryDirectory(prefix="seatrial-build-") as made:
        copy = Path(made) / "context"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
        cas = copy / "ca"
        cas.mkdir(exist_ok=True)
        certificates = list(EXTRA_CAS.glob("*.crt"))
        for certificate in certificates:
            shutil.copy(certificate, cas)
        if not certificates:
            (cas / ".keep").touch()  # COPY refuses an empty folder
        yield str(copy)


def present(client: docker.DockerClient, tag: str) -> bool:
    """Whether the engine has the image."""
    try:
        client.images.get(tag)
    except ImageNotFound:
        return False
    return True


def build(client: docker.DockerClient, recipe: Recipe, say: Say) -> str:
    """Build the recipe unless its image is there; its tag."""
    tag = recipe.tag()
    if present(client, tag):
        return tag
    say(f"Building image {recipe.name}")
    try:
        with context(recipe.folder) as path, engine.errors(f"Building {recipe.name}"):
            client.images.build(
                path=path,
                tag=tag,
                target=recipe.target or None,
                buildargs=dict(recipe.arguments),
                network_mode="host",
                labels={layout.LABEL: "image"},
                rm=True,
                timeout=3600,
            )
    except BuildError as error:
        raise EnvironmentUnfitError(
            f"The image {recipe.name} could not be built: {_tail(error)}"
        ) from error
    return tag


def _tail(error: BuildError) -> str:
    lines = [str(part.get("stream", "")).strip() for part in error.build_log]
    return " | ".join([*[line for line in lines if line][-4:], error.msg])


def debian(client: docker.DockerClient, say: Say) -> str:
    """Debian trixie made from its packages, for machines that reach no container registry."""
    tag = "seatrial-lab/debian:trixie"
    if present(client, tag):
        return tag
    need("mmdebstrap", "mmdebstrap", say)
    say("Making the base image from Debian's packages")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates"]
    with tempfile.TemporaryDirectory(prefix="seatrial-base-") as folder:
        tar = Path(folder) / "root.tar"
        done = subprocess.run(  # noqa: S603 - fixed command
            [*command, "trixie", str(tar)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise EnvironmentUnfitError(f"mmdebstrap failed: {done.stderr.strip()[-400:]}")
        with engine.errors("Importing the base image"):
            client.api.import_image_from_file(
                str(tar), repository=tag.partition(":")[0], tag="trixie"
            )
    return tag


@dataclass(frozen=True)
class Images:
    """Tags of all that the lab needs, on the host's engine."""

    node: str
    components: Mapping[str, str]  # name in the lab's registry → tag
    app: Mapping[str, str]


def counter_recipes(base: str) -> dict[str, Recipe]:
    """The counter app's images by their name in the lab's registry."""
    recipes = {
        f"counter:{version}": Recipe(
            f"counter-{version}",
            APP,
            {"BASE": base, "VERSION": version, "BEHAVIOUR": BEHAVIOUR.get(version, version)},
            "counter",
        )
        for version in VERSIONS
    }
    recipes["backend:1"] = Recipe("backend", APP, {"BASE": base}, "backend")
    recipes["edge:1"] = Recipe("edge", APP, {"BASE": base}, "edge")
    return recipes


def mesh(client: docker.DockerClient, node: str, say: Say) -> str:
    """A node with a kernel of its own, from the node's image."""
    return build(client, Recipe("mesh", HERE / "images" / "mesh", {"NODE": node}), say)


def build_all(client: docker.DockerClient, base: str, kubernetes: str, say: Say) -> Images:
    """Everything from the base and the image that holds Kubernetes' commands in /out."""
    arguments = {"BASE": base, "KUBERNETES": kubernetes}
    node = build(client, Recipe("node", HERE / "images" / "node", arguments), say)
    components = {
        name: build(client, Recipe(part, HERE / "images" / "components", arguments, part), say)
        for part, name in COMPONENTS.items()
    }
    app = {name: build(client, recipe, say) for name, recipe in counter_recipes(base).items()}
    return Images(node, components, app)
