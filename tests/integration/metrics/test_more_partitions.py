"""Topics are given more partitions: what is known of a thing comes from several, the newest counts.

Whoever reads partitions side by side, as a rebuild does, may store what came later first.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.metrics.kpis.definitions import Filters
from services.metrics.kpis.windows import Window
from services.metrics.projection import fold
from services.metrics.store.read.communities import find_contest, find_group, read_communities
from services.metrics.store.write.writer import Writer
from shared.contract.events import contests, groups, people, posts, topics
from shared.contract.events.envelope import EventData
from shared.contract.ids import new_id
from shared.delivery.mongo import Database, Mongo
from tests.support.metrics import NOON, Story, told
from tests.support.metrics_reading import find_post, published_posts
from tooling.sample_events import sample

ANN, BEA, CEM = (f"{name:z<26}" for name in ("ann", "bea", "cem"))
WINDOW = Window(NOON.date(), NOON.date() + timedelta(days=1))
# First one partition, then another, then perhaps the first again.
ORDERS = [*permutations((0, 1)), *permutations((0, 1, 2))]


async def store(mongo: Mongo, database: Database, taken: Sequence[tuple[str, Any]]) -> None:
    """Stores what partitions have folded, one after the other."""
    sessions = mongo.sessions(database)
    session = await sessions.open()
    try:
        for part in taken:
            writer = Writer(database)
            await writer.prepare([part])
            async with session.transaction() as transaction:
                await writer.write(transaction)
                await transaction.commit()
    finally:
        await sessions.close()


def parts(topic: str, *heard: Sequence[EventData]) -> list[tuple[str, Any]]:
    """What partitions have folded: each of these is what one of them has heard."""
    taken: list[tuple[str, Any]] = []
    for number, events in enumerate(heard):
        name = f"{topic}/{number}"
        folded = fold(name)
        for event in events:
            folded.apply(told(event, actor=None))
        taken.append((name, folded.take()))
    return taken


def group_events(group_id: str) -> list[list[EventData]]:
    """A group that is archived, restored, archived and restored, and changes its owners."""

    def about(kind: Any, visibility: str, **said: Any) -> Any:
        given: Mapping[str, Any] = {
            "group_id": group_id,
            "group_kind": "community",
            "visibility": visibility,
        }
        if hasattr(kind, "counted"):
            said["counted"] = True
        return sample(kind, optional=False, **given, **said)

    return [
        [
            about(groups.GroupCreated, "secret"),
            about(groups.MembershipJoined, "secret", member=ANN, role="owner"),
            about(groups.MembershipJoined, "secret", member=BEA, role="moderator"),
            about(groups.MembershipJoined, "secret", member=CEM, role="member"),
            about(groups.GroupArchived, "secret"),
        ],
        [
            about(groups.GroupRestored, "secret"),
            about(groups.MembershipLeft, "secret", member=ANN, role="owner"),
            about(
                groups.MembershipRoleChanged,
                "secret",
                member=BEA,
                role="owner",
                previous="moderator",
            ),
            about(groups.GroupChanged, "open"),
        ],
        [
            about(groups.GroupArchived, "open"),
            about(groups.GroupRestored, "open"),
            about(groups.GroupChanged, "closed"),
            about(groups.MembershipJoined, "closed", member=ANN, role="member"),
        ],
    ]


@pytest.mark.parametrize("order", ORDERS)
async def test_a_group_is_what_was_told_last_wherever_that_was(
    mongo: Mongo, database: Database, order: Sequence[int]
) -> None:
    group_id = new_id()
    heard = parts(topics.GROUPS, *group_events(group_id)[: len(order)])
    await store(mongo, database, [heard[number] for number in order])
    group = await find_group(database, group_id)
    assert group is not None
    assert group.status == "active"
    assert group.visibility == ("open" if len(order) == 2 else "closed")
    assert (group.owners, group.moderators) == (frozenset({BEA}), frozenset())
    assert group.members == (2 if len(order) == 2 else 3)
    now = await read_communities(database, NOON)
    assert (now.states["alive"], now.closed) == (1, frozenset())


async def test_who_led_a_group_and_was_erased_is_named_in_none_of_its_parts(
    mongo: Mongo, database: Database
) -> None:
    group_id = new_id()
    await store(mongo, database, parts(topics.GROUPS, *group_events(group_id)))
    erased = [sample(people.PersonErased, person=person) for person in (ANN, BEA)]
    await store(mongo, database, parts(topics.PEOPLE, erased))
    stored = str(await database.find("groups", {}))
    assert ANN not in stored
    assert BEA not in stored


@pytest.mark.parametrize("order", ORDERS)
async def test_a_post_is_what_was_told_last_wherever_that_was(
    mongo: Mongo, database: Database, order: Sequence[int]
) -> None:
    folds = [fold(f"{topics.POSTS}/{number}") for number in range(len(order))]
    story, hidden = Story(folds[0], author=ANN), Story(folds[0], author=ANN)
    for post in (story, hidden):
        post.published(audience=9)
        post.viewed(BEA)
    story.tell(posts.PostHidden, CEM)
    for post in (story, hidden):
        post.fold = folds[1]
        post.viewed(CEM)
    story.tell(posts.PostRestored, CEM)
    story.about |= {"topics": ("second",), "format": "text"}
    story.tell(posts.PostEdited, ANN)
    hidden.tell(posts.PostHidden, CEM)
    if len(order) == 3:
        for post in (story, hidden):
            post.fold = folds[2]
            post.tell(posts.PostViewed, CEM, first_view=False, in_audience=True)
        story.tell(posts.PostHidden, CEM)
        story.tell(posts.PostRestored, CEM)
        story.about |= {"topics": ("third",)}
        story.tell(posts.PostEdited, ANN)
    taken = [(f"{topics.POSTS}/{number}", fold_.take()) for number, fold_ in enumerate(folds)]
    await store(mongo, database, [taken[number] for number in order])

    topic = "second" if len(order) == 2 else "third"
    record = await find_post(database, story.about["post_id"])
    assert record is not None
    assert (record.status, record.topics, record.format) == ("published", (topic,), "text")
    assert (record.viewers, record.audience) == (2, 9)
    unseen = await find_post(database, hidden.about["post_id"])
    assert unseen is not None
    assert unseen.status == "hidden"
    (seen,) = await published_posts(database).of(WINDOW)
    attention = seen.attention(NOON)
    assert (attention.total.posts, attention.total.viewers) == (1, 2)
    assert (list(attention.topics), list(attention.formats)) == ([topic], ["text"])
    assert len(seen.filtered(Filters(group=story.about["group_id"]))) == 1


@pytest.mark.parametrize("order", ORDERS)
async def test_a_contest_is_in_the_phase_that_was_told_last(
    mongo: Mongo, database: Database, order: Sequence[int]
) -> None:
    contest_id = new_id()

    def about(kind: Any, phase: str, **said: Any) -> Any:
        return sample(kind, optional=False, contest_id=contest_id, phase=phase, **said)

    events = [
        [about(contests.ContestAnnounced, "announced", eligible_voters=7)],
        [
            about(contests.ContestPhaseChanged, "submission", eligible_voters=8),
            about(contests.EntrySubmitted, "submission"),
        ],
        [about(contests.ContestPhaseChanged, "voting", eligible_voters=9)],
    ]
    heard = parts(topics.CONTESTS, *events[: len(order)])
    await store(mongo, database, [heard[number] for number in order])
    stored = await find_contest(database, contest_id)
    assert stored is not None
    assert (stored["phase"], stored["eligible_voters"]) == (
        ("submission", 8) if len(order) == 2 else ("voting", 9)
    )
    assert stored["submitted"] == 1
