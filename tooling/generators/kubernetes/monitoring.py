"""What Prometheus' operator and Grafana's sidecar read: rules and dashboards of observability/.

Where the operator selects what it reads by a label `release` (kube-prometheus-stack does), its
value is the overlay's to say, and so is the address of the runbooks: `component` puts both where
they belong, from the ConfigMap `SETTINGS` of the overlay, which never reaches the cluster.
"""

from collections.abc import Iterator
from typing import Any

from tooling.generators import dashboards, rules

Object = dict[str, Any]

RELEASE = "kube-prometheus-stack"
"""The name under which that chart is installed, until the overlay says another."""

SETTINGS = "mitmach-monitoring"
"""The overlay's ConfigMap with `release` and `runbooks`."""

_LABELS = {"app.kubernetes.io/part-of": "mitmach"}
_SELECTED = {**_LABELS, "release": RELEASE}


def service_monitor() -> Iterator[Object]:
    """A ServiceMonitor for all roles: Prometheus asks each pod of each."""
    yield {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": {"name": "mitmach", "labels": _SELECTED},
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
        "metadata": {"name": "mitmach", "labels": _SELECTED},
        "spec": rules.content(),
    }


def boards() -> Iterator[Object]:
    """A ConfigMap per dashboard; Grafana's sidecar finds them by their label."""
    for path, content in dashboards.generate().items():
        file = path.rpartition("/")[2]
        yield {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": f"mitmach-dashboard-{file.removesuffix('.json')}",
                "labels": {**_LABELS, "grafana_dashboard": "1"},
                "annotations": {"grafana_folder": "Mitmach"},
            },
            "data": {file: content.decode()},
        }


def component() -> Iterator[Object]:
    """The component, with what it takes from the overlay's settings."""
    operators = [
        {"select": {"group": "monitoring.coreos.com", "kind": kind}}
        for kind in ("ServiceMonitor", "PrometheusRule")
    ]
    links = {
        "select": {"kind": "PrometheusRule"},
        "fieldPaths": [
            f"spec.groups.{group}.rules.{rule}.annotations.runbook_url"
            for group, made in enumerate(rules.content()["groups"])
            for rule, one in enumerate(made["rules"])
            if "alert" in one
        ],
        "options": {"delimiter": "#", "index": 0},
    }
    yield {
        "apiVersion": "kustomize.config.k8s.io/v1alpha1",
        "kind": "Component",
        "resources": ["service-monitor.yaml", "prometheus-rule.yaml", "dashboards.yaml"],
        "replacements": [
            {
                "source": {"kind": "ConfigMap", "name": SETTINGS, "fieldPath": "data.release"},
                "targets": [
                    {**one, "fieldPaths": ["metadata.labels.release"]} for one in operators
                ],
            },
            {
                "source": {"kind": "ConfigMap", "name": SETTINGS, "fieldPath": "data.runbooks"},
                "targets": [links],
            },
        ],
    }
