"""The Docker API of the first manager: one client, and its failures in our words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import docker
from docker.errors import APIError, DockerException, create_api_error_from_http_exception
from requests import HTTPError as StatusError
from urllib3.exceptions import HTTPError

from seatrial.harness.errors import RejectedError, UnreachableError

TIMEOUT_S = 10


@dataclass(frozen=True)
class Engine:
    """The engine at an address. Never the user's current context, which may be production."""

    address: str
    timeout_s: int = TIMEOUT_S

    @cached_property
    def _client(self) -> docker.DockerClient:
        return docker.DockerClient(base_url=self.address, timeout=self.timeout_s)

    @contextmanager
    def calling(self, doing: str) -> Iterator[Any]:  # Any: the SDK's stubs leave Swarm untyped
        """Hand out the SDK's client; its errors become ours, with what was being done.

        Raises:
            RejectedError: the engine said no.
            UnreachableError: the engine said nothing, or nothing in time.
        """
        try:
            yield self._client.api
        except APIError as error:
            raise RejectedError(
                f"{doing}: Docker Swarm refused: {error.explanation or error}"
            ) from error
        except (DockerException, HTTPError, OSError) as error:
            raise UnreachableError(
                f"{doing}: the Docker API at {self.address} does not answer ({error}). "
                "See whether that manager and its engine run."
            ) from error

    def post(self, doing: str, path: str, query: Mapping[str, str], body: object) -> None:
        """A request that the SDK has no method for; errors as in `calling`."""
        with self.calling(doing) as api:
            url = f"{api.base_url}/v{api.api_version}{path}"
            reply = api.post(url, params=query, json=body, timeout=self.timeout_s)
            try:
                reply.raise_for_status()
            except StatusError as error:
                raise create_api_error_from_http_exception(error) from error
