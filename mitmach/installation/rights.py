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

AUDITOR = "auditor"  # reads what data teams may read: for `mitmach demo --target` and checks


class KafkaResource(IntEnum):
    """Kafka's numbers of kinds of resources."""

    TOPIC = 2
    GROUP = 3


class KafkaOperation(IntEnum):
    """Kafka's numbers of operations. Describe is implied by reading and writing."""

    READ = 3
    WRITE = 4


class AccessRule(NamedTuple):
    """One access rule: this user may do this.

    Attributes:
        user: Without Kafka's prefix `User:`.
        operation: What.
        resource: A topic or a group.
        name: Of it.
        prefix: Everything whose name begins with it.
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
