"""An API on loopback that answers as it is told: it dies, hangs, refuses and forgets."""

import json
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

Script = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request by the script's next step; the last step answers all that follow."""

    protocol_version = "HTTP/1.1"
    script: list[Script]
    asked: list[str]
    told: list[Any]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(f"{self.command} {self.path}")
        self.told.append(json.loads(body or "null"))
        (self.script.pop(0) if len(self.script) > 1 else self.script[0])(self)

    do_DELETE = do_POST = do_PATCH = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send(self, status: int, body: object) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


def answer(body: object, status: int = 200) -> Script:
    return lambda handler: handler.send(status, body)


def stream(*events: object, hold_s: float = 0) -> Script:
    """A watch: each event a chunk, then nothing for a while, then its end."""

    def send(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for event in events:
            line = json.dumps(event).encode() + b"\n"
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        time.sleep(hold_s)
        handler.wfile.write(b"0\r\n\r\n")

    return send


def hang(handler: Handler) -> None:
    handler.close_connection = True
    time.sleep(2)


def die(handler: Handler) -> None:
    handler.close_connection = True
