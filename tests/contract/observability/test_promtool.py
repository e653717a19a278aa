"""Prometheus' own tool reads the rules, tries them, and checks its settings and our metrics."""

import json
import shutil
from pathlib import Path

import yaml
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric

from services.metrics.instruments import BusinessFigures
from shared.runtime.telemetry.metrics import Metrics
from tests.support.promtool import needs_promtool, promtool
from tooling.generators.dashboards import FOLDER

ROOT = Path(__file__).parents[3]
PROMETHEUS = ROOT / "observability/prometheus"

pytestmark = needs_promtool


def test_rules_are_valid() -> None:
    assert "SUCCESS" in promtool("check", "rules", "rules.yml", cwd=PROMETHEUS)


def test_alerts_ring_when_they_should_and_not_otherwise() -> None:
    assert "SUCCESS" in promtool("test", "rules", "rules_test.yml", cwd=PROMETHEUS)


def test_what_panels_and_annotations_ask_is_promql(tmp_path: Path) -> None:
    asked = [
        target["expr"].replace("$namespace", ".*")
        for file in sorted((ROOT / FOLDER).glob("*.json"))
        for board in [json.loads(file.read_text())]
        for target in (
            *(target for panel in board["panels"] for target in panel.get("targets", ())),
            *board["annotations"]["list"],
        )
    ]
    rules = [{"record": f"asked:{number}", "expr": text} for number, text in enumerate(asked)]
    given = {"groups": [{"name": "panels", "rules": rules}]}
    (tmp_path / "panels.yml").write_text(yaml.safe_dump(given))
    said = promtool("check", "rules", "panels.yml", cwd=tmp_path)
    assert f"{len(asked)} rules found" in said


def test_the_settings_of_prometheus_are_valid(tmp_path: Path) -> None:
    settings = (PROMETHEUS / "prometheus.yml").read_text()
    shutil.copy(PROMETHEUS / "rules.yml", tmp_path / "rules.yml")
    here = settings.replace("/etc/prometheus/rules.yml", "rules.yml")
    (tmp_path / "prometheus.yml").write_text(here)
    promtool("check", "config", "prometheus.yml", cwd=tmp_path)


def test_metrics_are_named_as_prometheus_wants_it() -> None:
    class Everything:
        def collect(self) -> list[Metric]:
            families = BusinessFigures().families()
            for family in families:
                labels = ["x"] * len(family._labelnames)  # type: ignore[attr-defined]
                family.add_metric(labels, 1.0)  # type: ignore[attr-defined]
            return families

        def describe(self) -> tuple[()]:
            return ()

    metrics = Metrics()
    for metric in vars(metrics).values():
        if getattr(metric, "_labelnames", ()):
            metric.labels(*("x" for _ in metric._labelnames))
    metrics.registry.register(Everything())
    promtool("check", "metrics", given=generate_latest(metrics.registry))
