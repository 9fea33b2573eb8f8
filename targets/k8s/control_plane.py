"""The API server's own end: its process, and the file that has the kubelet start it again."""

from functools import cached_property

from seatrial.harness.capability import ControlPlaneFaults
from seatrial.targets.k8s import parse
from seatrial.targets.k8s.accepted import Accepted

# Without its file the kubelet lets the process be ended but does not start it again. It looks at
# every file in that folder, so the file leaves it.
HALT = """
cd /etc/kubernetes || exit 1
[ ! -e manifests/kube-apiserver.yaml ] || mv manifests/kube-apiserver.yaml halted.yaml
pkill -9 -x kube-apiserver || [ $? -eq 1 ]
"""
RESUME = """
cd /etc/kubernetes || exit 1
[ ! -e halted.yaml ] || mv halted.yaml manifests/kube-apiserver.yaml
"""


class ControlPlane(Accepted, ControlPlaneFaults):
    """The API server of the first node, which runs as a static pod there."""

    def halt(self) -> None:
        """Take its file from the kubelet, and SIGKILL its process."""
        self.hands.script(self._first, HALT)

    def resume(self) -> None:
        """Give its file back to the kubelet."""
        self.hands.script(self._first, RESUME)

    @cached_property
    def _first(self) -> str:
        """Its node: asked for before it is halted, as then nobody tells."""
        return parse.nodes(self.api.ask(self.api.core.list_node))[0].name
