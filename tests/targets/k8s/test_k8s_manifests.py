"""A workload becomes the objects that Kubernetes' documentation describes."""

from dataclasses import replace
from typing import Any

import pytest

from seatrial.harness.model import Order, Probe, Resources, Service, UpdatePolicy
from seatrial.harness.workload import counter
from seatrial.targets.k8s import manifests

WORKLOAD = counter("trial", "registry:5000")
FRONTEND = WORKLOAD.service("frontend")
BACKEND = WORKLOAD.service("backend")
PLAIN = Service("plain", "registry/plain:1", 80)


def spec(of: Service) -> Any:  # noqa: ANN401 - JSON
    return manifests.deployment("trial", of)["spec"]


def container(of: Service) -> Any:  # noqa: ANN401 - JSON
    return spec(of)["template"]["spec"]["containers"][0]


def test_everything_carries_the_label_of_its_run() -> None:
    made = [manifests.namespace("trial"), manifests.holder("trial", ["a"])]
    made += [manifests.deployment("trial", of) for of in WORKLOAD.services]
    made += [manifests.service("trial", of) for of in WORKLOAD.services]
    pods = [
        manifest["spec"]["template"] for manifest in made if "template" in manifest.get("spec", {})
    ]
    assert len(pods) == 3
    assert all(found["metadata"]["labels"]["seatrial.run"] == "trial" for found in [*made, *pods])


def test_a_namespace_gets_a_name_that_is_never_used_again() -> None:
    made = manifests.namespace("2026-11-24 Quick_Run")["metadata"]
    assert made["generateName"] == "seatrial-2026-11-24-quick-run-"
    assert "name" not in made


def test_the_published_service_is_on_that_very_port_of_each_node() -> None:
    made = manifests.service("trial", FRONTEND)
    assert made["metadata"]["name"] == "frontend"
    assert made["spec"]["type"] == "NodePort"
    assert made["spec"]["externalTrafficPolicy"] == "Cluster"
    assert made["spec"]["ports"] == [
        {"name": "main", "port": 8080, "targetPort": 8080, "protocol": "TCP", "nodePort": 30080}
    ]


def test_an_unpublished_service_is_found_by_its_name_inside_only() -> None:
    made = manifests.service("trial", BACKEND)
    assert (made["metadata"]["name"], made["spec"]["type"]) == ("backend", "ClusterIP")
    assert "nodePort" not in made["spec"]["ports"][0]


def test_a_service_selects_the_pods_of_its_deployment() -> None:
    labels = spec(FRONTEND)["template"]["metadata"]["labels"]
    for selector in (
        manifests.service("trial", FRONTEND)["spec"]["selector"],
        spec(FRONTEND)["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()


def test_what_is_left_open_is_the_documented_default_and_said() -> None:
    made = spec(PLAIN)
    assert made["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
    }
    assert made["progressDeadlineSeconds"] == 600
    assert made["minReadySeconds"] == 0
    pod = made["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] == 30
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert container(PLAIN).keys().isdisjoint({"readinessProbe", "livenessProbe", "lifecycle"})


@pytest.mark.parametrize(
    ("policy", "surge", "unavailable"),
    [
        (UpdatePolicy(Order.START_FIRST, parallelism=2), 2, 0),
        (UpdatePolicy(Order.STOP_FIRST, parallelism=1), 0, 1),
    ],
)
def test_the_order_of_an_update_is_kept_by_the_limits(
    policy: UpdatePolicy, surge: int, unavailable: int
) -> None:
    rolling = spec(replace(PLAIN, update=policy))["strategy"]["rollingUpdate"]
    assert rolling == {"maxSurge": surge, "maxUnavailable": unavailable}


def test_the_delay_between_replacements_is_a_least_time_of_being_ready() -> None:
    policy = UpdatePolicy(Order.STOP_FIRST, delay_s=2.5)
    assert spec(replace(PLAIN, update=policy))["minReadySeconds"] == 3


def test_probes_ask_the_service_s_port() -> None:
    probe = Probe("/up", period_s=0.5, timeout_s=2, failures=4, start_s=10)
    made = container(replace(PLAIN, readiness=probe, liveness=probe))
    assert (
        made["readinessProbe"]
        == made["livenessProbe"]
        == {
            "httpGet": {"path": "/up", "port": 80, "scheme": "HTTP"},
            "initialDelaySeconds": 10,
            "periodSeconds": 1,
            "timeoutSeconds": 2,
            "failureThreshold": 4,
            "successThreshold": 1,
        }
    )


def test_resources_that_are_not_limited_have_no_limit() -> None:
    made = container(replace(PLAIN, resources=Resources(0.25, 64, memory_limit_mib=None)))
    assert made["resources"] == {"requests": {"cpu": "250m", "memory": "64Mi"}, "limits": {}}
    made = container(replace(PLAIN, resources=Resources(0.05, 32, 1.5, 256)))
    assert made["resources"]["limits"] == {"cpu": "1500m", "memory": "256Mi"}


def test_a_stop_is_delayed_by_the_orchestrator_s_own_sleep() -> None:
    made = container(replace(PLAIN, pre_stop_s=4.2))
    assert made["lifecycle"] == {"preStop": {"sleep": {"seconds": 5}}}
    assert made["env"] == []


def test_a_change_names_only_what_changes() -> None:
    whole = manifests.change("frontend", "counter:v2", {"A": "1"})
    assert whole["spec"]["template"]["spec"]["containers"] == [
        {"name": "frontend", "image": "counter:v2", "env": [{"name": "A", "value": "1"}]}
    ]
    part = manifests.change("frontend", None, {"A": "1"})
    assert "image" not in part["spec"]["template"]["spec"]["containers"][0]


def test_images_are_held_on_nodes_of_any_taint() -> None:
    pod = manifests.holder("pull", ["a:1", "b:1"])["spec"]["template"]["spec"]
    assert [found["image"] for found in pod["containers"]] == ["a:1", "b:1"]
    assert pod["tolerations"] == [{"operator": "Exists"}]


def test_a_lost_node_s_pods_are_replaced_after_the_delay_that_is_asked_for() -> None:
    pod = spec(replace(PLAIN, replacement_delay_s=0.0))["template"]["spec"]
    assert [(found["key"], found["tolerationSeconds"]) for found in pod["tolerations"]] == [
        ("node.kubernetes.io/not-ready", 0),
        ("node.kubernetes.io/unreachable", 0),
    ]
    assert {found["effect"] for found in pod["tolerations"]} == {"NoExecute"}
    pod = spec(replace(PLAIN, replacement_delay_s=4.5))["template"]["spec"]
    assert {found["tolerationSeconds"] for found in pod["tolerations"]} == {5}


def test_what_is_for_workers_only_never_runs_on_the_control_plane() -> None:
    terms = spec(BACKEND)["template"]["spec"]["affinity"]["nodeAffinity"]
    required = terms["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    wanted = {"key": "node-role.kubernetes.io/control-plane", "operator": "DoesNotExist"}
    assert required == [{"matchExpressions": [wanted]}]


def test_where_and_how_long_are_the_cluster_s_own_unless_asked_for() -> None:
    assert spec(PLAIN)["template"]["spec"].keys().isdisjoint({"tolerations", "affinity"})


def test_a_deployment_s_pods_are_on_the_stable_track() -> None:
    labels = spec(FRONTEND)["template"]["metadata"]["labels"]
    assert labels["seatrial.track"] == "stable"
    assert spec(FRONTEND)["selector"]["matchLabels"]["seatrial.track"] == "stable"
