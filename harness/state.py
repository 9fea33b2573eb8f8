"""Where Seatrial keeps what outlasts a run on this machine: a folder of this user."""

import os
import shutil
from pathlib import Path

CERTIFICATE = "calibration.json"
"""The certificate's name, here and in a run directory."""


def state() -> Path:
    """`$XDG_STATE_HOME/seatrial`, by default `~/.local/state/seatrial`; it need not be there."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "seatrial"


def certificate() -> Path:
    """The newest result of `seatrial calibrate`."""
    return state() / CERTIFICATE


def certify(run_folder: Path) -> None:
    """Copy the newest certificate into a run directory, if there is one."""
    if certificate().exists():
        shutil.copyfile(certificate(), run_folder / CERTIFICATE)
