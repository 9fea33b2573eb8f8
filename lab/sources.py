"""Where the base image and Kubernetes come from: official downloads, or packages and Go modules."""

import hashlib
import shutil
import tempfile
import urllib.error
import urllib.request
from enum import StrEnum
from pathlib import Path

import docker

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.lab import engine, images, layout
from seatrial.lab.host import Say
from seatrial.lab.images import Recipe

OFFICIAL = "https://dl.k8s.io"
OFFICIAL_BASE = ("debian", "trixie-slim")
COMMANDS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-proxy",
    "kube-scheduler",
    "kubeadm",
    "kubectl",
    "kubelet",
)
PROBE_TIMEOUT_S = 5.0


class Source(StrEnum):
    """Where to take from; AUTO tries official and falls back."""

    AUTO = "auto"
    OFFICIAL = "official"
    PACKAGES = "packages"


def fetch(url: str, timeout_s: float = 60.0) -> bytes:
    """What the URL answers with; EnvironmentUnfitError when it does not."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:  # noqa: S310 - ours or a test's
            return bytes(answer.read())
    except (urllib.error.URLError, OSError) as error:
        raise EnvironmentUnfitError(f"{url} cannot be fetched: {error}") from error


def download(command: str, into: Path, root: str = OFFICIAL) -> Path:
    """One official binary, kept only when its published SHA-256 matches."""
    url = f"{root}/{layout.KUBERNETES_VERSION}/bin/linux/amd64/{command}"
    expected = fetch(f"{url}.sha256").decode().split()[0]
    body = fetch(url, timeout_s=600)
    if hashlib.sha256(body).hexdigest() != expected:
        raise EnvironmentUnfitError(f"{url} does not match its published checksum; not used.")
    path = into / command
    path.write_bytes(body)
    path.chmod(0o755)
    return path


def reaches_downloads(root: str = OFFICIAL) -> bool:
    """Whether the official downloads answer, tried briefly."""
    try:
        fetch(f"{root}/{layout.KUBERNETES_VERSION}/bin/linux/amd64/kubeadm.sha256", PROBE_TIMEOUT_S)
    except EnvironmentUnfitError:
        return False
    return True


def pull_base(client: docker.DockerClient) -> str:
    """Debian's official image; EnvironmentUnfitError when no registry gives it."""
    repository, tag = OFFICIAL_BASE
    name = f"{repository}:{tag}"
    if images.present(client, name):
        return name
    brief = docker.DockerClient(base_url=engine.SOCKET, timeout=20)
    try:
        with engine.errors(f"Pulling {name}"):
            brief.images.pull(repository, tag=tag)
    finally:
        brief.close()
    return name


def base(client: docker.DockerClient, source: Source, say: Say) -> str:
    """The base image's tag."""
    if source is Source.PACKAGES:
        return images.debian(client, say)
    try:
        return pull_base(client)
    except EnvironmentUnfitError:
        if source is Source.OFFICIAL:
            raise
        say("No container registry answers: the base image comes from Debian's packages")
        return images.debian(client, say)


def kubernetes(client: docker.DockerClient, base_tag: str, source: Source, say: Say) -> str:
    """The tag of an image with Kubernetes' commands in /out."""
    compiled = Recipe(
        "kubernetes",
        images.HERE / "images" / "kubernetes",
        {"BASE": base_tag, "KUBERNETES_VERSION": layout.KUBERNETES_VERSION},
    )
    if source is not Source.OFFICIAL and images.present(client, compiled.tag()):
        return compiled.tag()
    official = source is Source.OFFICIAL or (source is Source.AUTO and reaches_downloads())
    if official:
        return official_kubernetes(client, base_tag, say)
    say(
        f"Compiling Kubernetes {layout.KUBERNETES_VERSION} from its Go modules: "
        "about 12 minutes on 2 cores, once"
    )
    return images.build(client, compiled, say)


def official_kubernetes(
    client: docker.DockerClient, base_tag: str, say: Say, root: str = OFFICIAL
) -> str:
    """An image with the official binaries; what has no official binary is compiled."""
    with tempfile.TemporaryDirectory(prefix="seatrial-official-") as made:
        folder = Path(made)
        shutil.copytree(images.HERE / "images" / "kubernetes", folder, dirs_exist_ok=True)
        shutil.copy(folder / "official.Dockerfile", folder / "Dockerfile")
        binaries = folder / "binaries"
        binaries.mkdir()
        for command in COMMANDS:
            say(f"Downloading {command} {layout.KUBERNETES_VERSION}")
            download(command, binaries, root)
        return images.build(client, Recipe("kubernetes", folder, {"BASE": base_tag}), say)
