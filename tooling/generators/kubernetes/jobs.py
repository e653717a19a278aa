"""A Job per service that brings what is stored to the version of the image.

Processes do that at their start as well; but one that takes longer than a startup probe waits would
be ended again and again.
"""

from collections.abc import Iterator
from typing import Any

from mitmach.services import SERVICES, Service
from tooling.generators.kubernetes.workloads import SECRETS, pod_security

Object = dict[str, Any]


def migrations() -> Iterator[Object]:
    """A Job per service, with the user who can reach that service's database only."""
    for service in SERVICES:
        name = f"migrate-{service.name}"
        labels = {
            "app.kubernetes.io/name": name,
            "app.kubernetes.io/part-of": "mitmach",
            "app.kubernetes.io/component": "migration",
        }
        yield {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {"name": name, "labels": labels},
            "spec": {
                # What was changed stays changed: each attempt goes on where the last one ended.
                "backoffLimit": 20,
                "ttlSecondsAfterFinished": 3600,
                "template": {"metadata": {"labels": labels}, "spec": _pod(service)},
            },
        }


def _pod(service: Service) -> Object:
    own = {
        "name": f"mitmach-{service.name}",
        "items": [{"key": "mongodb-url", "path": "mitmach_mongodb_url"}],
    }
    shared = {
        "name": "mitmach-shared",
        "items": [{"key": "pseudonym-key", "path": "mitmach_pseudonym_key"}],
    }
    return {
        "restartPolicy": "OnFailure",
        **pod_security(),
        "containers": [
            {
                "name": "migrate",
                "image": "mitmach",
                "command": ["mitmach", "migrate", service.name],
                "envFrom": [{"configMapRef": {"name": "mitmach-settings"}}],
                "env": [
                    {"name": "MITMACH_SECRETS_DIR", "value": SECRETS},
                    # It has nothing to say to Kafka, and so no password.
                    {"name": "MITMACH_KAFKA_SECURITY_PROTOCOL", "value": "PLAINTEXT"},
                ],
                "resources": {
                    "requests": {"cpu": "100m", "memory": "128Mi"},
                    "limits": {"cpu": "1", "memory": "256Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": "secrets", "mountPath": SECRETS, "readOnly": True}],
            }
        ],
        "volumes": [
            {
                "name": "secrets",
                "projected": {
                    "defaultMode": 0o440,
                    "sources": [{"secret": own}, {"secret": shared}],
                },
            }
        ],
    }
