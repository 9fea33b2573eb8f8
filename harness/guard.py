"""Guards a run directory: one process at a time, and one sentence where it cannot be written.

Locks are the kernel's (`flock`): they end with the last process that has the file open, however
that ends.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import IO

from seatrial.harness.errors import EnvironmentUnfitError, UnwritableError

LOCK = "lock"
FULL = frozenset({ENOSPC, EDQUOT})
ASK_S = 0.1


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep a run directory for this process; it is made where it is not there.

    Raises:
        EnvironmentUnfitError: another process has it.
        UnwritableError: it cannot be made.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("ab")
    with lock:
        if not take(lock) or not os.fstat(lock.fileno()).st_nlink:
            raise EnvironmentUnfitError(
                f"Another process works on {folder}: wait until it ends, or stop it."
            )
        try:
            yield
        finally:
            _forget(folder)


def _forget(folder: Path) -> None:
    """Leave no folder of a run that never began."""
    if not (folder / "run.json").exists():
        with suppress(OSError):
            (folder / LOCK).unlink()
            folder.rmdir()


def take(file: IO[bytes]) -> bool:
    """Lock an open file for this process and those that inherit it; whether it was free."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def freed(path: Path, within_s: float) -> bool:
    """Wait until nobody locks the file; whether that came in time, also when it is not there."""
    if not path.exists():
        return True
    end_s = time.monotonic() + within_s
    with path.open("r+b") as file:
        while not take(file):
            if time.monotonic() > end_s:
                return False
            time.sleep(ASK_S)
    return True


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system says when a file cannot be written into a sentence."""
    try:
        yield
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        mend = "Make room there" if error.errno in FULL else "See that you may write there"
        raise UnwritableError(f"{place} cannot be written: {said}. {mend}, and go on.") from error
