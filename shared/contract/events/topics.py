"""The Kafka topics: names, keys, partitions, how long they are kept, who may read them."""

from typing import NamedTuple

LOGINS = "mitmach.logins.v1"
PEOPLE = "mitmach.people.v1"
GROUPS = "mitmach.groups.v1"
POSTS = "mitmach.posts.v1"
CONTESTS = "mitmach.contests.v1"
BALLOTS = "mitmach.ballots.v1"
INSIGHTS = "mitmach.insights.v1"
POSTS_FORGOTTEN = "mitmach.posts-forgotten.v1"
CONTESTS_FORGOTTEN = "mitmach.contests-forgotten.v1"
METRICS_FORGOTTEN = "mitmach.metrics-forgotten.v1"

_DAY = 24 * 60 * 60 * 1000
FOREVER = -1


class TopicPlan(NamedTuple):
    """How a topic is created and who is let in.

    Attributes:
        name: The topic's name.
        key: The field, in words, that is the Kafka key.
        partitions: How many it is created with. More may be added later: an event keeps the
            partition that it was given when it was numbered, and readers follow chains per
            partition, so no reader notices.
        retention_ms: How long the broker keeps a record; -1 for ever.
        writer: The service whose relay writes here.
        readers: Services of the platform whose consumers read it: these and no others may. Writing
            doesn't include reading: a relay that asks where its topics end needs no more. Where
            there are none, only operators read it.
        data_teams: Whether other teams of the organisation may read it: what it says of people is
            no more than the API shows. Without it, it is for services, and says who did what.
        description: What it carries, in one sentence.
        retold: Whether all that it carries is told again and again, so that a reader may begin
            wherever the topic begins now.
    """

    name: str
    key: str
    partitions: int
    retention_ms: int
    writer: str
    readers: tuple[str, ...]
    data_teams: bool
    description: str
    retold: bool = False


def _forgotten(name: str, writer: str) -> TopicPlan:
    # 90 days, as the logs: it is read at once, and what it says is kept by the groups service.
    return TopicPlan(
        name,
        "erasure",
        1,
        90 * _DAY,
        writer,
        ("groups",),
        False,
        f"Which erasures {writer} has finished.",
    )


# 400 days: a year to compare with and a month to do it in. What copies and populations are rebuilt
# from (people, groups) is small and kept for ever; what holds sealed choices is kept only as long
# as the log that it can be refilled from.
TOPICS: dict[str, TopicPlan] = {
    plan.name: plan
    for plan in (
        TopicPlan(
            LOGINS,
            "login",
            6,
            7 * _DAY,
            "groups",
            ("posts", "contests", "metrics"),
            False,
            "Which token is whose; each is told anew with the first visit of a day.",
            retold=True,
        ),
        TopicPlan(
            PEOPLE,
            "person id",
            6,
            FOREVER,
            "groups",
            ("groups", "posts", "contests", "metrics"),
            False,
            "Who belongs to the organisation, by ids that the platform made.",
        ),
        TopicPlan(
            GROUPS,
            "group id",
            6,
            FOREVER,
            "groups",
            ("groups", "posts", "contests", "metrics"),
            False,
            "Groups, channels, memberships, guides, guidelines, pilots.",
        ),
        TopicPlan(
            POSTS,
            "post id",
            12,
            400 * _DAY,
            "posts",
            ("posts", "metrics"),
            True,
            "Posts and everything that people do with them.",
        ),
        TopicPlan(
            CONTESTS,
            "contest id",
            6,
            400 * _DAY,
            "contests",
            ("metrics",),
            True,
            "Contests, entries, that somebody voted (never for what), results.",
        ),
        TopicPlan(
            BALLOTS,
            "contest id",
            6,
            90 * _DAY,
            "contests",
            (),
            False,
            "The choices of sealed votes and the scores of juries: no service reads them.",
        ),
        TopicPlan(
            INSIGHTS,
            "subject id",
            3,
            400 * _DAY,
            "metrics",
            (),
            True,
            "What the metrics service noticed.",
        ),
        _forgotten(POSTS_FORGOTTEN, "posts"),
        _forgotten(CONTESTS_FORGOTTEN, "contests"),
        _forgotten(METRICS_FORGOTTEN, "metrics"),
    )
}


# What an operator's own people may not read either: the choices of sealed votes, and which token is
# whose.
RESTRICTED = frozenset({BALLOTS, LOGINS})


def dlq_topic(service: str) -> str:
    """The topic with what a service could neither read nor apply; for operators only."""
    return f"dlq.mitmach.{service}"


def dlq_plan(service: str) -> TopicPlan:
    """How a service's dead-letter topic is created: one partition, a month to look at it."""
    return TopicPlan(
        dlq_topic(service),
        "original key",
        1,
        30 * _DAY,
        service,
        (),
        False,
        f"Records that {service} could neither read nor apply, byte for byte.",
    )
