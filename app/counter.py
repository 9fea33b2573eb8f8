"""The counter app: a stateless web frontend that counts page views in redis.

Settings come from the environment: PORT, REDIS_HOST, REDIS_PORT, VERSION, EDITION (shown behind the
version, `v1+blue`), BEHAVIOUR (good, crash, unready, error), PRE_STOP_S, FAULT_TOKEN.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from aiohttp import web
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

HOST = socket.gethostname()
DRAIN_S = 5.0


@dataclass
class Settings:
    """What the environment says."""

    port: int = int(os.environ.get("PORT", "8080"))
    redis_host: str = os.environ.get("REDIS_HOST", "backend")
    redis_port: int = int(os.environ.get("REDIS_PORT", "6379"))
    version: str = os.environ.get("VERSION", "v1")
    edition: str = os.environ.get("EDITION", "")
    behaviour: str = os.environ.get("BEHAVIOUR", "good")
    pre_stop_s: float = float(os.environ.get("PRE_STOP_S", "0"))
    fault_token: str = os.environ.get("FAULT_TOKEN", "")

    @property
    def shown(self) -> str:
        """The version as users see it."""
        return f"{self.version}+{self.edition}" if self.edition else self.version


@dataclass
class Counter:
    """The handlers and the little state they share."""

    settings: Settings
    redis: Redis = field(init=False)
    stopping: bool = False

    def __post_init__(self) -> None:
        pool = BlockingConnectionPool(
            host=self.settings.redis_host,
            port=self.settings.redis_port,
            max_connections=64,
            timeout=1.0,
            socket_connect_timeout=0.5,
            socket_timeout=1.0,
            # one INCR, one try: sending it again after a lost answer would count twice
            retry=None,
        )
        self.redis = Redis(connection_pool=pool, single_connection_client=False)

    async def index(self, request: web.Request) -> web.Response:
        """Count this view and say who served it."""
        if self.settings.behaviour == "error":
            return web.Response(status=500, text="this version is broken\n")
        try:
            count = int(await self.redis.incr("views"))
        except (RedisError, OSError, TimeoutError):
            return web.Response(status=503, text="the backend does not answer\n")
        now = datetime.now(UTC).isoformat() if self.settings.version == "v2" else None
        if "application/json" in request.headers.get("Accept", ""):
            return web.json_response(
                {
                    "replica": HOST,
                    "version": self.settings.shown,
                    "count": count,
                    "server_time": now,
                }
            )
        return web.Response(text=self.page(count, now), content_type="text/html")

    def page(self, count: int, now: str | None) -> str:
        """The page a person sees."""
        time_line = f"<p>Server Time: {now}</p>" if now else ""
        return (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Counter</title>"
            f"<p>This request is served by {escape(HOST)}. "
            f"You have viewed this page {count} times!</p>{time_line}"
            f"<footer>version {escape(self.settings.shown)}</footer></html>"
        )

    async def healthz(self, _: web.Request) -> web.Response:
        """Alive as long as the event loop turns."""
        return web.Response(text="ok\n")

    async def readyz(self, _: web.Request) -> web.Response:
        """Ready while redis answers and nobody told us to stop."""
        if self.stopping or self.settings.behaviour == "unready":
            return web.Response(status=503, text="not ready\n")
        try:
            await self.redis.ping()
        except (RedisError, OSError, TimeoutError):
            return web.Response(status=503, text="the backend does not answer\n")
        return web.Response(text="ready\n")

    async def fault(self, request: web.Request) -> web.Response:
        """Crash or hang this process, for those who know the token."""
        if not self.settings.fault_token:
            raise web.HTTPNotFound
        if request.headers.get("X-Fault-Token") != self.settings.fault_token:
            raise web.HTTPForbidden
        action = request.query.get("action", "")
        if action == "crash":
            os._exit(1)
        if action == "hang":
            # the point is to block the event loop, as a deadlock would
            while True:
                time.sleep(3600)  # noqa: ASYNC251 - blocking is what is asked for
        raise web.HTTPBadRequest(text="action is crash or hang\n")


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM, then stop accepting and finish what is in flight."""
    counter = Counter(settings)
    app = web.Application()
    app.add_routes(
        [
            web.get("/", counter.index),
            web.get("/healthz", counter.healthz),
            web.get("/readyz", counter.readyz),
            web.post("/fault", counter.fault),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN_S)
    await runner.setup()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await web.TCPSite(runner, port=settings.port, backlog=1024).start()
    await told.wait()
    counter.stopping = True
    await asyncio.sleep(settings.pre_stop_s)
    await runner.cleanup()
    await counter.redis.aclose()


def main() -> None:
    """Start, unless this is the version that crashes."""
    settings = Settings()
    if settings.behaviour == "crash":
        sys.exit("this version crashes at start")
    gc.freeze()
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
