"""`python -m seatrial.lab`: the lab's commands by themselves."""

import sys
from functools import partial

from seatrial.harness.cli import guarded
from seatrial.lab.cli import app

sys.exit(guarded(partial(app, prog_name="python -m seatrial.lab", standalone_mode=False)))
