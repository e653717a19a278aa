"""Keeps the copy of people, groups and channels that `domain/audience.py` decides with.

Every event sets what it says, so hearing it twice changes nothing. What counts, members and
arrivals, is derived: from people and memberships before and after. All of it is read and written
in the same transaction, and a membership that changes is written down on its person too, so that
two workers who learn of a membership and of a suspension at once can't both count.

A suspension changes one document of the person and the number of members of each of their groups,
and an erasure deletes their memberships: in one transaction as much as one person has groups.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec

from services.posts.domain.audience import Channel, Group, Membership, Person
from shared.audience import EVERYONE, account_told, membership_id, membership_told
from shared.contract.access import GroupRole
from shared.contract.events.envelope import EventData
from shared.contract.events.groups import (
    AboutChannel,
    AboutGroup,
    ChannelArchived,
    GroupArchived,
    GroupDeleted,
    GroupRestored,
)
from shared.contract.events.people import AboutAccount, PersonErased
from shared.contract.events.topics import GROUPS, PEOPLE
from shared.contract.events.vocabulary import PersonStatus
from shared.contract.moments import to_milliseconds, utc_now
from shared.delivery.command import Entity
from shared.delivery.mongo import Transaction, document, entity
from shared.delivery.projections import TypedProjection

E = TypeVar("E", bound=Entity)

ERASED: Literal["erased"] = "erased"


class Heard(msgspec.Struct):
    """What the events since the last flush say, the last word about each thing.

    Attributes:
        groups: Fields by group id.
        channels: Fields by channel id.
        memberships: By person and group: the role, or None when it ended.
        people: By person: the status (or `ERASED`), and whether it is a human being.
    """

    groups: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    memberships: dict[str, dict[str, GroupRole | None]] = msgspec.field(default_factory=dict)
    people: dict[str, tuple[PersonStatus | Literal["erased"], bool]] = msgspec.field(
        default_factory=dict
    )

    def apply(self, data: EventData) -> None:
        """Takes note of one event."""
        if isinstance(data, AboutGroup):
            self._hear_of_group(data)
        elif isinstance(data, PersonErased):
            self.people[data.person] = (ERASED, True)
        elif isinstance(data, AboutAccount) and (account := account_told(data)) is not None:
            self.people[data.person] = account

    def _hear_of_group(self, data: AboutGroup) -> None:
        group = self.groups.setdefault(data.group_id, {})
        group["visibility"] = data.visibility
        if (membership := membership_told(data)) is not None:
            member, role = membership
            self._members(member)[data.group_id] = None if role is None else GroupRole(role)
        match data:
            case AboutChannel():
                channel = self.channels.setdefault(data.channel_id, {})
                channel |= {"group_id": data.group_id, "kind": data.channel_kind}
                if isinstance(data, ChannelArchived):  # for good: nothing restores a channel
                    channel["archived"] = True
            case GroupArchived() | GroupRestored():
                group["archived"] = isinstance(data, GroupArchived)
            case GroupDeleted():
                group["deleted"] = True
            case _:  # nothing more to know
                pass

    def size(self) -> int:
        """Documents that it is about."""
        memberships = sum(len(roles) for roles in self.memberships.values())
        return len(self.groups) + len(self.channels) + memberships + len(self.people)

    def _members(self, person: str) -> dict[str, GroupRole | None]:
        return self.memberships.setdefault(person, {})


Place = tuple[str, str]
"""A person and a group."""


class Known(NamedTuple):
    """People and memberships: what a flush has read, or what follows from it.

    Attributes:
        people: By pseudonym.
        memberships: By person and group. For people whose `changes_memberships` all that they have.
    """

    people: Mapping[str, Person]
    memberships: Mapping[Place, Membership]


class AudienceCopy(TypedProjection[Heard]):
    """The projection."""

    name = "mitmach.posts.audience-copy"
    topics: Sequence[str] = (PEOPLE, GROUPS)
    state = Heard

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now

    async def write(self, taken: Sequence[tuple[str, Heard]], transaction: Transaction) -> None:
        """Stores what was heard, and what follows from it for members and arrivals."""
        heard = merged([one for _, one in taken])
        before = await _known(transaction, heard)
        arriving = arrivals(before, heard)
        groups = await _read(transaction, Group, list(arriving | heard.groups.keys()))
        now = self._now()
        unsettle(heard.groups, groups, now)
        last = {one: groups[one].arrivals if one in groups else 0 for one in arriving}
        after, through = changed(before, heard, last, int(now.timestamp() * 1000))
        await _store(transaction, Person, before.people, after.people)
        await _store(transaction, Membership, _by_id(before), _by_id(after))
        await _store_groups(transaction, heard.groups, moves(before, after), last, through)
        await _upsert(
            transaction,
            Channel.collection,
            {channel: {"$set": fields} for channel, fields in heard.channels.items()},
        )


def unsettle(
    heard: Mapping[str, dict[str, Any]], before: Mapping[str, Group], now: datetime
) -> None:
    """Notes on groups that were opened, closed or deleted that their posts don't say so yet."""
    for group_id, facts in heard.items():
        known = before.get(group_id)
        if known is None:
            continue
        deleted = facts.get("deleted", False) > known.deleted
        if deleted:
            facts["clearing_since"] = to_milliseconds(now)
        if deleted or facts["visibility"] != known.visibility:
            facts["unsettled_since"] = to_milliseconds(now)


def merged(heard: Sequence[Heard]) -> Heard:
    """What several partitions say together; no two speak of the same thing."""
    together = Heard()
    for one in heard:
        together.groups |= one.groups
        together.channels |= one.channels
        together.people |= one.people
        for person, roles in one.memberships.items():
            together.memberships.setdefault(person, {}).update(roles)
    return together


