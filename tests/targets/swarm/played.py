"""An API and nodes that play what a test tells them to."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

from seatrial.harness.errors import TargetError

VERSION = json.loads((Path(__file__).parent / "recorded" / "version.json").read_text())
SERVICE = json.loads((Path(__file__).parent / "recorded" / "service.json").read_text())

Answer = tuple[int, object]
Script = Callable[[str], Answer]


@contextmanager
def api(folder: Path, script: Script, sent: list[Any] | None = None) -> Iterator[str]:
    """Serve what the script answers to each path; what was posted is noted as (path, body)."""

    posted = [] if sent is None else sent

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = (200, VERSION) if self.path == "/version" else script(self.path)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            posted.append((self.path, json.loads(self.rfile.read(length) or b"null")))
            self.do_GET()

        do_DELETE = do_GET  # noqa: N815 - the server's own naming

        def log_message(self, *_: object) -> None:
            pass

    path = folder / "docker.sock"
    with ThreadingUnixStreamServer(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"unix://{path}"
        server.shutdown()


class Nodes:
    """Machines that note what they are told."""

    def __init__(self, *, answer: str = "", failing: bool = False) -> None:
        self.answer, self.failing = answer, failing
        self.told: list[tuple[str, Sequence[str]]] = []

    def run(self, node: str, command: Sequence[str]) -> str:
        self.told.append((node, command))
        if self.failing:
            raise TargetError("no such container")
        return self.answer
