"""The manifests fit the schemas of several Kubernetes versions, and keep to our own rules."""

import shutil
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from mitmach.installation.rights import AUDITOR, data_rules
from mitmach.services import SERVICES
from shared.contract.events.topics import TOPICS
from shared.runtime.settings import HttpSettings, IdentitySettings
from tests.contract.kubernetes.policy import violations
from tests.support.manifests import FOLDER, OVERLAYS, Object, kustomized, pod_of, rendered, stored
from tooling.generators.kubernetes.scaling import CONSUMER_GROUPS, most_pods
from tooling.generators.kubernetes.workloads import SECRETS, paths

# The oldest and the newest that are supported in each run, the one between in the long one.
VERSIONS = ("1.31", pytest.param("1.33", marks=pytest.mark.faults_long), "1.35")
# Of operators: their schemas come with them.
CUSTOM = ("keda.sh", "monitoring.coreos.com", "kafka.strimzi.io")
ROLES = {f"{service.name}-{role}" for service in SERVICES for role in service.roles}
BY_NAME = {(one["kind"], one["metadata"]["name"]): one for _, one in stored()}
# Of the nightly comparison: out of it, and into the process that it asks.
WAYS = ("verify-to-metrics", "metrics-from-verify")

overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def workloads(overlay: str) -> list[tuple[str, Object]]:
    found = [(one["metadata"]["name"], pod_of(one)) for one in rendered(overlay)]
    return [(name, pod) for name, pod in found if pod is not None]


def containers(overlay: str) -> list[tuple[str, Object]]:
    return [(name, one) for name, pod in workloads(overlay) for one in pod["containers"]]


