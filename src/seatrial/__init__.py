"""Docker Swarm and Kubernetes through the same sea trials.

The names here are public; everything else may move.
"""

from seatrial.harness.errors import SeatrialError
from seatrial.harness.model import Change, Endpoint, Replica, Service, Workload
from seatrial.harness.record import Event, LoadPlan, Metric, Sample, Trial
from seatrial.harness.scenario import Context, Scenario
from seatrial.harness.target import Connection, Deployment, Target

__all__ = [
    "Change",
    "Connection",
    "Context",
    "Deployment",
    "Endpoint",
    "Event",
    "LoadPlan",
    "Metric",
    "Replica",
    "Sample",
    "Scenario",
    "SeatrialError",
    "Service",
    "Target",
    "Trial",
    "Workload",
]
