"""The server that all generators meet: nginx where it is installed, else our own."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.place import SERVER_CORE, placed
from benchmarks.server import HOST, PAGE

PATIENCE_S = 10.0
CONFIGURATION = """
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path t; proxy_temp_path t; fastcgi_temp_path t; uwsgi_temp_path t;
  scgi_temp_path t;
  server {{ listen {host}:{port} backlog=4096; location / {{ return 200 {page}; }} }}
}}
"""


@dataclass(frozen=True)
class Serving:
    """A running server, by name, port and process."""

    name: str
    port: int
    process: psutil.Process

    @property
    def url(self) -> str:
        """Its page."""
        return f"http://{HOST}:{self.port}/"

    def cpu_s(self) -> float:
        """The processor time it has taken so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def serving() -> Iterator[Serving]:
    """A server on its own core, for as long as the context lasts."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or shutil.which("nginx")
    with TemporaryDirectory() as folder, _nginx(nginx, Path(folder)) if nginx else _own() as one:
        yield one


@contextmanager
def _own() -> Iterator[Serving]:
    with _started([sys.executable, "-m", "benchmarks.server"]) as process:
        line = process.stdout.readline() if process.stdout else b""
        yield Serving("benchmarks.server", int(line), psutil.Process(process.pid))


@contextmanager
def _nginx(program: str, folder: Path) -> Iterator[Serving]:
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    text = CONFIGURATION.format(host=HOST, port=port, page=json.dumps(PAGE))
    (folder / "nginx.conf").write_text(text)
    with _started([program, "-p", str(folder), "-c", "nginx.conf"]) as process:
        _wait_for(port)
        yield Serving("nginx", port, psutil.Process(process.pid))


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    with placed(SERVER_CORE):
        process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - the two above
    with process:
        try:
            yield process
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(
        "nginx does not listen: run it by hand with benchmarks/serving.py's settings."
    )
