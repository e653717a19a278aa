"""Topics and users for the Strimzi operator: what `mitmach init` makes elsewhere."""

from collections.abc import Iterable, Iterator
from typing import Any

from mitmach.installation.rights import (
    AccessRule,
    KafkaOperation,
    KafkaResource,
    data_rules,
    data_user,
    plans,
    rules,
)
from mitmach.installation.secrets import USERS

Object = dict[str, Any]

_LABELS = {"strimzi.io/cluster": "mitmach", "app.kubernetes.io/part-of": "mitmach"}
_REPLICAS = 3
_API = "kafka.strimzi.io/v1"
# The team that is written into the component as a pattern for others.
PATTERN_TEAM = "marketing"


def topics() -> Iterator[Object]:
    """A KafkaTopic for every topic, those of dead letters included."""
    for plan in plans():
        yield {
            "apiVersion": _API,
            "kind": "KafkaTopic",
            "metadata": {"name": plan.name, "labels": _LABELS},
            "spec": {
                "partitions": plan.partitions,
                "replicas": _REPLICAS,
                "config": {
                    "retention.ms": plan.retention_ms,
                    "retention.bytes": -1,
                    "min.insync.replicas": _REPLICAS - 1,
                    "unclean.leader.election.enable": False,
                },
            },
        }


def users() -> Iterator[Object]:
    """A KafkaUser per service, and an auditor who only reads."""
    for user in USERS:
        yield _user(user, (rule for rule in rules() if rule.user == user))


def data_teams() -> Iterator[Object]:
    """A KafkaUser of a data team, to be copied for others."""
    yield _user(data_user(PATTERN_TEAM), data_rules([PATTERN_TEAM]))


def _user(name: str, its: Iterable[AccessRule]) -> Object:
    return {
        "apiVersion": _API,
        "kind": "KafkaUser",
        "metadata": {"name": name, "labels": _LABELS},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": list(_acls(its))},
        },
    }


def _acls(its: Iterable[AccessRule]) -> Iterator[Object]:
    for rule in its:
        operation = "Read" if rule.operation == KafkaOperation.READ else "Write"
        yield {
            "resource": {
                "type": "topic" if rule.resource == KafkaResource.TOPIC else "group",
                "name": rule.name,
                "patternType": "prefix" if rule.prefix else "literal",
            },
            "operations": [operation, "Describe"],
        }
