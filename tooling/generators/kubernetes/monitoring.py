"""What Prometheus' operator reads. The rules are those of observability/, word for word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]

RULES = Path(__file__).resolve().parents[3] / "observability/prometheus/rules.yml"
_LABELS = {"app.kubernetes.io/part-of": "mitmach"}


def service_monitor() -> Iterator[Object]:
    """A ServiceMonitor for all roles: Prometheus asks each pod of each."""
    yield {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "mitmach", "labels": _LABELS},
        "spec": {
            # `job` becomes this label's value, which the rules name.
            "jobLabel": "app.kubernetes.io/part-of",
            "selector": {"matchLabels": _LABELS},
            "endpoints": [
                {
                    "port": "http",
                    "path": "/metrics",
                    "interval": "15s",
                    "scrapeTimeout": "10s",
                    # Our label `service` is what the figures are about, not Kubernetes' object.
                    "honorLabels": True,
                    "relabelings": [
                        {
                            "sourceLabels": ["__meta_kubernetes_service_name"],
                            "targetLabel": "part",
                        },
                        {"sourceLabels": ["__meta_kubernetes_pod_name"], "targetLabel": "instance"},
                    ],
                }
            ],
        },
    }


def prometheus_rule() -> Iterator[Object]:
    """The recording and alerting rules, as an object of the operator."""
    yield {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "mitmach", "labels": _LABELS},
        "spec": yaml.safe_load(RULES.read_text()),
    }
