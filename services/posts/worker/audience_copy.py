"""Keeps the copy of people, groups and channels that `domain/audience.py` decides with.

How people and memberships are learnt of is the same for every service (`shared/audience/`). Here is
what posts add: channels, how many members each group has, and a number of changes on each person.

Members are derived from people and memberships before and after. All of it is read and written in
the same transaction, and a membership that changes is written down on its person too, so that two
workers who learn of a membership and of a suspension at once can't both count.

A suspension changes one document of the person and the number of members of each of their groups,
and an erasure deletes their memberships: in one transaction as much as one person has groups.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Self, TypeAlias

import msgspec
from msgspec.structs import replace

from services.posts.domain.arrivals import RecentArrivals
from services.posts.domain.audience import Channel, Group, Membership, Person
from services.posts.worker.arrivals import came, changed_otherwise, counted_since, grown
from shared.audience import EVERYONE
from shared.audience.copy import (
    AudienceFold,
    erased_among,
    moved_at,
    note_erasures,
    store_changes,
    store_groups,
    store_logins,
    stored_by_id,
    stored_with,
    upsert,
)
from shared.audience.learn import Audience, arrived, arriving, last_numbers, learn
from shared.audience.news import AudienceNews
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import AboutChannel, ChannelArchived, ChannelCreated
from shared.contract.events.topics import GROUPS, LOGINS, PEOPLE
from shared.contract.moments import to_milliseconds, utc_now
from shared.delivery.mongo import Transaction
from shared.delivery.projections import TypedProjection

Known: TypeAlias = Audience[Person, Membership]
"""People and memberships as this service keeps them.

