"""Exit 0 when http://localhost:PORT/PATH answers 200: a health check that starts in 20 ms."""

import socket
import sys

host_port, path = ("127.0.0.1", int(sys.argv[1])), sys.argv[2]
with socket.create_connection(host_port, timeout=1) as connection:
    connection.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
    answer = connection.recv(64)
sys.exit(b" 200 " not in answer)
