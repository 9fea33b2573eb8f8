"""Asks Swarm for a workload: network, services and, without a routing mesh, the edges."""

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.harness.errors import RejectedError
from seatrial.harness.model import Service, Workload
from seatrial.targets.swarm import edge, translate
from seatrial.targets.swarm.engine import Engine
from seatrial.targets.swarm.revision import revise
from seatrial.targets.swarm.spec import ServiceSpec


@dataclass(frozen=True)
class Launch:
    """One workload's way into the swarm. What is there already is brought to what is asked for.

    The API's name filters match parts of names, so each answer is looked through.
    """

    engine: Engine
    workload: Workload
    mesh: bool
    edge_image: str

    @property
    def run(self) -> str:
        """The workload's run."""
        return self.workload.run

    def __call__(self) -> Mapping[str, str]:
        """The services' ids by their neutral names; returns when all is accepted."""
        network = self._network()
        services = {
            service.name: self._apply(
                translate.service_spec(self.run, service, network, mesh=self.mesh)
            )
            for service in self.workload.services
        }
        if not self.mesh:
            for service in self.workload.services:
                self._edge(service, network)
        return services

    def _edge(self, service: Service, network: str) -> None:
        if service.published_port is None:
            return
        spec = edge.service_spec(
            self.run,
            service,
            service.published_port,
            image=self.edge_image,
            network=network,
            config_id=self._config(service),
        )
        self._apply(spec)

    def _network(self) -> str:
        with self.engine.calling("Creating the network") as api:
            listed = api.networks(filters={"name": self.run, "scope": "swarm"})
            found = [network for network in listed if network["Name"] == self.run]
            if not found:
                made = api.create_network(
                    self.run, driver="overlay", labels=translate.labels(self.run)
                )
                return str(made["Id"])
        return self._ours("network", self.run, found[0]["Id"], found[0]["Labels"])

    def _config(self, service: Service) -> str:
        name = edge.config_name(self.run, service)
        with self.engine.calling("Creating the edge's configuration") as api:
            listed = api.configs(filters={"name": name})
            found = [config for config in listed if config["Spec"]["Name"] == name]
            if not found:
                content = edge.config(service).encode()
                made = api.create_config(name, content, labels=translate.labels(self.run))
                return str(made["ID"])
        return self._ours("config", name, found[0]["ID"], found[0]["Spec"]["Labels"])

    def _apply(self, spec: ServiceSpec) -> str:
        """Create the service, or hand an existing one its specification, as stacks do."""
        with self.engine.calling(f"Creating service {spec.name}") as api:
            listed = api.services(filters={"name": spec.name})
            found = [service for service in listed if service["Spec"]["Name"] == spec.name]
            if not found:
                return str(api.create_service(**spec.arguments())["ID"])
        ours = self._ours("service", spec.name, found[0]["ID"], found[0]["Spec"]["Labels"])
        revise(self.engine, ours, lambda _: spec)
        return ours

    def _ours(self, kind: str, name: str, found: str, labels: Mapping[str, str] | None) -> str:
        """The id of what has that name, unless it belongs to somebody else."""
        if (labels or {}).get(translate.RUN_LABEL) == self.run:
            return found
        raise RejectedError(
            f"The swarm has a {kind} {name} that is not of this run. "
            "Remove it, or give the run another name."
        )
