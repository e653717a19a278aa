"""Prometheus' operator and Grafana's sidecar find what is theirs, and traces have a way out."""

import os
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.support.manifests import FOLDER, LOADER, Object, rendered
from tooling.generators import dashboards, rules, runbooks
from tooling.generators.kubernetes.monitoring import RELEASE, SETTINGS
from tooling.generators.kubernetes.network import COLLECTOR

MONITORED = ("production", "strimzi")
LONG = pytest.mark.faults_long


def of_kind(objects: tuple[Object, ...], kind: str) -> list[Object]:
    return [one for one in objects if one["kind"] == kind]


def kustomize(folder: Path) -> tuple[Object, ...]:
    """What a folder comes to; the test is skipped where kubectl isn't installed."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl isn't installed, so overlays aren't rendered")
    done = subprocess.run(
        [kubectl, "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(one for one in yaml.load_all(done.stdout, LOADER) if one)


def links(objects: tuple[Object, ...]) -> list[str]:
    (rule,) = of_kind(objects, "PrometheusRule")
    written = [one for group in rule["spec"]["groups"] for one in group["rules"]]
    return [one["annotations"]["runbook_url"] for one in written if "alert" in one]


@pytest.mark.parametrize("overlay", MONITORED)
def test_what_the_operator_reads_has_the_label_that_it_selects(overlay: str) -> None:
    objects = rendered(overlay)
    for kind in ("ServiceMonitor", "PrometheusRule"):
        (one,) = of_kind(objects, kind)
        assert one["metadata"]["labels"]["release"] == RELEASE
    assert set(links(objects)) == {
        runbooks.runbook(one["alert"])
        for group in rules.content()["groups"]
        for one in group["rules"]
        if "alert" in one
    }


@pytest.mark.parametrize("overlay", MONITORED)
def test_dashboards_are_what_the_sidecar_of_grafana_looks_for(overlay: str) -> None:
    stored = {path.rpartition("/")[2]: text for path, text in dashboards.generate().items()}
    found: dict[str, bytes] = {}
    for one in of_kind(rendered(overlay), "ConfigMap"):
        if one["metadata"].get("labels", {}).get("grafana_dashboard") == "1":
            assert one["metadata"]["annotations"]["grafana_folder"] == "Mitmach"
            found |= {name: text.encode() for name, text in one["data"].items()}
            # `kubectl apply` keeps a whole object in an annotation, which may have 256 KiB.
            assert sum(map(len, one["data"].values())) < 200_000
    assert found == stored


def test_an_overlay_says_the_release_and_where_runbooks_are(tmp_path: Path) -> None:
    own = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": SETTINGS,
            "annotations": {"config.kubernetes.io/local-config": "true"},
        },
        "data": {"release": "watching", "runbooks": "https://wiki.example/social/runbooks"},
    }
    (tmp_path / "monitoring.yaml").write_text(yaml.safe_dump(own))
    component = os.path.relpath(FOLDER / "components/monitoring", tmp_path.resolve())
    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [monitoring.yaml]\ncomponents: [{component}]\n"
    )
    objects = kustomize(tmp_path)
    labelled = [*of_kind(objects, "ServiceMonitor"), *of_kind(objects, "PrometheusRule")]
    assert {one["metadata"]["labels"]["release"] for one in labelled} == {"watching"}
    for link in links(objects):
        assert link.startswith("https://wiki.example/social/runbooks#mitmach")
    assert SETTINGS not in {one["metadata"]["name"] for one in objects}


@pytest.mark.parametrize(
    "overlay", ["production", *(pytest.param(one, marks=LONG) for one in ("dev", "strimzi"))]
)
def test_where_tracing_is_on_there_is_a_way_to_the_collector_and_only_then(
    overlay: str, tmp_path: Path
) -> None:
    base, component = (
        os.path.relpath(FOLDER / name, tmp_path.resolve())
        for name in (f"overlays/{overlay}", "components/tracing")
    )
    (tmp_path / "kustomization.yaml").write_text(
        f"resources: [{base}]\ncomponents: [{component}]\n"
    )
    objects = kustomize(tmp_path)

    def open_ports(given: tuple[Object, ...]) -> list[int]:
        return [
            port["port"]
            for policy in of_kind(given, "NetworkPolicy")
            for rule in policy["spec"].get("egress", ())
            for port in rule.get("ports", ())
        ]

    assert COLLECTOR in open_ports(objects)
    assert COLLECTOR not in open_ports(rendered(overlay))
    (policy,) = (
        one
        for one in of_kind(objects, "NetworkPolicy")
        if one["metadata"]["name"] == "all-to-collector"
    )
    kubernetes_validate.validate(policy, "1.35", strict=True)
    (settings,) = (
        one["data"]
        for one in of_kind(objects, "ConfigMap")
        if one["metadata"]["name"].startswith("mitmach-settings")
    )
    assert settings["OTEL_EXPORTER_OTLP_ENDPOINT"].endswith(f":{COLLECTOR}")
    assert settings["MITMACH_HTTP_TRUSTED_PROXIES"]  # the overlay's own settings are still there
