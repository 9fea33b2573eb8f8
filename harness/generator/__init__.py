"""The load process's own loop: an open load of HTTP requests, each recorded.

It runs inside locust (harness/locustfile.py), which it knows as little as gevent: what waits for
sockets is handed to it. One thread, no callbacks out of turn, nothing that a reply could delay.
"""
