"""A real Prometheus scrapes what we export: every panel has values, and a slow answer its trace."""

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Gauge, Histogram, start_http_server
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mitmach.services import SERVICES
from services.metrics.instruments import BusinessFigures
from shared.runtime.telemetry import Metrics
from tooling.generators.dashboards import FOLDER

ROOT = Path(__file__).parents[3]
PROMETHEUS = shutil.which("prometheus") or ""
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
# One word for each label where any does; what panels ask for by name where not.
LABELS = {
    "window": ("today", "7d", "30d"),
    "kind": ("entry", "comment"),
    "type": ("mitmach.entry.submitted", "mitmach.contest.announced"),
    "service": ("posts", "contests"),
    "consumer": ("mitmach.metrics",),
    "method": ("GET", "POST"),
    "reason": ("too-busy",),
}

pytestmark = [
    pytest.mark.faults_long,
    pytest.mark.skipif(not PROMETHEUS, reason="prometheus isn't installed (Debian: prometheus)"),
]


def label_sets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(product(*(LABELS.get(name, ("x",)) for name in names)))


class Figures(Collector):
    """Business figures that grow, of every family."""

    def __init__(self) -> None:
        self.count = 0

    def collect(self) -> list[Metric]:
        """The families, with a value for each set of labels."""
        self.count += 1
        families = BusinessFigures().families()
        for family in families:
            for labels in label_sets(family._labelnames):  # type: ignore[attr-defined]
                family.add_metric(labels, float(self.count))  # type: ignore[attr-defined]
        return families

    def describe(self) -> tuple[()]:
        """Nothing, as the exporter does."""
        return ()


def move(metrics: Metrics) -> None:
    """Gives every technical metric a value, and histograms an exemplar."""
    exemplar = {"trace_id": TRACE, "span_id": "00f067aa0ba902b7"}
    for metric in vars(metrics).values():
        for labels in label_sets(getattr(metric, "_labelnames", ())):
            one = metric.labels(*labels) if labels else metric
            match one:
                case Counter():
                    one.inc()
                case Gauge():
                    one.set(1)
                case Histogram():
                    one.observe(0.2, exemplar)
    for service in SERVICES:
        for role in service.roles:
            metrics.role_running.labels(service.name, role).set(1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(base: str, path: str, **query: str) -> Any:
    with urllib.request.urlopen(f"{base}{path}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)["data"]


def wait_for(done: Callable[[], bool], missing: object) -> None:
    """Asks again and again, also while Prometheus still starts; says what is missing at the end."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if done():
                return
        time.sleep(0.2)
    pytest.fail(f"no values: {missing}")


@contextmanager
def prometheus(folder: Path, target: int) -> Iterator[str]:
    """Prometheus with our rules, which asks the target five times a second."""
    rules = yaml.safe_load((ROOT / "observability/prometheus/rules.yml").read_text())
    for group in rules["groups"]:
        group["interval"] = "500ms"
    (folder / "rules.yml").write_text(yaml.safe_dump(rules))
    job = {"job_name": "mitmach", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}
    settings = {
        "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{**job, "honor_labels": True}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    port = free_port()
    process = subprocess.Popen(
        [
            PROMETHEUS,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--enable-feature=exemplar-storage",
        ],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("wb"),
    )
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        process.wait(20)


def expressions() -> dict[str, str]:
    """What panels ask, by board and title, with all namespaces chosen."""
    found = {}
    for file in sorted((ROOT / FOLDER).glob("*.json")):
        board = json.loads(file.read_text())
        for panel in board["panels"]:
            for target in panel.get("targets", ()):
                place = f"{board['title']}: {panel['title']} {target['refId']}"
                found[place] = target["expr"].replace("$namespace", ".*")
    return found


def test_every_panel_has_values_and_a_slow_answer_leads_to_its_trace(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.registry.register(Figures())
    port = free_port()
    server, thread = start_http_server(port, "127.0.0.1", metrics.registry)
    try:
        with prometheus(tmp_path, port) as base:
            silent = dict(expressions())

            def all_answered() -> bool:
                move(metrics)
                for place, expression in list(silent.items()):
                    if ask(base, "/query", query=expression)["result"]:
                        del silent[place]
                return not silent

            wait_for(all_answered, silent)
            now = time.time()
            series = ask(
                base,
                "/query_exemplars",
                query="mitmach_http_request_seconds_bucket",
                start=str(now - 120),
                end=str(now),
            )
            traces = {one["labels"]["trace_id"] for found in series for one in found["exemplars"]}
            assert traces == {TRACE}
    finally:
        server.shutdown()
        thread.join(10)
