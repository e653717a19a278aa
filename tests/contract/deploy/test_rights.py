"""The access rules give each service what its code does, and nothing of another's."""

from mitmach.installation.rights import (
    AUDITOR,
    DATA_USERS,
    AccessRule,
    KafkaOperation,
    KafkaResource,
    data_rules,
    plans,
    rules,
)
from services.contests.worker.audience_copy import ContestsAudienceCopy
from services.groups.worker.erasures import ErasureRecord
from services.groups.worker.member_counts import MemberCounts
from services.metrics.consumer import NAME as METRICS
from services.metrics.projection import FOLDS
from services.posts.worker.audience_copy import PostsAudienceCopy
from services.posts.worker.engagement_counts import EngagementCounts
from shared.audience.logins import LoginsCopy
from shared.contract.events.topics import BALLOTS, CONTESTS, INSIGHTS, POSTS, TOPICS, dlq_topic
from shared.contract.services import ServiceName
from tooling.generators.kubernetes.scaling import CONSUMER_GROUPS

RULES = set(rules())
READ = KafkaOperation.READ
CONSUMERS = [
    ("groups", MemberCounts.name, MemberCounts.topics),
    ("groups", ErasureRecord.name, ErasureRecord.topics),
    ("posts", PostsAudienceCopy.name, PostsAudienceCopy.topics),
    ("posts", EngagementCounts.name, EngagementCounts.topics),
    ("contests", ContestsAudienceCopy.name, ContestsAudienceCopy.topics),
    ("metrics", METRICS, tuple(FOLDS)),
    ("metrics", LoginsCopy("metrics").name, LoginsCopy.topics),
]


def may(user: str, operation: KafkaOperation, resource: KafkaResource, name: str) -> bool:
    return any(
        rule.user == user
        and rule.operation == operation
        and rule.resource == resource
        and (name.startswith(rule.name) if rule.prefix else name == rule.name)
        for rule in RULES
    )


def test_a_service_may_read_what_its_consumers_read_and_nothing_else() -> None:
    for service in ServiceName:
        consumed = {topic for user, _, topics in CONSUMERS if user == service for topic in topics}
        allowed = {one.name for one in plans() if may(service, READ, KafkaResource.TOPIC, one.name)}
        assert allowed == consumed, service


def test_every_projection_of_the_platform_is_among_the_consumers() -> None:
    running = {group.name for groups in CONSUMER_GROUPS.values() for group in groups}
    assert running == {group for _, group, _ in CONSUMERS}
    for user, group, _ in CONSUMERS:
        assert may(user, READ, KafkaResource.GROUP, group)


def test_only_its_writer_writes_a_topic() -> None:
    for plan in plans():
        for user in (*ServiceName, AUDITOR):
            wanted = user == plan.writer
            assert may(user, KafkaOperation.WRITE, KafkaResource.TOPIC, plan.name) is wanted


def test_nobody_else_joins_a_services_group() -> None:
    for _, group, _ in CONSUMERS:
        joining = [
            user
            for user in ServiceName
            if may(user, KafkaOperation.READ, KafkaResource.GROUP, group)
        ]
        assert len(joining) == 1
    assert not any(rule.user == AUDITOR and rule.resource == KafkaResource.GROUP for rule in RULES)


def test_ballots_and_dead_letters_are_read_by_operators_only() -> None:
    for user in (*ServiceName, AUDITOR):
        for topic in (BALLOTS, *map(dlq_topic, ServiceName)):
            assert not may(user, READ, KafkaResource.TOPIC, topic), f"{user} reads {topic}"


def test_a_data_team_may_read_what_is_meant_for_it_in_its_own_groups_and_nothing_else() -> None:
    allowed = set(data_rules(["hr"]))
    public = {plan.name for plan in plans() if plan.data_teams}
    assert public == {POSTS, CONTESTS, INSIGHTS}
    assert allowed == {
        *(AccessRule("data-hr", READ, KafkaResource.TOPIC, name) for name in public),
        AccessRule("data-hr", READ, KafkaResource.GROUP, "data-hr.", prefix=True),
    }
    assert not any(user.startswith(DATA_USERS) for user in (*ServiceName, AUDITOR))


def test_every_topic_of_the_contract_is_installed() -> None:
    assert set(TOPICS) < {plan.name for plan in plans()}
