"""Who may do what in Kafka: a user per service and per data team, derived from the topics' plans.

A service writes its own topics and its dead letters, reads what its consumers read and nothing
else, and joins groups that begin with its name. A data team reads what data teams may read and
joins groups that begin with its user's name and a dot: it writes nothing. Nobody but the
administrator creates topics or changes rights.
"""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from shared.contract.events.topics import RESTRICTED, TOPICS, TopicPlan, dlq_plan
from shared.contract.services import ServiceName

# Reads every event but the choices of sealed votes, to compare how many there are of each: for
# `mitmach demo --target`, `mitmach verify` and checks.
AUDITOR = "auditor"
# How the user of every data team begins, and no other user.
DATA_USERS = "data-"
# Also good as the name of a Kubernetes object, with what is put in front and a suffix of a pod.
_TEAM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TEAM_LENGTH = 40


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


def data_user(team: str) -> str:
    """The user that a data team signs in as.

    Raises:
        ValueError: The name can't be that of a team; the message says what can.
    """
    if not _TEAM.fullmatch(team) or len(team) > _TEAM_LENGTH:
        raise ValueError(
            f"{team[:60]!r} can't be the name of a data team: take small letters, digits and single"
            f" hyphens in between, {_TEAM_LENGTH} at most, a letter first"
        )
    return f"{DATA_USERS}{team}"


def data_rules(teams: Iterable[str]) -> Iterator[AccessRule]:
    """The access rules of data teams.

    The dot behind the user's name keeps `data-hr` out of the groups of `data-hr-pay`.
    """
    for user in map(data_user, teams):
        for plan in plans():
            if plan.data_teams:
                yield AccessRule(user, KafkaOperation.READ, KafkaResource.TOPIC, plan.name)
        yield AccessRule(user, KafkaOperation.READ, KafkaResource.GROUP, f"{user}.", prefix=True)


def rules() -> Iterator[AccessRule]:
    """The access rules of the platform itself."""
    for plan in plans():
        yield AccessRule(plan.writer, KafkaOperation.WRITE, KafkaResource.TOPIC, plan.name)
        # The relay also looks where its own topics end, to notice when the broker has lost them:
        # for that Kafka asks for Describe, which Write implies.
        for reader in sorted(plan.readers):
            yield AccessRule(reader, KafkaOperation.READ, KafkaResource.TOPIC, plan.name)
        if plan.name in TOPICS.keys() - RESTRICTED:
            yield AccessRule(AUDITOR, KafkaOperation.READ, KafkaResource.TOPIC, plan.name)
    for service in map(str, ServiceName):
        yield AccessRule(
            service, KafkaOperation.READ, KafkaResource.GROUP, f"mitmach.{service}", prefix=True
        )