@pytest.mark.parametrize("version", VERSIONS)
def test_stored_objects_fit_the_schema(version: str) -> None:
    for file, one in stored():
        if not one["apiVersion"].startswith(CUSTOM):
            try:
                kubernetes_validate.validate(one, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                pytest.fail(f"{file.name}, {one['kind']} {one['metadata']['name']}: {error}")


@overlay
@pytest.mark.parametrize("version", VERSIONS)
def test_overlays_fit_the_schema(overlay: str, version: str) -> None:
    for one in rendered(overlay):
        if not one["apiVersion"].startswith(CUSTOM):
            kubernetes_validate.validate(one, version, strict=True)


@overlay
def test_every_role_is_deployed(overlay: str) -> None:
    deployed = {one["metadata"]["name"] for one in rendered(overlay) if one["kind"] == "Deployment"}
    assert deployed == ROLES


@overlay
def test_liveness_asks_nothing_outside_and_readiness_does(overlay: str) -> None:
    for name, one in containers(overlay):
        if name in ROLES:
            assert one["livenessProbe"]["httpGet"]["path"] == "/health/live"
            assert one["readinessProbe"]["httpGet"]["path"] == "/health/ready"
            assert one["startupProbe"]["httpGet"]["path"] == "/health/live"


@overlay
def test_a_pod_gets_the_time_that_it_takes_to_end(overlay: str) -> None:
    for name, pod in workloads(overlay):
        if name in ROLES:
            assert pod["terminationGracePeriodSeconds"] >= HttpSettings().http_grace + 20


@overlay
def test_nothing_may_talk_unless_a_policy_says_so(overlay: str) -> None:
    policies = [one for one in rendered(overlay) if one["kind"] == "NetworkPolicy"]
    everything = [one for one in policies if one["spec"]["podSelector"] == {}]
    closed = [one for one in everything if "ingress" not in one["spec"]]
    assert any(
        set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"} and "egress" not in one["spec"]
        for one in closed
    )
    for one in policies:
        for rule in (*one["spec"].get("ingress", ()), *one["spec"].get("egress", ())):
            assert rule.get("from") or rule.get("to"), one["metadata"]["name"]


@overlay
def test_the_namespace_enforces_the_restricted_profile(overlay: str) -> None:
    namespaces = [one for one in rendered(overlay) if one["kind"] == "Namespace"]
    for one in namespaces:
        labels = one["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert [one["metadata"]["name"] for one in namespaces] == ["mitmach"]


def test_every_role_survives_an_emptied_node() -> None:
    for role in ROLES:
        budget = BY_NAME["PodDisruptionBudget", role]
        assert budget["spec"]["maxUnavailable"] == 1
        spread = pod_of(BY_NAME["Deployment", role])["topologySpreadConstraints"]  # type: ignore[index]
        assert {one["topologyKey"] for one in spread} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }


def test_the_ingress_has_the_paths_of_the_platform_in_one_process() -> None:
    rules = BY_NAME["Ingress", "mitmach"]["spec"]["rules"][0]["http"]["paths"]
    served = {one["path"]: one["backend"]["service"]["name"] for one in rules}
    for service in SERVICES:
        starts = paths(service)
        for path in starts:
            assert served.pop(path) == f"{service.name}-api"
        for path in service.openapi()["paths"]:
            if path.startswith("/v1/"):
                assert any(reaches(start, path) for start in starts), path
    assert served == {}


def reaches(prefix: str, path: str) -> bool:
    """As an ingress matches `Prefix`: segment by segment."""
    wanted, given = prefix.strip("/").split("/"), path.strip("/").split("/")
    return given[: len(wanted)] == wanted


@pytest.mark.parametrize("name", sorted(CONSUMER_GROUPS))
def test_consumers_never_outnumber_the_partitions_and_scale_down_slowly(name: str) -> None:
    spec: dict[str, Any] = BY_NAME["ScaledObject", name]["spec"]
    partitions = [TOPICS[one["metadata"]["topic"]].partitions for one in spec["triggers"]]
    assert spec["maxReplicaCount"] == most_pods(name) == max(partitions)
    behaviour = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behaviour["scaleDown"]["stabilizationWindowSeconds"] >= 300


def test_every_service_that_consumes_has_its_scaling() -> None:
    roles = {f"{service.name}-{role}" for service in SERVICES for role in service.roles}
    consuming = roles & set(CONSUMER_GROUPS)
    assert consuming == {name for name in ROLES if name.endswith(("-worker", "-consumer"))}


def settings_of(overlay: str) -> dict[str, str]:
    (found,) = [
        one["data"]
        for one in rendered(overlay)
        if one["kind"] == "ConfigMap" and one["metadata"]["name"].startswith("mitmach-settings")
    ]
    return dict(found)


@overlay
def test_the_proxies_that_are_believed_are_named(overlay: str) -> None:
    for named in settings_of(overlay)["MITMACH_HTTP_TRUSTED_PROXIES"].split(","):
        assert ip_network(named).num_addresses > 1  # a network of pods; no star, no single pod


@overlay
def test_the_keys_that_tokens_are_checked_with_come_from_one_place(overlay: str) -> None:
    settings = settings_of(overlay)
    if "MITMACH_JWKS_URL" in settings:
        assert "MITMACH_JWT_KEY_FILE" not in settings
        assert settings["MITMACH_JWT_ISSUER"] != IdentitySettings.model_fields["jwt_issuer"].default
        assert settings["MITMACH_JWT_AUDIENCE"]
        return
    file = settings["MITMACH_JWT_KEY_FILE"]
    for name, pod in workloads(overlay):
        if name.endswith("-api"):
            (volume,) = [one for one in pod["volumes"] if one["name"] == "secrets"]
            sources = [one["secret"] for one in volume["projected"]["sources"]]
            given = {item["path"] for source in sources for item in source["items"]}
            assert file == f"{SECRETS}/{file.rpartition('/')[2]}"
            assert file.rpartition("/")[2] in given


def test_a_data_team_of_the_operator_may_do_what_one_of_ours_may(tmp_path: Path) -> None:
    with_door = tmp_path / "k8s" / "overlays" / "with-data-teams"
    shutil.copytree(FOLDER, tmp_path / "k8s")
    with_door.mkdir()
    (with_door / "kustomization.yaml").write_text(
        "resources: [../strimzi]\ncomponents: [../../components/data-teams]\n"
    )
    objects = {(one["kind"], one["metadata"]["name"]): one for one in kustomized(with_door)}
    listeners = objects["Kafka", "mitmach"]["spec"]["kafka"]["listeners"]
    (outside,) = (one for one in listeners if one["type"] != "internal")
    assert outside["tls"] is True
    assert outside["authentication"] == {"type": "scram-sha-512"}
    policy = objects["NetworkPolicy", "data-teams-to-brokers"]["spec"]
    assert policy["podSelector"] == objects["NetworkPolicy", "brokers"]["spec"]["podSelector"]
    (way,) = policy["ingress"]
    assert [port["port"] for port in way["ports"]] == [outside["port"]]

    rights = objects["KafkaUser", "data-marketing"]["spec"]["authorization"]["acls"]
    given = {
        (one["resource"]["type"], one["resource"]["name"], one["resource"]["patternType"])
        for one in rights
        if one["operations"] == ["Read", "Describe"]
    }
    assert len(given) == len(rights)
    assert given == {
        (rule.resource.name.lower(), rule.name, "prefix" if rule.prefix else "literal")
        for rule in data_rules(["marketing"])
    }
    # As the page has it for another team.
    other = (FOLDER / "components/data-teams/users.yaml").read_text().replace("marketing", "hr")
    (user,) = yaml.safe_load_all(other)
    names = [one["resource"]["name"] for one in user["spec"]["authorization"]["acls"]]
    assert names == [rule.name for rule in data_rules(["hr"])]


def test_the_nightly_comparison_gets_what_it_needs_and_nothing_else(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "k8s")
    overlay = tmp_path / "k8s" / "overlays" / "production"
    file = overlay / "kustomization.yaml"
    component = "  - ../../components/monitoring\n"
    assert component in file.read_text()
    both = component + component.replace("monitoring", "verification")
    file.write_text(file.read_text().replace(component, both))
    objects = {(one["kind"], one["metadata"]["name"]): one for one in kustomized(overlay)}
    verify = objects["CronJob", "verify"]
    assert violations(verify) == []
    pod = pod_of(verify)
    assert pod is not None
    (container,) = pod["containers"]
    assert container["command"][:2] == ["mitmach", "verify"]
    given = {one["name"]: one["value"] for one in container["env"]}
    assert given["MITMACH_KAFKA_USERNAME"] == AUDITOR
    host, port = given["MITMACH_METRICS_URL"].removeprefix("http://").split(":")
    service = objects["Service", host]
    assert service["spec"]["ports"][0]["port"] == int(port)

    labels = verify["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    out, into = (objects["NetworkPolicy", name]["spec"] for name in WAYS)
    assert out["podSelector"]["matchLabels"].items() <= labels.items()
    (way,) = out["egress"]
    (target,) = way["to"]
    assert target["podSelector"] == into["podSelector"]
    assert into["podSelector"]["matchLabels"].items() <= service["spec"]["selector"].items()
    assert into["ingress"][0]["from"][0]["podSelector"] == out["podSelector"]
    assert "CronJob" not in {one["kind"] for one in rendered("production")}
