"""The counter app against a real redis."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

COUNTER = Path(__file__).parents[2] / "app" / "counter.py"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def view(url: str) -> dict[str, object]:
    status, body = get(url, Accept="application/json")
    assert status == 200, body
    return dict(json.loads(body))


def wait_for(url: str, status: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if get(url)[0] == status:
                return
        except OSError:
            pass
        time.sleep(0.05)
    pytest.fail(f"{url} never answered {status}")


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    server = shutil.which("redis-server")
    assert server, "redis-server is not installed: run `lab/setup --tests`"
    port = free_port()
    command = [
        server,
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield port
    process.terminate()
    process.wait(10)


@contextmanager
def running(redis_port: int, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "REDIS_HOST": "127.0.0.1",
        "REDIS_PORT": str(redis_port),
        **settings,
    }
    process = subprocess.Popen([sys.executable, str(COUNTER)], env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/healthz", 200)
        yield url, process
    finally:
        process.kill()
        process.wait(10)


def test_v1_says_who_served_and_counts(redis_port: int) -> None:
    with running(redis_port) as (url, _):
        wait_for(f"{url}/readyz", 200)
        first, second = view(url), view(url)
        assert second["count"] == int(str(first["count"])) + 1
        assert (first["replica"], first["version"]) == (socket.gethostname(), "v1")
        assert first["server_time"] is None
        page = get(url)[1]
        assert f"This request is served by {socket.gethostname()}." in page
        assert "You have viewed this page" in page
        assert "Server Time" not in page


def test_v2_adds_the_server_time(redis_port: int) -> None:
    with running(redis_port, VERSION="v2") as (url, _):
        wait_for(f"{url}/readyz", 200)
        assert view(url)["server_time"]
        assert "Server Time: " in get(url)[1]


def test_every_answered_view_is_one_increment(redis_port: int) -> None:
    with running(redis_port) as (url, _):
        wait_for(f"{url}/readyz", 200)
        before = int(str(view(url)["count"]))
        with ThreadPoolExecutor(16) as pool:
            counts = list(pool.map(lambda _: int(str(view(url)["count"])), range(400)))
        assert sorted(counts) == list(range(before + 1, before + 401))


def test_it_is_not_ready_without_its_backend() -> None:
    with running(free_port()) as (url, _):
        assert get(f"{url}/readyz")[0] == 503
        assert get(url)[0] == 503
        assert get(f"{url}/healthz")[0] == 200


def test_the_unready_version_lives_but_is_never_ready(redis_port: int) -> None:
    with running(redis_port, BEHAVIOUR="unready") as (url, _):
        assert get(f"{url}/readyz")[0] == 503


def test_the_error_version_is_ready_and_answers_500(redis_port: int) -> None:
    with running(redis_port, BEHAVIOUR="error") as (url, _):
        wait_for(f"{url}/readyz", 200)
        assert get(url)[0] == 500


def test_the_crash_version_exits_at_start() -> None:
    environment = {**os.environ, "BEHAVIOUR": "crash"}
    done = subprocess.run(
        [sys.executable, str(COUNTER)],
        env=environment,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1


def test_sigterm_finishes_what_is_in_flight_and_exits_cleanly(redis_port: int) -> None:
    with running(redis_port) as (url, process):
        wait_for(f"{url}/readyz", 200)
        with ThreadPoolExecutor(8) as pool:
            before = [pool.submit(view, url) for _ in range(40)]
            assert all(future.result()["count"] for future in before)
            process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


def test_while_it_drains_it_still_serves_but_is_not_ready(redis_port: int) -> None:
    with running(redis_port, PRE_STOP_S="3") as (url, process):
        wait_for(f"{url}/readyz", 200)
        process.send_signal(signal.SIGTERM)
        wait_for(f"{url}/readyz", 503)
        assert view(url)["count"]
        assert process.wait(15) == 0


def fault(url: str, action: str, token: str) -> int:
    request = urllib.request.Request(
        f"{url}/fault?action={action}", method="POST", headers={"X-Fault-Token": token}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_fault_hook_is_off_without_a_token(redis_port: int) -> None:
    with running(redis_port) as (url, _):
        assert fault(url, "crash", "") == 404


def test_the_fault_hook_wants_the_right_token(redis_port: int) -> None:
    with running(redis_port, FAULT_TOKEN="secret") as (url, process):
        assert fault(url, "crash", "guess") == 403
        with pytest.raises(OSError, match=r"closed|reset|Remote end"):
            fault(url, "crash", "secret")
        assert process.wait(10) == 1
