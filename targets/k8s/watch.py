"""The API's own telling of changes: list, then watch from there, list again after a gap."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread

import urllib3

from seatrial.harness.clock import now_ns
from seatrial.harness.errors import TargetError
from seatrial.harness.model import Observation
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.manifests import SERVICE_LABEL

WATCH_S = 10
"""How long one watch request lasts. The next goes on from where it ended, so nothing is missed."""
SILENCE_S = WATCH_S + 3
"""A watch that is silent for longer than it was to last hangs."""
POLL_S = 0.1
RETRY_S = 0.25


@dataclass
class _Told:
    """What the API has told so far: pods by uid, and the version to go on from."""

    pods: dict[str, parse.Json]
    version: str
    heard_ns: int  # when it last told something, or that there is nothing

    def update(self, line: bytes) -> bool:
        """Take in one event of a watch; False when the API has forgotten that version."""
        event = json.loads(line)
        if event["type"] == "ERROR":
            return False
        pod = event["object"]
        self.version = pod["metadata"]["resourceVersion"]
        if event["type"] == "DELETED":
            self.pods.pop(pod["metadata"]["uid"], None)
        elif event["type"] != "BOOKMARK":
            self.pods[pod["metadata"]["uid"]] = pod
        return True

    def observation(self, at_ns: int, uncertainty_ns: int = 0) -> Observation:
        return Observation(at_ns, uncertainty_ns, parse.replicas(self.pods.values()))


@dataclass(frozen=True)
class PodWatch:
    """The replicas of one service, followed."""

    api: Api
    namespace: str
    service: str

    def observations(self, stop: Flag) -> Iterator[Observation]:
        """All replicas at once and after every change, until stop is set.

        An API that fails after its first answer is asked again until it answers. That answer is as
        uncertain as it is since the API was last heard.
        """
        told, first = self._list()
        with suppress(TargetError):
            yield from self._follow(told, first, stop)
        while not stop.wait(RETRY_S):
            with suppress(TargetError):
                heard_ns = told.heard_ns
                told, again = self._list()
                late = replace(again, gap=True, uncertainty_ns=again.at_ns - heard_ns)
                yield from self._follow(told, late, stop)

    def _list(self) -> tuple[_Told, Observation]:
        asked_ns = now_ns()
        answer = self.api.read(self.api.core.list_namespaced_pod, self.namespace, **self._selector)
        read_ns = now_ns()
        listed = json.loads(answer)
        pods = {pod["metadata"]["uid"]: pod for pod in listed["items"]}
        told = _Told(pods, listed["metadata"]["resourceVersion"], read_ns)
        return told, told.observation(read_ns, read_ns - asked_ns)

    def _follow(self, told: _Told, latest: Observation, stop: Flag) -> Iterator[Observation]:
        """The first observation and those after it, until the API fails or forgets."""
        yield latest
        while not stop.is_set():
            for at_ns, line in self._changes(told.version, stop):
                if not told.update(line):
                    return
                told.heard_ns = at_ns
                now = told.observation(at_ns)
                if now.replicas != latest.replicas:
                    latest = now
                    yield latest
            told.heard_ns = now_ns()

    def _changes(self, version: str, stop: Flag) -> Iterator[tuple[int, bytes]]:
        response = self.api.open(
            self.api.core.list_namespaced_pod,
            self.namespace,
            answer_s=SILENCE_S,
            watch=True,
            resource_version=version,
            timeout_seconds=WATCH_S,
            allow_watch_bookmarks=True,
            **self._selector,
        )
        with self.api.errors():
            yield from lines(response, stop)

    @property
    def _selector(self) -> dict[str, str]:
        return {"label_selector": f"{SERVICE_LABEL}={self.service}"}


def lines(response: urllib3.HTTPResponse, stop: Flag) -> Iterator[tuple[int, bytes]]:
    """The lines of a streamed answer with their time of arrival, until its end or stop is set.

    A thread of its own reads, so that neither a silent stream delays the end, nor a slow consumer
    the time of arrival.
    """
    arrived: SimpleQueue[tuple[int, bytes] | Exception | None] = SimpleQueue()
    reader = Thread(target=_read, args=(response, arrived), name="watch", daemon=True)
    reader.start()
    try:
        while not stop.is_set():
            with suppress(Empty):
                match arrived.get(timeout=POLL_S):
                    case None:
                        return
                    case Exception() as error:
                        raise error
                    case line:
                        yield line
    finally:
        with suppress(ValueError, RuntimeError, OSError):  # it has ended by itself
            response.shutdown()
        reader.join()
        response.close()


def _read(
    response: urllib3.HTTPResponse, arrived: "SimpleQueue[tuple[int, bytes] | Exception | None]"
) -> None:
    rest = b""
    try:
        for segment in response.stream(amt=None, decode_content=False):
            at_ns = now_ns()
            *whole, rest = (rest + segment).split(b"\n")
            for line in whole:
                arrived.put((at_ns, line))
        arrived.put(None)
    except Exception as error:  # noqa: BLE001 - raised again by who waits for the lines
        arrived.put(error)
