"""The exceptions of Seatrial. Each message is a sentence for the user: what is wrong, what to do.

SeatrialError
├── UsageError (2)            the user asked for something that is not there or is not well formed
│   ├── UnknownNameError      no such scenario, target or suite; names the nearest one
│   └── SuiteError            a suite file: file, line and key
├── EnvironmentUnfitError (3) this machine cannot do it: engine, permission, disk, memory
│   └── UnwritableError       the run directory cannot be written: the run ends, no trial fails
├── TargetError (3)           an orchestrator did not do what it was asked
│   ├── UnreachableError      its API does not answer
│   └── RejectedError         its API answered no
├── LoadError (4)             the load process died or could not keep its schedule
└── MeasurementError (4)      the record does not allow the conclusion

Stopped (130) is no error: the user ended the program, and nothing may take it for a failure.
"""

from typing import ClassVar


class SeatrialError(Exception):
    """Root of everything Seatrial raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(SeatrialError):
    """The command line or a file the user wrote is not right."""

    exit_code = 2


class UnknownNameError(UsageError):
    """No scenario, target or suite has this name."""


class SuiteError(UsageError):
    """A suite file cannot be read as a plan."""


class EnvironmentUnfitError(SeatrialError):
    """This machine lacks what the command needs."""

    exit_code = 3


class UnwritableError(EnvironmentUnfitError):
    """The run directory cannot be written."""


class TargetError(SeatrialError):
    """An orchestrator failed a request."""

    exit_code = 3


class UnreachableError(TargetError):
    """The orchestrator's API does not answer."""


class RejectedError(TargetError):
    """The orchestrator's API answered, and said no."""


class LoadError(SeatrialError):
    """The load process could not do what was planned."""

    exit_code = 4


class MeasurementError(SeatrialError):
    """A record is too damaged or too short to measure."""

    exit_code = 4


class Stopped(BaseException):
    """The user ended the program, by Ctrl-C or SIGTERM."""

    exit_code: ClassVar[int] = 130
