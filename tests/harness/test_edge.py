"""The edge on request: its configuration, how a suite asks for it, and who cannot have it."""

from support.fake_runs import *  # noqa: F403 - see below
