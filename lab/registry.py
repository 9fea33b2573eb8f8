"""The lab's registry: it holds what both labs pull, and on the lab's network it only reads."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

import docker
from docker.errors import NotFound

from seatrial.lab import engine, layout
from seatrial.lab.engine import Engine
from seatrial.lab.host import Say
from seatrial.lab.images import Images

ZSTD = "--dest-compress-format zstd"
"""Kubernetes' own images are compressed for a fast start; the app's as registries usually are."""


def key(images: Images) -> str:
    """The key of a registry's content."""
    pairs = sorted({**images.components, **images.app, "node": images.node}.items())
    return hashlib.sha256(repr(pairs).encode()).hexdigest()[:16]


def up(host: Engine, images: Images, say: Say) -> None:
    """Run the registry with exactly these images in it."""
    volume = f"seatrial-lab-registry-{key(images)}"
    if _running_with(host, volume):
        return
    host.remove(layout.REGISTRY_NAME)
    if not _filled(host.client, volume):
        fill(host.client, images, volume, say)
    engine.create(
        host.client,
        name=layout.REGISTRY_NAME,
        image=images.node,
        command=["registry-entry"],
        address=layout.REGISTRY_ADDRESS,
        labels={layout.LABEL: "registry", f"{layout.LABEL}.volume": volume},
        environment={"ADDRESS": layout.REGISTRY_ADDRESS},
        binds={volume: {"bind": "/var/lib/registry", "mode": "ro"}},
        cap_drop=["ALL"],
    )


def _running_with(host: Engine, volume: str) -> bool:
    if host.status(layout.REGISTRY_NAME) != "running":
        return False
    labels = host.client.containers.get(layout.REGISTRY_NAME).labels
    return bool(labels.get(f"{layout.LABEL}.volume") == volume)


def _filled(client: docker.DockerClient, volume: str) -> bool:
    try:
        client.volumes.get(volume)
    except NotFound:
        return False
    return True


def fill(client: docker.DockerClient, images: Images, volume: str, say: Say) -> None:
    """Fill a new volume; it gets its final name's content or is removed again."""
    say("Filling the lab's registry")
    for old in client.volumes.list(filters={"label": f"{layout.LABEL}=registry"}):
        with engine.errors("Removing an old registry volume"):
            old.remove(force=True)
    with engine.errors("Filling the lab's registry"):
        client.volumes.create(volume, labels={layout.LABEL: "registry"})
        try:
            _copy(client, images.components, images.node, volume, ZSTD)
            _copy(client, images.app, images.node, volume, "")
        except BaseException:
            client.volumes.get(volume).remove(force=True)
            raise


def _copy(
    client: docker.DockerClient, tags: Mapping[str, str], node: str, volume: str, options: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="seatrial-registry-") as made:
        folder = Path(made)
        for number, (name, tag) in enumerate(tags.items()):
            tar = folder / f"{number:02d}.tar"
            with tar.open("wb") as out:
                out.writelines(client.images.get(tag).save(named=True))
            tar.with_suffix(".tar.name").write_text(name)
        client.containers.run(
            node,
            ["registry-fill"],
            remove=True,
            network_mode="none",
            environment={"FILL_OPTIONS": options},
            volumes={
                str(folder): {"bind": "/images", "mode": "ro"},
                volume: {"bind": "/var/lib/registry", "mode": "rw"},
            },
        )
