"""Tell the frontend in this container to crash or hang: `fault.py crash`. It knows the token."""

import os
import socket
import sys

TOKEN = os.environ["FAULT_TOKEN"]
HEAD = f"POST /fault?action={sys.argv[1]} HTTP/1.0\r\nHost: localhost"
REQUEST = f"{HEAD}\r\nX-Fault-Token: {TOKEN}\r\n\r\n"
with socket.create_connection(("127.0.0.1", int(os.environ.get("PORT", "8080"))), 2) as connection:
    connection.sendall(REQUEST.encode())
    connection.settimeout(0.5)
    try:
        answer = connection.recv(64)
    except OSError:
        answer = b""
# one that crashed or hangs gives no answer
sys.exit(answer.decode() or 0)
