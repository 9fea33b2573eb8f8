"""A workload's time on a target: asked for on entering, removed on leaving, whatever happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from seatrial.harness.errors import SeatrialError

Deployed = TypeVar("Deployed")


@dataclass(frozen=True)
class Stay(AbstractContextManager[Deployed], Generic[Deployed]):
    """What an adapter's `deploy` returns.

    A class and no generator: a generator that is dropped, not left, would remove the workload at
    some later moment, in the middle of something else.

    Attributes:
        launch: asks for the workload; returns when it is accepted.
        remove: removes everything of it; complete on return.
    """

    launch: Callable[[], Deployed]
    remove: Callable[[], object]

    def __enter__(self) -> Deployed:
        try:
            return self.launch()
        except BaseException as error:
            self._remove_after(error)
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.remove()
        else:
            self._remove_after(error)

    def _remove_after(self, error: BaseException) -> None:
        """Remove what is left by an error, which stays the one that is told."""
        try:
            self.remove()
        except SeatrialError as also:
            error.add_note(f"The removal failed too: {also}")
