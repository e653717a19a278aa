"""The access rules give each service what its code does, and nothing of another's."""

from mitmach.installing.rights import AUDITOR, SERVICES, Operation, Resource, plans, rules
from services.contests.worker.audience_copy import AudienceCopy as ContestsCopy
from services.groups.worker import MemberCounts
from services.metrics.consumer import NAME as METRICS
from services.metrics.projection import FOLDS
from services.posts.worker.audience_copy import AudienceCopy as PostsCopy
from services.posts.worker.counting import PostCounts
from shared.events.topics import BALLOTS, TOPICS, dlq_topic

RULES = set(rules())
CONSUMERS = [
    ("groups", MemberCounts.name, MemberCounts.topics),
    ("posts", PostsCopy.name, PostsCopy.topics),
    ("posts", PostCounts.name, PostCounts.topics),
    ("contests", ContestsCopy.name, ContestsCopy.topics),
    ("metrics", METRICS, tuple(FOLDS)),
]


def may(user: str, operation: Operation, resource: Resource, name: str) -> bool:
    return any(
        rule.user == user
        and rule.operation == operation
        and rule.resource == resource
        and (name.startswith(rule.name) if rule.prefix else name == rule.name)
        for rule in RULES
    )


def test_every_consumer_may_read_its_topics_and_join_its_group() -> None:
    for user, group, topics in CONSUMERS:
        assert may(user, Operation.READ, Resource.GROUP, group)
        for topic in topics:
            assert may(user, Operation.READ, Resource.TOPIC, topic), f"{user} reads {topic}"


def test_only_its_writer_writes_a_topic() -> None:
    for plan in plans():
        for user in (*SERVICES, AUDITOR):
            wanted = user == plan.writer
            assert may(user, Operation.WRITE, Resource.TOPIC, plan.name) is wanted


def test_nobody_else_joins_a_services_group() -> None:
    for _, group, _ in CONSUMERS:
        joining = [user for user in SERVICES if may(user, Operation.READ, Resource.GROUP, group)]
        assert len(joining) == 1
    assert not any(rule.user == AUDITOR and rule.resource == Resource.GROUP for rule in RULES)


def test_ballots_and_dead_letters_stay_with_their_service() -> None:
    for user in (*SERVICES, AUDITOR):
        assert may(user, Operation.READ, Resource.TOPIC, BALLOTS) is (user == "contests")
        for service in SERVICES:
            own = user == service
            assert may(user, Operation.READ, Resource.TOPIC, dlq_topic(service)) is own


def test_every_topic_of_the_contract_is_installed() -> None:
    assert set(TOPICS) < {plan.name for plan in plans()}
