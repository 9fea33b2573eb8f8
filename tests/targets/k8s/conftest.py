"""A scripted API and the kubeconfig that leads to it."""

import json
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from scripted_api import Handler

from seatrial.targets.k8s.api import Api


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Handler.asked, Handler.told = [], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.daemon_threads = True
        made.block_on_close = False
        threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def kubeconfig(server: ThreadingHTTPServer, tmp_path: Path) -> str:
    path = tmp_path / "kubeconfig"
    named = {
        "clusters": [
            {"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
        ],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    }
    path.write_text(json.dumps({**named, "current-context": "x"}))
    return str(path)


@pytest.fixture
def api(kubeconfig: str) -> Iterator[Api]:
    made = Api(kubeconfig)
    yield made
    made.close()
