"""The command line with FakeTarget for its only target: python fake_cli.py run SUITE ..."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.fake_runs import FakeProvider

from seatrial.harness import cli, registry
from seatrial.harness.fake import FakeTarget

if __name__ == "__main__":
    registry.targets = lambda: {"fake": FakeTarget}
    registry.provider = lambda _: FakeProvider("fake://cli")
    cli.main()
