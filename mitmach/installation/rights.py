"""Who may do what in Kafka: one user per service, derived from the plans of the topics.

A service writes its own topics and its dead letters, reads what its consumers read and nothing
else, and joins groups that begin with its name. Nobody but the administrator creates topics or
changes rights.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from shared.contract.events.topics import TOPICS, TopicPlan, dlq_plan
from shared.contract.services import ServiceName

# Reads what data teams may read: for `mitmach demo --target` and checks.
AUDITOR = "auditor"


class KafkaResource(IntEnum):
    """Kafka's numbers of kinds of resources."""

    TOPIC = 2
    GROUP = 3


class KafkaOperation(IntEnum):
    """Kafka's numbers of operations. Describe is implied by reading and writing."""

    READ = 3
    WRITE = 4


class AccessRule(NamedTuple):
    """An access rule of Kafka: it allows something to a user.

    Attributes:
        user: The user, without Kafka's prefix `User:`.
        operation: The operation that is allowed.
        resource: Whether it is allowed on a topic or on a group.
        name: The name of the topic or group.
        prefix: Whether it is allowed on everything whose name begins with that.
    """

    user: str
    operation: KafkaOperation
    resource: KafkaResource
    name: str
    prefix: bool = False


def plans() -> tuple[TopicPlan, ...]:
    """Every topic that exists in an installation, dead letters included."""
    return (*TOPICS.values(), *(dlq_plan(service) for service in map(str, ServiceName)))


def rules() -> Iterator[AccessRule]:
    """All access rules of an installation."""
    for plan in plans():
        yield AccessRule(plan.writer, KafkaOperation.WRITE, KafkaResource.TOPIC, plan.name)
        # The relay also looks where its own topics end, to notice when the broker has lost them:
        # for that Kafka asks for Describe, which Write implies.
        for reader in sorted(plan.readers):
            yield AccessRule(reader, KafkaOperation.READ, KafkaResource.TOPIC, plan.name)
        if plan.data_teams:
            yield AccessRule(AUDITOR, KafkaOperation.READ, KafkaResource.TOPIC, plan.name)
    for service in map(str, ServiceName):
        yield AccessRule(
            service, KafkaOperation.READ, KafkaResource.GROUP, f"mitmach.{service}", prefix=True
        )
