"""The adapter against an API on loopback that dies, hangs, refuses and forgets as told."""

import json
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from scripted_api import Handler, Script, answer, die, hang, stream

from seatrial.harness.errors import RejectedError, UnreachableError
from seatrial.harness.model import Observation
from seatrial.harness.target import Connection
from seatrial.harness.workload import counter
from seatrial.targets.k8s.api import Api, inside
from seatrial.targets.k8s.target import KubernetesTarget
from seatrial.targets.k8s.watch import RETRY_S, PodWatch

RECORDED = Path(__file__).parent / "recorded"
GONE = json.loads((RECORDED / "watch_gone.json").read_text())
PODS = json.loads((RECORDED / "pods_mixed.json").read_text())


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
    assert time.monotonic() - began < 10


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
    told = watched(api, 3)
    assert [seen.gap for seen in told] == [False, True, False]
    # until it failed it was heard at least once, and from then on all is uncertain
    assert told[1].at_ns - told[1].uncertainty_ns >= told[0].at_ns
    assert told[1].uncertainty_ns >= RETRY_S * 1e9


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
    assert time.monotonic() - began < 4
    assert threading.active_count() <= before + 2  # the server's two


def test_addresses_that_are_not_of_the_internet_are_dialled_without_a_proxy() -> None:
    assert inside("https://198.18.0.21:6443")
    assert inside("https://127.0.0.1:6443")
    assert not inside("https://9.9.9.9:6443")
    assert not inside("https://kubernetes.example.org:6443")
