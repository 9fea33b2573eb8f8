"""What only hands on the nodes can do or see: Swarm's API does not reach into containers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seatrial.harness.errors import RejectedError, SeatrialError, TargetError
from seatrial.harness.target import Machines

# modprobe -n finds the module without loading it: the engine does that when it needs it
IPVS = "{ test -e /proc/net/ip_vs || modprobe -n -q ip_vs; } && echo yes || echo no"

# The engine's own graceful stop: signal, grace, kill. The replica's grace is not waited for here.
STOP = """
docker inspect --format . "$1" > /dev/null || exit 1
setsid docker stop -t "$2" "$1" > /dev/null 2>&1 < /dev/null &
"""
KILL = """
pid=$(docker inspect --format '{{.State.Pid}}' "$1") || exit 1
test "$pid" -gt 0 || { echo 'it does not run' >&2; exit 1; }
kill -9 "$pid"
"""
LIST = 'docker ps --all --quiet --filter "$1"'


@dataclass(frozen=True)
class Hands:
    """Access to the nodes, where there is any."""

    machines: Machines | None

    def ipvs(self, nodes: Iterable[str]) -> bool:
        """Whether all those nodes' kernels have IPVS; believed where nobody can look."""
        return self.machines is None or all(
            self._run(node, IPVS, "looking for IPVS").strip() == "yes" for node in nodes
        )

    def stop(self, node: str, container: str, grace_s: float) -> None:
        """Begin the container's graceful end."""
        self._run(node, STOP, "ending a replica", container, f"{grace_s:.0f}")

    def kill(self, node: str, container: str) -> None:
        """SIGKILL the container's main process."""
        self._run(node, KILL, "killing a replica's process", container)

    def containers(self, nodes: Iterable[str], label: str) -> list[str]:
        """The nodes' containers with that label, ended ones too; none where nobody can look."""
        if self.machines is None:
            return []
        listed = (self._run(node, LIST, "listing containers", f"label={label}") for node in nodes)
        return [container for lines in listed for container in lines.split()]

    def _run(self, node: str, script: str, doing: str, *arguments: str) -> str:
        if self.machines is None:
            raise TargetError(
                f"Swarm's API has no verb for {doing}, and there is no access to the nodes here. "
                "Run this against a lab, which has it."
            )
        command: Sequence[str] = ["sh", "-c", script, "sh", *arguments]
        try:
            return self.machines.run(node, command)
        except SeatrialError as error:
            raise RejectedError(f"{doing.capitalize()} on {node} failed: {error}") from error
