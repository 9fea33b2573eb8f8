"""The counter app as Swarm service specifications."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from seatrial.harness.model import Change, Order, Probe, Resources, Service, UpdatePolicy
from seatrial.harness.workload import FRONTEND, counter
from seatrial.targets.swarm import edge, translate
from seatrial.targets.swarm.spec import ServiceSpec

SECOND = 10**9


@pytest.fixture
def frontend() -> Service:
    return counter("r", "registry").service(FRONTEND)


def spec(service: Service, *, mesh: bool = True) -> ServiceSpec:
    return translate.service_spec("r", service, "network-id", mesh=mesh)


def test_what_the_workload_leaves_open_is_the_command_lines_default(frontend: Service) -> None:
    found = spec(frontend)
    assert found.update_config == {
        "Parallelism": 1,
        "Delay": 0,
        "FailureAction": "pause",
        "Monitor": 5 * SECOND,
        "MaxFailureRatio": 0,
        "Order": "stop-first",
    }
    assert found.rollback_config == found.update_config
    assert found.task_template["RestartPolicy"]["Condition"] == "any"
    assert found.task_template["RestartPolicy"]["Delay"] == 5 * SECOND
    assert found.task_template["ContainerSpec"]["StopGracePeriod"] == 10 * SECOND


def test_an_update_policy_is_translated_whole(frontend: Service) -> None:
    policy = UpdatePolicy(Order.START_FIRST, 2, delay_s=0.5, monitor_s=1, on_failure="rollback")
    assert spec(replace(frontend, update=policy)).update_config == {
        "Parallelism": 2,
        "Delay": SECOND // 2,
        "FailureAction": "rollback",
        "Monitor": SECOND,
        "MaxFailureRatio": 0,
        "Order": "start-first",
    }


def test_a_replacement_delay_of_none_is_the_default_and_of_0_is_sent(frontend: Service) -> None:
    found = spec(replace(frontend, replacement_delay_s=0.0)).task_template["RestartPolicy"]
    assert found == {"Condition": "any", "Delay": 0, "MaxAttempts": 0, "Window": 0}
    found = spec(replace(frontend, replacement_delay_s=1.5)).task_template["RestartPolicy"]
    assert found["Delay"] == 1.5 * SECOND


def test_only_what_asks_for_it_stays_away_from_managers(frontend: Service) -> None:
    assert spec(frontend).task_template["Placement"] == {}
    workers = spec(replace(frontend, workers_only=True)).task_template["Placement"]
    assert workers == {"Constraints": ["node.role==worker"]}


def test_everything_carries_the_runs_label_and_peers_know_the_neutral_name(
    frontend: Service,
) -> None:
    found = spec(frontend)
    assert found.name == "r-frontend"
    assert found.labels == {"seatrial.run": "r"}
    assert found.task_template["ContainerSpec"]["Labels"] == {"seatrial.run": "r"}
    assert found.task_template["Networks"] == [{"Target": "network-id", "Aliases": ["frontend"]}]


def test_replies_carry_the_tasks_id(frontend: Service) -> None:
    assert spec(frontend).task_template["ContainerSpec"]["Hostname"] == "{{.Task.ID}}"


def test_the_readiness_probe_is_the_health_check(frontend: Service) -> None:
    assert translate.healthcheck(frontend) == {
        "Test": ["CMD", "python3", "/app/health.py", "8080", "/readyz"],
        "Interval": SECOND,
        "Timeout": SECOND,
        "Retries": 3,
        "StartPeriod": 0,
    }


def test_without_a_readiness_command_the_liveness_probe_is_the_health_check(
    frontend: Service,
) -> None:
    only_live = replace(frontend, readiness=Probe("/readyz"))
    found = translate.healthcheck(only_live)
    assert found is not None
    assert found["Test"][-1] == "/healthz"
    assert "Healthcheck" not in translate.container("r", replace(only_live, liveness=None))


def test_the_app_is_told_how_long_to_serve_on(frontend: Service) -> None:
    found = translate.container("r", replace(frontend, pre_stop_s=2.5, stop_grace_s=30))
    assert found["Env"] == ["FAULT_TOKEN=", "PRE_STOP_S=2.5", "REDIS_HOST=backend"]
    assert found["StopGracePeriod"] == 30 * SECOND


def test_resources_are_in_nanocores_and_bytes() -> None:
    wanted = Resources(0.25, 64, cpu_limit=1.5, memory_limit_mib=None)
    assert translate.resources(wanted) == {
        "Limits": {"NanoCPUs": 1_500_000_000},
        "Reservations": {"NanoCPUs": 250_000_000, "MemoryBytes": 64 << 20},
    }


def test_the_mesh_publishes_in_ingress_mode_behind_a_virtual_ip(frontend: Service) -> None:
    assert spec(frontend).endpoint_spec == {
        "Mode": "vip",
        "Ports": [
            {
                "Protocol": "tcp",
                "TargetPort": 8080,
                "PublishedPort": 30080,
                "PublishMode": "ingress",
            }
        ],
    }


def test_without_ipvs_nothing_has_a_virtual_ip(frontend: Service) -> None:
    assert spec(frontend, mesh=False).endpoint_spec == {"Mode": "dnsrr"}


def test_settings_tell_what_is_sent_by_default() -> None:
    found = translate.settings()
    assert found["UpdateConfig.Order"] == "stop-first"
    assert found["UpdateConfig.Monitor"] == "5s"
    assert found["RestartPolicy.Delay"] == "5s"
    assert found["ContainerSpec.StopGracePeriod"] == "10s"
    assert found["Healthcheck.Interval"] == "1s"


def test_scaling_changes_nothing_else(frontend: Service) -> None:
    before = spec(frontend)
    after = before.scaled(6)
    assert after.mode == {"Replicated": {"Replicas": 6}}
    assert replace(after, mode=before.mode) == before


def test_a_change_adds_variables_and_replaces_the_image(frontend: Service) -> None:
    before = spec(frontend)
    change = Change("registry/counter:v2", {"REDIS_HOST": "other", "A": "x=y"})
    container = before.changed(change).task_template["ContainerSpec"]
    assert container["Image"] == "registry/counter:v2"
    assert container["Env"] == ["A=x=y", "FAULT_TOKEN=", "PRE_STOP_S=0", "REDIS_HOST=other"]
    assert before.changed(Change()) == before


def test_a_told_specification_can_be_handed_back() -> None:
    told = json.loads((Path(__file__).parent / "recorded" / "service.json").read_text())
    found = ServiceSpec.told(told).arguments()
    assert found["name"] == "contract-frontend"
    assert found["task_template"] == told["Spec"]["TaskTemplate"]
    assert found["endpoint_spec"] == {"Mode": "dnsrr"}


def test_the_edge_asks_the_readiness_path_of_every_task(frontend: Service) -> None:
    config = edge.config(frontend)
    assert "option httpchk GET /readyz" in config
    assert "tasks.frontend:8080" in config


def test_the_edge_never_sends_a_request_twice(frontend: Service) -> None:
    assert "retry-on conn-failure\n" in edge.config(frontend)


def test_another_edge_configuration_has_another_name(frontend: Service) -> None:
    name = edge.config_name("r", frontend)
    assert name.startswith("r-frontend-edge-")
    assert name == edge.config_name("r", frontend)
    assert name != edge.config_name("r", replace(frontend, port=9090))


def test_an_edge_runs_on_every_node_on_the_published_port(frontend: Service) -> None:
    found = edge.service_spec("r", frontend, 30080, image="edge", network="n", config_id="c")
    assert found.mode == {"Global": {}}
    assert found.labels == {"seatrial.run": "r"}
    (port,) = found.endpoint_spec["Ports"]
    assert (port["PublishedPort"], port["PublishMode"]) == (30080, "host")
    assert port["TargetPort"] >= 1024
