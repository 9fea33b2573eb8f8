"""The adapter against an API on loopback that dies, hangs, refuses and forgets as told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from seatrial.harness.errors import RejectedError, UnreachableError
from seatrial.harness.model import Observation
from seatrial.harness.target import Connection
from seatrial.harness.workload import counter
from seatrial.targets.k8s.api import Api, inside
from seatrial.targets.k8s.target import KubernetesTarget
from seatrial.targets.k8s.watch import PodWatch

RECORDED = Path(__file__).parent / "recorded"
GONE = json.loads((RECORDED / "watch_gone.json").read_text())
PODS = json.loads((RECORDED / "pods_mixed.json").read_text())

Script = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers each request by the script's next step; the last step answers all that follow."""

    protocol_version = "HTTP/1.1"
    script: list[Script]
    asked: list[str]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(self.path)
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


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    Handler.asked = []
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


def target(kubeconfig: str) -> KubernetesTarget:
    return KubernetesTarget(Connection(kubeconfig, "registry:5000"))


def watched(api: Api, count: int) -> list[Observation]:
    """The first so many observations of a watch."""
    stop, found = threading.Event(), []
    for observation in PodWatch(api, "n", "frontend").observations(stop):
        found.append(observation)
        if len(found) == count:
            stop.set()
    return found


def listed(version: str, *pods: Any) -> Script:  # noqa: ANN401 - JSON
    return answer({"metadata": {"resourceVersion": version}, "items": list(pods)})


def event(kind: str, pod: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"type": kind, "object": pod}


def test_building_a_target_dials_nothing() -> None:
    KubernetesTarget(Connection("/there/is/no/kubeconfig", "registry:5000"))


def test_a_kubeconfig_that_is_not_there_is_said() -> None:
    with pytest.raises(UnreachableError, match="kubeconfig /there/is/no"):
        target("/there/is/no/kubeconfig").preflight()


def test_a_dead_api_is_unreachable_at_once(kubeconfig: str, server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="does not answer"):
        target(kubeconfig).preflight()
    assert time.monotonic() - began < 2


def test_an_api_that_hangs_is_asked_once_and_not_waited_for(api: Api) -> None:
    Handler.script = [hang]
    with pytest.raises(UnreachableError, match="does not answer"):
        api.open(api.core.list_node, answer_s=0.2)
    assert len(Handler.asked) == 1


def test_a_refusal_has_the_server_s_own_words(api: Api) -> None:
    said = 'deployments.apps "none" not found'
    Handler.script = [answer({"kind": "Status", "message": said, "code": 404}, 404)]
    with pytest.raises(RejectedError, match=said):
        api.ask(api.core.list_node)


def test_an_error_inside_stays_the_one_that_is_told(kubeconfig: str) -> None:
    namespace = {"metadata": {"name": "seatrial-x"}, "status": {"phase": "Active"}}
    accepted = answer(namespace)
    found = answer({"items": [namespace]})
    Handler.script = [found, accepted, accepted, accepted, accepted, die]
    with (
        pytest.raises(ValueError, match="inside") as caught,
        target(kubeconfig).deploy(counter("x", "registry:5000")),
    ):
        raise ValueError("inside")
    assert "does not answer" in caught.value.__notes__[0]


def test_leaving_while_the_api_is_dead_is_an_error(kubeconfig: str) -> None:
    namespace = {"metadata": {"name": "seatrial-x"}, "status": {"phase": "Active"}}
    accepted = answer(namespace)
    found = answer({"items": [namespace]})
    Handler.script = [found, accepted, accepted, accepted, accepted, die]
    with (
        pytest.raises(UnreachableError),
        target(kubeconfig).deploy(counter("x", "registry:5000")),
    ):
        pass


def test_a_watch_tells_all_at_once_and_then_every_change(api: Api) -> None:
    first, second = PODS["items"][4:6]
    Handler.script = [
        listed("1", first),
        stream(event("ADDED", second), event("MODIFIED", second), event("DELETED", first)),
    ]
    told = watched(api, 3)
    assert [[r.host for r in seen.replicas] for seen in told] == [
        [first["metadata"]["name"]],
        [first["metadata"]["name"], second["metadata"]["name"]],
        [second["metadata"]["name"]],
    ]
    assert not any(seen.gap for seen in told)
    assert told[0].uncertainty_ns > 0
    assert told[0].at_ns <= told[1].at_ns <= told[2].at_ns


def test_a_watch_goes_on_from_where_the_one_before_ended(api: Api) -> None:
    first, second = PODS["items"][4:6]
    bookmark = {"metadata": {"resourceVersion": "77"}}
    Handler.script = [listed("1"), stream(event("BOOKMARK", bookmark))]
    Handler.script += [stream(event("ADDED", first), event("ADDED", second))]
    assert not any(seen.gap for seen in watched(api, 3))
    assert "resourceVersion=77" in Handler.asked[2]


@pytest.mark.parametrize("trouble", [stream(GONE), die, answer({"message": "starting"}, 503)])
def test_a_watch_that_missed_something_lists_again_and_says_so(api: Api, trouble: Script) -> None:
    first, second = PODS["items"][4:6]
    Handler.script = [listed("1", first), trouble, listed("9", first)]
    Handler.script += [stream(event("ADDED", second))]
    assert [seen.gap for seen in watched(api, 3)] == [False, True, False]


def test_a_watch_whose_first_answer_is_no_says_why(api: Api) -> None:
    Handler.script = [answer({"message": "pods is forbidden"}, 403)]
    with pytest.raises(RejectedError, match="pods is forbidden"):
        watched(api, 1)


def test_a_silent_watch_ends_soon_after_it_is_stopped(api: Api) -> None:
    Handler.script = [listed("1"), stream(hold_s=5)]
    stop, before = threading.Event(), threading.active_count()
    observations = PodWatch(api, "n", "frontend").observations(stop)
    next(observations)
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert list(observations) == []
    assert time.monotonic() - began < 1
    assert threading.active_count() <= before + 2  # the server's two


def test_addresses_that_are_not_of_the_internet_are_dialled_without_a_proxy() -> None:
    assert inside("https://198.18.0.21:6443")
    assert inside("https://127.0.0.1:6443")
    assert not inside("https://9.9.9.9:6443")
    assert not inside("https://kubernetes.example.org:6443")
