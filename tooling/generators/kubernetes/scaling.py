"""More pods when there is more to do: APIs by processor, consumers by lag.

Never more consumers than partitions, since the rest would stand idle; and slow to scale down, since
each change makes the group share out its partitions anew.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from services.contests.worker.audience_copy import ContestsAudienceCopy
from services.groups.worker.erasures import ErasureRecord
from services.groups.worker.member_counts import MemberCounts
from services.metrics.consumer import NAME as METRICS
from services.metrics.projection import FOLDS
from services.posts.worker.audience_copy import PostsAudienceCopy
from services.posts.worker.engagement_counts import EngagementCounts
from shared.audience.logins import LoginsCopy
from shared.contract.events.topics import TOPICS
from tooling.generators.kubernetes.workloads import ServiceRole, labels, roles

Object = dict[str, Any]

# Seconds without need before a pod is taken away: each change of a group stops all its members.
_CALM = 600
# Records per pod: what a consumer reads in a fraction of a second when it is well.
_LAG = 5000


class ConsumerGroup(NamedTuple):
    """A consumer group of Kafka and what it reads.

    Attributes:
        name: As the broker knows the group.
        topics: Names of the topics that its members share out.
    """

    name: str
    topics: Sequence[str]


# By Deployment; a worker may run several projections, each with a group of its own.
CONSUMER_GROUPS: dict[str, tuple[ConsumerGroup, ...]] = {
    "groups-worker": (
        ConsumerGroup(MemberCounts.name, MemberCounts.topics),
        ConsumerGroup(ErasureRecord.name, ErasureRecord.topics),
    ),
    "posts-worker": (
        ConsumerGroup(PostsAudienceCopy.name, PostsAudienceCopy.topics),
        ConsumerGroup(EngagementCounts.name, EngagementCounts.topics),
    ),
    "contests-worker": (ConsumerGroup(ContestsAudienceCopy.name, ContestsAudienceCopy.topics),),
    "metrics-consumer": (
        ConsumerGroup(METRICS, tuple(FOLDS)),
        ConsumerGroup(LoginsCopy("metrics").name, LoginsCopy.topics),
    ),
}


def most_pods(deployment: str) -> int:
    """How many pods of a Deployment can have a partition each."""
    topics = {topic for group in CONSUMER_GROUPS[deployment] for topic in group.topics}
    return max(TOPICS[topic].partitions for topic in topics)


_BEHAVIOUR = {
    "scaleUp": {"stabilizationWindowSeconds": 30},
    "scaleDown": {
        "stabilizationWindowSeconds": _CALM,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 120}],
    },
}


def autoscalers() -> Iterator[Object]:
    """Autoscalers of the APIs, by processor time."""
    for role in roles():
        if role.name != "api":
            continue
        cpu = {
            "type": "Resource",
            "resource": {
                "name": "cpu",
                "target": {"type": "Utilization", "averageUtilization": 200},
            },
        }
        yield {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": role.full, "labels": labels(role)},
            "spec": {
                "scaleTargetRef": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": role.full,
                },
                "minReplicas": 2,
                "maxReplicas": 8,
                # Of the request, a quarter of a core: so half of what a process can use.
                "metrics": [cpu],
                "behavior": _BEHAVIOUR,
            },
        }


def scaled_objects() -> Iterator[Object]:
    """KEDA objects of the consumers, by lag, with the user of their own service."""
    for role in roles():
        if role.full in CONSUMER_GROUPS:
            yield _trigger_authentication(role)
            yield _scaled_object(role)


def _trigger_authentication(role: ServiceRole) -> Object:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "TriggerAuthentication",
        "metadata": {"name": role.full, "labels": labels(role)},
        "spec": {
            "secretTargetRef": [
                {
                    "parameter": parameter,
                    "name": f"mitmach-{role.service.name}",
                    "key": key,
                }
                for parameter, key in (
                    ("sasl", "keda-sasl"),
                    ("tls", "keda-tls"),
                    ("username", "kafka-username"),
                    ("password", "kafka-password"),
                )
            ]
        },
    }


def _scaled_object(role: ServiceRole) -> Object:
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": role.full, "labels": labels(role)},
        "spec": {
            "scaleTargetRef": {"name": role.full},
            "minReplicaCount": 2,
            "maxReplicaCount": most_pods(role.full),
            "pollingInterval": 15,
            "cooldownPeriod": _CALM,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": _BEHAVIOUR}},
            "triggers": [
                _trigger(role.full, group.name, topic)
                for group in CONSUMER_GROUPS[role.full]
                for topic in group.topics
            ],
        },
    }


def _trigger(name: str, group: str, topic: str) -> Object:
    return {
        "type": "kafka",
        "authenticationRef": {"name": name},
        "metadata": {
            "bootstrapServersFromEnv": "MITMACH_KAFKA_BOOTSTRAP",
            "consumerGroup": group,
            "topic": topic,
            "lagThreshold": str(_LAG),
            "offsetResetPolicy": "earliest",
            "allowIdleConsumers": "false",
        },
    }
