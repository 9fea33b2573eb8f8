"""Settings of the whole cluster: flags of the controller manager, which is a static pod."""

import re
from dataclasses import dataclass

from seatrial.harness.errors import TargetError
from seatrial.targets.k8s import parse, settings
from seatrial.targets.k8s.api import Api
from seatrial.targets.k8s.hands import Hands
from seatrial.targets.k8s.settings import GRACE, MANAGER, SYSTEM
from seatrial.targets.k8s.waiting import until

MANIFEST = f"/etc/kubernetes/manifests/{MANAGER}.yaml"
# Written beside the folder and moved in whole: the kubelet runs every file that it finds there.
WRITE = """
umask 077 && printf %s "$2" > /etc/kubernetes/seatrial.yaml && mv /etc/kubernetes/seatrial.yaml "$1"
"""
COMMAND_LINE = f"pgrep -a -f '^{MANAGER} ' || [ $? -eq 1 ]"
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Tuning:
    """What one cluster's controller manager is told."""

    api: Api
    hands: Hands
    patience_s: float = PATIENCE_S

    def notice(self, after_s: float | None) -> None:
        """Have a node that is silent for so long be taken for lost; None: after the default."""
        value = None if after_s is None else f"{after_s:g}s"
        listed = parse.nodes(self.api.ask(self.api.core.list_node))
        nodes = [node.name for node in listed if node.role == "manager"]
        leader = self._leader()
        changed = [node for node in nodes if self._tell(node, value)]
        former = {leader, ""} if changed else {""}

        def in_force() -> bool:
            runs = all(self._runs(node, value) for node in nodes)
            return runs and self._shows(value) and self._leader() not in former

        if not until(in_force, self.patience_s):
            raise TargetError(
                f"After {self.patience_s:.0f} s {MANAGER} does not lead with {GRACE}="
                f"{value or 'its default'}: see the log of its pod in {SYSTEM}."
            )

    def _tell(self, node: str, value: str | None) -> bool:
        """Write the flag into the node's manifest; whether it was not so already."""
        now = self.hands.run(node, ["cat", MANIFEST])
        wanted = flagged(now, MANAGER, GRACE, value)
        if wanted != now:
            self.hands.script(node, WRITE, MANIFEST, wanted)
        return wanted != now

    def _runs(self, node: str, value: str | None) -> bool:
        """Whether the process there was started with it, and no other one runs still."""
        processes = self.hands.script(node, COMMAND_LINE).splitlines()
        return [settings.flags(line.split()).get(GRACE) for line in processes] == [value]

    def _shows(self, value: str | None) -> bool:
        """Whether the API's picture of the static pods has it, which preflight reads."""
        listed = self.api.ask(
            self.api.core.list_namespaced_pod, SYSTEM, label_selector=f"component={MANAGER}"
        )
        told = [settings.flags(settings.command_line(pod)) for pod in listed["items"]]
        return bool(told) and all(flags.get(GRACE) == value for flags in told)

    def _leader(self) -> str:
        lease = self.api.ask(self.api.coordination.read_namespaced_lease, MANAGER, SYSTEM)
        return str(lease["spec"].get("holderIdentity") or "")


def flagged(manifest: str, program: str, flag: str, value: str | None) -> str:
    """A static pod's manifest with that flag of its program, or without it."""
    without = re.sub(rf"^ *- --{flag}=.*\n", "", manifest, flags=re.MULTILINE)
    if value is None:
        return without
    added = rf"\g<0>\g<1>--{flag}={value}\n"
    return re.sub(rf"^( *- ){program}\n", added, without, count=1, flags=re.MULTILINE)
