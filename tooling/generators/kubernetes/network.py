"""Network policies: nothing may talk to anything, and then exactly what must."""

from collections.abc import Iterator
from typing import Any

from tooling.generators.kubernetes.workloads import PORT

Object = dict[str, Any]

_ALL = {"matchLabels": {"app.kubernetes.io/part-of": "mitmach"}}
_APIS = {"matchLabels": {**_ALL["matchLabels"], "app.kubernetes.io/component": "api"}}


def _namespace(name: str) -> Object:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _ports(*numbers: int, protocol: str = "TCP") -> list[Object]:
    return [{"protocol": protocol, "port": number} for number in numbers]


def _policy(name: str, spec: Object) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "labels": dict(_ALL["matchLabels"])},
        "spec": spec,
    }


def policies() -> Iterator[Object]:
    """The policies of the base. Where database and broker are is the overlay's to say."""
    yield _policy("nothing", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]})
    names = [*_ports(53, protocol="UDP"), *_ports(53)]
    yield _policy(
        "names",
        {
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{"to": [_namespace("kube-system")], "ports": names}],
        },
    )
    yield _policy(
        "callers-to-apis",
        {
            "podSelector": _APIS,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [_namespace("ingress-nginx")], "ports": _ports(PORT)}],
        },
    )
    yield _policy(
        "prometheus-to-all",
        {
            "podSelector": _ALL,
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [_namespace("monitoring")], "ports": _ports(PORT)}],
        },
    )
    yield _policy(
        "apis-to-identity-provider",
        {
            "podSelector": _APIS,
            "policyTypes": ["Egress"],
            "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": _ports(443)}],
        },
    )


COLLECTOR = 4318
"""The port on which collectors take traces over OTLP and HTTP."""


def traces() -> Iterator[Object]:
    """Where tracing is on: the way from all processes to the collector."""
    collector = {
        **_namespace("observability"),
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "opentelemetry-collector"}},
    }
    yield _policy(
        "all-to-collector",
        {
            "podSelector": _ALL,
            "policyTypes": ["Egress"],
            "egress": [{"to": [collector], "ports": _ports(COLLECTOR)}],
        },
    )
