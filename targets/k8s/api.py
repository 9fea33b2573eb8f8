"""Requests to one Kubernetes API: plain JSON, bounded times, errors of our tree.

Bodies and answers are plain JSON and not the client's models: a model refuses fields that it does
not know, and its first decoding takes longer than the API's whole answer.
"""

import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

import urllib3
from kubernetes.client import (
    ApiClient,
    ApiException,
    AppsV1Api,
    AutoscalingV2Api,
    Configuration,
    CoordinationV1Api,
    CoreV1Api,
)
from kubernetes.config import ConfigException, load_kube_config

from seatrial.harness.errors import RejectedError, TargetError, UnreachableError

CONNECT_S = 3.0
ANSWER_S = 8.0
APPLIER = "seatrial"

APPLY = "application/apply-patch+yaml"  # JSON is YAML
MERGE = "application/merge-patch+json"
STRATEGIC_MERGE = "application/strategic-merge-patch+json"
JSON_PATCH = "application/json-patch+json"

NOT_FOUND = 404

Verb = Callable[..., object]
"""A method of the client's API classes, for example `CoreV1Api.list_node`."""


class Api:
    """One cluster's API as a kubeconfig tells it; dialled at the first request."""

    def __init__(self, kubeconfig: str) -> None:
        self._kubeconfig = kubeconfig

    @cached_property
    def client(self) -> ApiClient:
        """The client, of this kubeconfig only: no default context, no file written."""
        configuration = Configuration()
        try:
            load_kube_config(  # type: ignore[no-untyped-call]  # the client leaves it untyped
                self._kubeconfig, client_configuration=configuration, persist_config=False
            )
        except (ConfigException, OSError, ValueError) as error:
            raise UnreachableError(
                f"The kubeconfig {self._kubeconfig} cannot be used ({error}): "
                "give the path of one that names a cluster and a user."
            ) from error
        # the client's three silent tries would turn a dead API into half a minute
        configuration.retries = urllib3.Retry(total=False)
        if inside(configuration.host):
            configuration.proxy = None
        return ApiClient(configuration)

    @cached_property
    def core(self) -> CoreV1Api:
        """Pods, services, namespaces, nodes."""
        return CoreV1Api(self.client)

    @cached_property
    def apps(self) -> AppsV1Api:
        """Deployments and replica sets."""
        return AppsV1Api(self.client)

    @cached_property
    def autoscaling(self) -> AutoscalingV2Api:
        """Horizontal pod autoscalers."""
        return AutoscalingV2Api(self.client)

    @cached_property
    def coordination(self) -> CoordinationV1Api:
        """Leases: who leads."""
        return CoordinationV1Api(self.client)

    def open(
        self, verb: Verb, *where: str, answer_s: float = ANSWER_S, **options: object
    ) -> urllib3.HTTPResponse:
        """Send one request; its answer is yet to be read, and to be closed."""
        with self.errors():
            response = verb(
                *where, _preload_content=False, _request_timeout=(CONNECT_S, answer_s), **options
            )
        return cast("urllib3.HTTPResponse", response)

    def read(self, verb: Verb, *where: str, **options: Any) -> bytes:  # noqa: ANN401 - the verb's
        """Send one request and read the whole answer."""
        response = self.open(verb, *where, **options)
        with self.errors():
            return response.data

    def ask(self, verb: Verb, *where: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
        """Send one request and decode its answer."""
        return json.loads(self.read(verb, *where, **options))

    def apply(self, patch: Verb, *where: str, body: Mapping[str, Any]) -> None:
        """Make an object be as told, whether it is there already or not."""
        self.read(
            patch,
            *where,
            body=body,
            field_manager=APPLIER,
            force=True,
            _content_type=APPLY,
        )

    def close(self) -> None:
        """Close idle connections; the next request opens a new one."""
        if "client" in self.__dict__:
            self.client.close()  # type: ignore[no-untyped-call]  # the client leaves it untyped

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn the client's errors into ours."""
        try:
            yield
        except ApiException as error:
            # status 0: the client's word for a failed TLS handshake
            raise (_rejected(error) if error.status else self._unreachable(error)) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(
            f"The Kubernetes API at {self.client.configuration.host} does not answer "
            f"({str(error) or type(error).__name__}): see that the cluster is up."
        )


def inside(host: str) -> bool:
    """Whether a URL is of an address without a way there from the internet.

    A proxy of the environment leads outside, so it is not for those.
    """
    try:
        return not ipaddress.ip_address(urlsplit(host).hostname or "").is_global
    except ValueError:
        return False


def status(error: TargetError) -> int:
    """The HTTP status that the API refused with, 0 when it did not answer."""
    return int(getattr(error.__cause__, "status", 0) or 0)


def _rejected(error: ApiException) -> RejectedError:
    try:
        words = json.loads(error.body or "")["message"]
    except (ValueError, KeyError, TypeError):
        words = error.body or error.reason
    return RejectedError(f"The Kubernetes API refused ({error.status}): {words}")