Of people whom some news concern in all of their groups (`concerned_everywhere`) all memberships are
known, of others at least those that the news tell of.
"""


class PostsNews(AudienceNews):
    """What the events since the last flush say, of channels too.

    Attributes:
        channels: By channel, those of its fields that events have told, as they are stored.
    """

    channels: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)

    def apply(self, data: EventData) -> None:
        """Takes note of one event."""
        super().apply(data)
        if isinstance(data, AboutChannel):
            channel = self.channels.setdefault(data.channel_id, {})
            channel |= {"group_id": data.group_id, "kind": data.channel_kind}
            if isinstance(data, ChannelArchived):  # for good: nothing restores a channel
                channel["archived"] = True
            if isinstance(data, ChannelArchived | ChannelCreated) and self.moment is not None:
                channel["since"] = to_milliseconds(self.moment)

    def include(self, other: Self) -> None:
        """Adds what the events of another partition say: no two tell of the same thing."""
        super().include(other)
        self.channels |= other.channels

    def size(self) -> int:
        """How many documents it concerns."""
        return super().size() + len(self.channels)


class PostsAudienceCopy(TypedProjection[PostsNews]):
    """The projection of people, groups and channels."""

    name = "mitmach.posts.audience-copy"
    topics: Sequence[str] = (LOGINS, PEOPLE, GROUPS)
    state = PostsNews

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    def fold(self, partition: str) -> AudienceFold[PostsNews]:  # noqa: ARG002 - all partitions alike
        """An empty fold."""
        return AudienceFold(self.state)

    async def write(self, taken: Sequence[tuple[str, PostsNews]], transaction: Transaction) -> None:
        """Stores what was heard, and what follows from it for members and arrivals."""
        news = PostsNews()
        for _, partition in taken:
            news.include(partition)
        news.forget(await erased_among(transaction, news.accounts | news.roles))
        people = await stored_by_id(transaction, Person, news.accounts | news.roles)
        memberships = await stored_by_id(transaction, Membership, news.memberships())
        memberships |= await stored_with(
            transaction, Membership, "person", concerned_everywhere(news, people)
        )
        begun = arriving(news, memberships)
        groups = await stored_by_id(transaction, Group, begun | news.groups.keys())
        now = self._now()
        unsettle(news.groups, groups, now)
        news.note_closings(groups, now)
        before = Audience(people, memberships, last_numbers(begun, groups))
        after = learn_posts(news, before, int(now.timestamp() * 1000))
        await store_logins(transaction, news.logins, now)
        await store_changes(transaction, Person, people, after.people)
        await store_changes(transaction, Membership, memberships, after.memberships)
        await store_arrivals(transaction, news, groups, before, after)
        added = counts(before, after)
        await store_groups(transaction, news.groups, added, moved_at(news, before, after, added))
        await note_erasures(transaction, news.erasures, now)
        channels = {channel: {"$set": fields} for channel, fields in news.channels.items()}
        await upsert(transaction, Channel.collection, channels)


async def store_arrivals(
    transaction: Transaction,
    news: PostsNews,
    groups: Mapping[str, Group],
    before: Audience[Person, Membership],
    after: Audience[Person, Membership],
) -> None:
    """Stores who has come to each group lately; of a deleted group nothing stays.

    The groups aren't stored yet: what they say of members is as old as what is known of arrivals.

    Args:
        transaction: The transaction of the flush.
        news: Who came, left, became active or was suspended, since the last flush.
        groups: The groups as they were, as far as they are read already.
        before: People and memberships whom the news concern, as they were known before.
        after: The same people and memberships, as they are known after the news.
    """
    arrivals, counted = came(before, after), counted_since(before, after)
    otherwise, gone = changed_otherwise(news, before, after), news.deleted_groups()
    concerned = arrivals.keys() | counted.keys() | otherwise.keys() | gone
    recent = await stored_by_id(transaction, RecentArrivals, concerned)
    unread = concerned - recent.keys() - groups.keys()
    known = {**groups, **await stored_by_id(transaction, Group, unread)}
    now_recent = grown(recent, known, arrivals, counted, otherwise)
    kept = {group_id: one for group_id, one in now_recent.items() if group_id not in gone}
    await store_changes(transaction, RecentArrivals, recent, kept)


def unsettle(
    told: Mapping[str, dict[str, Any]], before: Mapping[str, Group], now: datetime
) -> None:
    """Notes on groups that were opened, closed or deleted that their posts don't say so yet.

    Args:
        told: By group, the fields that events have told; the notes are added to them.
        before: The groups that were known until then: of others there are no posts.
        now: The moment that is noted.
    """
    for group_id, fields in told.items():
        known = before.get(group_id)
        if known is None:
            continue
        deleted = fields.get("deleted", False) > known.deleted
        if deleted:
            fields["clearing_since"] = to_milliseconds(now)
        if deleted or fields["visibility"] != known.visibility:
            fields["unsettled_since"] = to_milliseconds(now)


def concerned_everywhere(news: AudienceNews, people: Mapping[str, Person]) -> list[str]:
    """The ids of those for whom the news change something in each of their groups.

    So they do when somebody begins or ceases to be counted, when they are erased, and when nothing
    but memberships was ever heard of them: with the last of these they are forgotten.
    """
    return [
        person_id
        for person_id in news.accounts | news.roles
        if _everywhere(news, person_id, people.get(person_id))
    ]


def _everywhere(news: AudienceNews, person_id: str, person: Person | None) -> bool:
    if person_id not in news.accounts:
        return person is None or person.status is None
    account = news.accounts[person_id]
    if account is None:
        return True
    counted = account.status == "active" and account.human
    return counted != (person is not None and person.counted)


def learn_posts(news: AudienceNews, before: Known, first_change: int) -> Known:
    """What is so after the news: each change of a membership is written down on its person too.

    Who is a member is known as a person, even if nothing else was ever heard of them; they are
    forgotten with their last membership.

    Args:
        news: The last word of the events since the last flush.
        before: Everything that was known before them of those whom they concern.
        first_change: The number at which `Person.changes` begins for those who are new here.
    """
    newcomer = partial(_newcomer, first_change)
    after = learn(news, before, person=newcomer, membership=Membership)
    people = dict(after.people)
    holders = {membership.person for membership in after.memberships.values()}
    for person_id in _touched(before, after) - news.erased():
        person = people.get(person_id) or newcomer(person_id)
        if person.status is None and person_id not in holders:
            people.pop(person_id, None)
        else:
            people[person_id] = replace(person, changes=person.changes + 1)
    return Audience(people, after.memberships, after.arrivals)


def _newcomer(first_change: int, person_id: str) -> Person:
    return Person(id=person_id, changes=first_change)


def _touched(before: Known, after: Known) -> set[str]:
    """The ids of those of whose memberships some differ."""
    return {
        membership.person
        for these, others in ((before, after), (after, before))
        for key, membership in these.memberships.items()
        if others.memberships.get(key) != membership
    }


def counts(before: Known, after: Known) -> dict[str, dict[str, int]]:
    """By how much the counts of each group have changed: `members`, `arrivals`."""
    moved: dict[str, int] = {}
    for known, step in ((after, 1), (before, -1)):
        counted = {person_id for person_id, person in known.people.items() if person.counted}
        if counted:
            moved[EVERYONE] = moved.get(EVERYONE, 0) + step * len(counted)
        for membership in known.memberships.values():
            if membership.person in counted:
                moved[membership.group_id] = moved.get(membership.group_id, 0) + step
    came = arrived(before, after)
    return {
        group_id: {"members": moved.get(group_id, 0), "arrivals": came.get(group_id, 0)}
        for group_id in moved | came
        if moved.get(group_id) or group_id in came
    }
