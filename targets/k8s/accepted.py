"""Where a workload is and how it is reached: what all verbs on it share."""

from dataclasses import dataclass

from seatrial.harness.model import Workload
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.hands import Hands


@dataclass(frozen=True)
class Accepted:
    """A workload that Kubernetes has accepted. Each family of verbs is a class on top of it."""

    api: Api
    workload: Workload
    namespace: str
    hands: Hands
