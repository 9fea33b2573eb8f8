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
REMOVE = """
docker inspect --format . "$1" > /dev/null || exit 1
setsid docker rm --force "$1" > /dev/null 2>&1 < /dev/null &
"""
# A command that ends its own container fails before the engine has noticed that end.
EXECUTE = """
container=$1; shift
runs() { test "$(docker inspect --format '{{.State.Running}}' "$container" 2> /dev/null)" = true; }
runs || { echo 'it does not run' >&2; exit 1; }
docker exec "$container" "$@" && exit
code=$?
for _ in 1 2 3 4 5 6 7 8 9 10; do runs || exit 0; sleep 0.1; done
exit $code
"""
RUNNING = 'docker ps --quiet --filter "label=com.docker.swarm.service.name=$1" | wc -l'
# All of a repository goes: its other tags, and pulls by digest, share layers with the one meant.
DISCARD = """
for repository; do
  images=$(docker images --quiet --no-trunc "$repository" | sort -u)
  for image in $images; do
    ended=$(docker ps --quiet --all --filter "ancestor=$image" --filter status=exited \
      --filter status=dead --filter status=created)
    [ -z "$ended" ] || docker rm $ended > /dev/null || exit 1
    docker rmi --force "$image" > /dev/null || exit 1
  done
done
"""
# What starts the engine again looks for that file first (lab/images/node/node-entry).
HALT = "touch /run/halted-dockerd && { pkill -9 -x dockerd || [ $? -eq 1 ]; }"
RESUME = "rm -f /run/halted-dockerd"
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

    def remove(self, node: str, container: str) -> None:
        """Begin the container's end without grace."""
        self._run(node, REMOVE, "ending a replica", container)

    def execute(self, node: str, container: str, command: Sequence[str]) -> str:
        """Run a command in the container; that it ends the container is no failure."""
        return self._run(node, EXECUTE, "running a command in a replica", container, *command)

    def running(self, node: str, service: str) -> int:
        """How many containers of the Swarm service run there."""
        return int(self._run(node, RUNNING, "counting replicas", service))

    def discard(self, nodes: Iterable[str], repositories: Sequence[str]) -> None:
        """Have those nodes hold no image of the repositories."""
        for node in nodes:
            self._run(node, DISCARD, "discarding images", *repositories)

    def halt(self, node: str) -> None:
        """End the node's engine, and keep it from starting again."""
        self._run(node, HALT, "halting a manager")

    def resume(self, node: str) -> None:
        """Let the node's engine start again."""
        self._run(node, RESUME, "resuming a manager")

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
