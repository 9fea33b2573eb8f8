"""Official downloads are taken only with the checksum that is published for them."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from seatrial.harness.errors import EnvironmentUnfitError
from seatrial.lab import layout, sources


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / layout.KUBERNETES_VERSION / "bin" / "linux" / "amd64"
    folder.mkdir(parents=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


def test_a_binary_with_its_published_checksum_is_kept(
    root: tuple[str, Path], tmp_path: Path
) -> None:
    url, folder = root
    (folder / "kubeadm").write_bytes(b"binary")
    (folder / "kubeadm.sha256").write_text(hashlib.sha256(b"binary").hexdigest())
    path = sources.download("kubeadm", tmp_path, url)
    assert path.read_bytes() == b"binary"
    assert path.stat().st_mode & 0o111
    assert sources.reaches_downloads(url)


def test_a_binary_with_another_checksum_is_refused(root: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = root
    (folder / "kubeadm").write_bytes(b"tampered")
    (folder / "kubeadm.sha256").write_text(hashlib.sha256(b"binary").hexdigest())
    with pytest.raises(EnvironmentUnfitError, match="checksum"):
        sources.download("kubeadm", tmp_path, url)
    assert not (tmp_path / "kubeadm").exists()


def test_a_server_without_the_files_counts_as_out_of_reach(root: tuple[str, Path]) -> None:
    assert not sources.reaches_downloads(root[0])