def concerns_all_groups(person: Person | None, pseudonym: str, heard: Heard) -> bool:
    """Whether what was heard of a person changes something in each of their groups.

    So it does when they begin or cease to be counted, when they are erased, and when nothing but
    memberships was ever heard of them: with the last of these they are forgotten.
    """
    if pseudonym not in heard.people:
        return person is None or person.status is None
    status, human = heard.people[pseudonym]
    counted = status == "active" and human
    return status == ERASED or counted != (person is not None and person.counted)


def spoken_of(heard: Heard) -> list[str]:
    """The ids of the memberships that events told of."""
    return [
        membership_id(group, person)
        for person, groups in heard.memberships.items()
        for group in groups
    ]


def arrivals(before: Known, heard: Heard) -> set[str]:
    """The groups in which somebody may arrive: their last numbers are needed."""
    joined = {
        group
        for person, roles in heard.memberships.items()
        for group, role in roles.items()
        if role is not None and (person, group) not in before.memberships
    }
    return joined | ({EVERYONE} if heard.people else set())


def changed(
    before: Known, heard: Heard, last: Mapping[str, int], changes: int
) -> tuple[Known, dict[str, int]]:
    """People and memberships as they are now, and the last number given in each group.

    Who becomes a member has arrived in the group, and who begins to be counted in the group of
    everyone. Of the erased nothing stays, and of those of whom only memberships were ever heard
    nothing stays once these have ended.
    """
    through = dict(last)
    memberships = dict(before.memberships)
    for person, roles in heard.memberships.items():
        for group, role in roles.items():
            known = memberships.pop((person, group), None)
            if role is None:
                continue
            if known is None:
                through[group] += 1
            memberships[person, group] = Membership(
                id=membership_id(group, person),
                group_id=group,
                person=person,
                role=role,
                number=through[group] if known is None else known.number,
            )
    erased = {one for one, (status, _) in heard.people.items() if status == ERASED}
    memberships = {place: one for place, one in memberships.items() if place[0] not in erased}
    touched = {
        place[0]
        for place in memberships.keys() | before.memberships.keys()
        if memberships.get(place) != before.memberships.get(place)
    }
    holders = {person for person, _ in memberships}
    people: dict[str, Person] = {}
    for one in before.people.keys() | heard.people.keys() | holders:
        now = before.people.get(one) or Person(id=one, changes=changes)
        status, human = heard.people.get(one, (now.status, now.human))
        if status == ERASED or (status is None and one not in holders):
            continue
        now = msgspec.structs.replace(
            now, status=status, human=human, changes=now.changes + (one in touched)
        )
        if not now.counted:
            now = msgspec.structs.replace(now, number=None)
        elif now.number is None:
            through[EVERYONE] += 1
            now = msgspec.structs.replace(now, number=through[EVERYONE])
        people[one] = now
    return Known(people, memberships), through


def moves(before: Known, after: Known) -> dict[str, int]:
    """By how much the members of each group have changed."""
    moved: dict[str, int] = {}
    for known, step in ((after, 1), (before, -1)):
        counted = {one for one, person in known.people.items() if person.counted}
        if counted:
            moved[EVERYONE] = moved.get(EVERYONE, 0) + step * len(counted)
        for person, group in known.memberships:
            if person in counted:
                moved[group] = moved.get(group, 0) + step
    return {group: step for group, step in moved.items() if step}


async def _known(transaction: Transaction, heard: Heard) -> Known:
    people = await _read(transaction, Person, list(heard.memberships | heard.people))
    memberships = await _read(transaction, Membership, spoken_of(heard))
    everywhere = [
        one
        for one in heard.memberships | heard.people
        if concerns_all_groups(people.get(one), one, heard)
    ]
    if everywhere:
        found = await transaction.find(Membership.collection, {"person": {"$in": everywhere}})
        memberships |= {one["_id"]: entity(Membership, one) for one in found}
    return Known(people, {(one.person, one.group_id): one for one in memberships.values()})


def _by_id(known: Known) -> dict[str, Membership]:
    return {one.id: one for one in known.memberships.values()}


async def _read(transaction: Transaction, kind: type[E], ids: Sequence[str]) -> dict[str, E]:
    if not ids:
        return {}
    found = await transaction.find(kind.collection, {"_id": {"$in": list(ids)}})
    return {one["_id"]: entity(kind, one) for one in found}


async def _store(
    transaction: Transaction, kind: type[E], before: Mapping[str, E], after: Mapping[str, E]
) -> None:
    """Writes what differs, and deletes what isn't there any more."""
    differing = {one: document(kept) for one, kept in after.items() if kept != before.get(one)}
    await _upsert(transaction, kind.collection, differing)
    gone = [one for one in before if one not in after]
    if gone:
        await transaction.delete(kind.collection, gone)


async def _store_groups(
    transaction: Transaction,
    facts: dict[str, dict[str, Any]],
    moved: dict[str, int],
    last: dict[str, int],
    through: dict[str, int],
) -> None:
    updates: dict[str, dict[str, Any]] = {group: {"$set": one} for group, one in facts.items()}
    for group in moved | through:
        counts = {
            "members": moved.get(group, 0),
            "arrivals": through.get(group, 0) - last.get(group, 0),
        }
        if any(counts.values()):
            updates.setdefault(group, {})["$inc"] = counts
    await _upsert(transaction, Group.collection, updates)


async def _upsert(
    transaction: Transaction, collection: str, updates: dict[str, dict[str, Any]]
) -> None:
    statements = [
        {"q": {"_id": one}, "u": change, "upsert": True} for one, change in updates.items()
    ]
    if statements:
        await transaction.update(collection, statements)
