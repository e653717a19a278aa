"""A Deployment, a Service and a disruption budget per role; and the ingress."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from mitmach.services import SERVICES, Service

PORT = 8000
# Seconds. Behind a load balancer a pod gets requests for a moment after it was told to end.
_DRAIN = 5
# More than draining, running requests (20 s) and what was accepted (3 s) take together.
_GRACE = 45
SECRETS = "/run/secrets/mitmach"

Object = dict[str, Any]


class ServiceRole(NamedTuple):
    """A service in one of its roles: what a Deployment runs.

    Attributes:
        service: The service whose code the pods run.
        name: The role: `api`, `relay`, `worker` or `consumer`; the second argument of its command.
    """

    service: Service
    name: str

    @property
    def full(self) -> str:
        """Name of the Deployment and of all that belongs to it, e.g. `posts-relay`."""
        return f"{self.service.name}-{self.name}"


def roles() -> Iterator[ServiceRole]:
    """Every role of every service."""
    for service in SERVICES:
        for name in service.roles:
            yield ServiceRole(service, name)


def selector(role: ServiceRole) -> dict[str, str]:
    """Labels that only the pods of the role have."""
    return {"app.kubernetes.io/name": role.full, "app.kubernetes.io/part-of": "mitmach"}


def labels(role: ServiceRole) -> dict[str, str]:
    """All labels of the role."""
    return {**selector(role), "app.kubernetes.io/component": role.name}


def deployments() -> Iterator[Object]:
    """Two pods of each role: of a relay one stands by, of everything else both work."""
    for role in roles():
        yield {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": role.full, "labels": labels(role)},
            "spec": {
                "replicas": 2,
                "revisionHistoryLimit": 5,
                "strategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
                },
                "selector": {"matchLabels": selector(role)},
                "template": {
                    "metadata": {"labels": labels(role)},
                    "spec": _pod(role),
                },
            },
        }


def pod_security() -> Object:
    """What every pod of ours is held to."""
    return {
        "serviceAccountName": "mitmach",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "runAsGroup": 10001,
            "fsGroup": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def _pod(role: ServiceRole) -> Object:
    return {
        **pod_security(),
        "terminationGracePeriodSeconds": _GRACE,
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": selector(role)},
            }
            for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
        ],
        "containers": [_container(role)],
        "volumes": [{"name": "secrets", "projected": _secrets(role)}, *_TEMPORARY],
    }


_TEMPORARY = ({"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}},)


def _container(role: ServiceRole) -> Object:
    container: Object = {
        "name": "mitmach",
        "image": "mitmach",
        "command": ["python3", "-m", f"services.{role.service.name}", role.name],
        "ports": [{"name": "http", "containerPort": PORT}],
        "envFrom": [{"configMapRef": {"name": "mitmach-settings"}}],
        "env": [
            {"name": "MITMACH_SECRETS_DIR", "value": SECRETS},
            {"name": "MITMACH_KAFKA_USERNAME", "value": role.service.name},
        ],
        # It starts to listen once the database has answered, for which it waits a minute.
        "startupProbe": _probe("/health/live", period=2, failures=45),
        # Asks nothing outside: a database that is down is no reason to restart anything.
        "livenessProbe": _probe("/health/live", period=10, failures=3),
        "readinessProbe": _probe("/health/ready", period=5, failures=2),
        "resources": _resources(role),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "secrets", "mountPath": SECRETS, "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - of the pod alone
        ],
    }
    if role.name == "api":
        wait = ["python3", "-S", "-c", f"import time; time.sleep({_DRAIN})"]
        container["lifecycle"] = {"preStop": {"exec": {"command": wait}}}
    return container


def _probe(path: str, *, period: int, failures: int) -> Object:
    return {
        "httpGet": {"path": path, "port": "http"},
        "periodSeconds": period,
        "timeoutSeconds": 3,
        "failureThreshold": failures,
    }


def _resources(role: ServiceRole) -> Object:
    # Measured in the compose file: 70 to 80 MiB at rest. One process uses one core at most. What
    # metrics remember grows with the community; the goal is to stay under 1 GiB.
    counting = role.service.name == "metrics" and role.name != "relay"
    memory = "1Gi" if counting else "512Mi"
    cpu = "250m" if role.name in {"api", "consumer"} else "100m"
    return {
        "requests": {"cpu": cpu, "memory": "128Mi"},
        "limits": {"cpu": "1", "memory": memory},
    }


def _secrets(role: ServiceRole) -> Object:
    own = {
        "name": f"mitmach-{role.service.name}",
        "items": [
            {"key": "mongodb-url", "path": "mitmach_mongodb_url"},
            {"key": "kafka-password", "path": "mitmach_kafka_password"},
        ],
    }
    shared = {
        "name": "mitmach-shared",
        "items": [{"key": "pseudonym-key", "path": "mitmach_pseudonym_key"}],
    }
    return {"defaultMode": 0o440, "sources": [{"secret": own}, {"secret": shared}]}


def services() -> Iterator[Object]:
    """A Service per role: the ingress goes to those of the APIs, Prometheus to all pods."""
    for role in roles():
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": role.full, "labels": labels(role)},
            "spec": {
                "selector": selector(role),
                "ports": [{"name": "http", "port": PORT, "targetPort": "http"}],
            },
        }


def disruption_budgets() -> Iterator[Object]:
    """A node that is emptied takes one pod of a role at a time."""
    for role in roles():
        yield {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": role.full, "labels": labels(role)},
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": selector(role)}},
        }


def paths(service: Service) -> list[str]:
    """What the ingress sends to a service.

    A prefix of an ingress ends where a segment ends, so paths with a verb (/v1/people:batch) are
    named singly, from the OpenAPI document.
    """
    verbs = {
        path
        for path in service.openapi()["paths"]
        if any(path.startswith(f"{start}:") for start in service.paths)
    }
    return [*service.all_paths, *sorted(verbs)]


def ingress() -> Iterator[Object]:
    """One origin for all APIs; metrics and health aren't among its paths."""
    rules = [
        {
            "path": path,
            "pathType": "Prefix",
            "backend": {"service": {"name": f"{service.name}-api", "port": {"name": "http"}}},
        }
        for service in SERVICES
        for path in paths(service)
    ]
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "mitmach", "labels": {"app.kubernetes.io/part-of": "mitmach"}},
        "spec": {"rules": [{"host": "mitmach.example", "http": {"paths": rules}}]},
    }
