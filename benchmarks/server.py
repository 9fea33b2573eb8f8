"""A page as fast as Python can serve it: one process, one thread, one reply for all requests.

`python -m benchmarks.server` says its port on standard output and serves until it is killed. It
does no more than a load generator needs: requests have no body and come whole.
"""

import json
import select
import socket
import sys
from contextlib import suppress

HOST = "127.0.0.1"
BACKLOG = 4096
BLOCK = 65_536
REQUEST_END = b"\r\n\r\n"
PAGE = json.dumps({"replica": "bench", "version": "v1", "count": 1})
HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(PAGE)}\r\n\r\n"
REPLY = (HEAD + PAGE).encode()


class Server:
    """Accepts and answers until something ends the process."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0), backlog=BACKLOG)
        self._listener.setblocking(False)  # noqa: FBT003 - the standard library's
        self._clients: dict[int, socket.socket] = {}
        self._epoll = select.epoll()
        self._epoll.register(self._listener.fileno(), select.EPOLLIN)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Without end."""
        while True:
            for descriptor, _ in self._epoll.poll():
                client = self._clients.get(descriptor)
                if client is None:
                    self._accept()
                else:
                    self._answer(client)

    def _accept(self) -> None:
        with suppress(BlockingIOError):
            while True:
                client, _ = self._listener.accept()
                client.setblocking(False)  # noqa: FBT003 - the standard library's
                self._clients[client.fileno()] = client
                self._epoll.register(client.fileno(), select.EPOLLIN)

    def _answer(self, client: socket.socket) -> None:
        try:
            got = client.recv(BLOCK)
            client.send(REPLY * got.count(REQUEST_END))
        except OSError:
            got = b""
        if not got or b"Connection: close" in got:
            del self._clients[client.fileno()]
            client.close()


if __name__ == "__main__":
    server = Server()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    server.serve()
