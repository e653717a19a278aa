"""Keeps the copy of people, groups and channels that `domain/audience.py` decides with.

Every event sets what it says, so hearing it twice changes nothing. What counts, members and
arrivals, is derived: from a person's memberships before and after. Both halves of it, the person
and the group, are read and written in the same transaction, so that two workers who learn of a
membership and of a suspension at once can't both count.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from services.posts.domain.audience import Channel, Group, Membership, Person
from shared.access import GroupRole
from shared.audience import EVERYONE, account_told, membership_told
from shared.command import Entity
from shared.events.envelope import EventData
from shared.events.groups import (
    AboutChannel,
    AboutGroup,
    ChannelArchived,
    GroupArchived,
    GroupDeleted,
    GroupRestored,
)
from shared.events.people import AboutAccount, PersonErased
from shared.events.topics import GROUPS, PEOPLE
from shared.events.vocabulary import PersonStatus
from shared.listening import Listener
from shared.mongo import Transaction, document, entity

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

    def hear(self, data: EventData) -> None:
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
        return len(self.groups) + len(self.channels) + len(self.memberships) + len(self.people)

    def _members(self, person: str) -> dict[str, GroupRole | None]:
        return self.memberships.setdefault(person, {})


class AudienceCopy(Listener[Heard]):
    """The projection."""

    name = "mitmach.posts.audience-copy"
    topics: Sequence[str] = (PEOPLE, GROUPS)
    notes = Heard

    async def write(self, taken: Sequence[tuple[str, Heard]], transaction: Transaction) -> None:
        """Stores what was heard, and what follows from it for members and arrivals."""
        heard = merged([one for _, one in taken])
        ids = list(heard.memberships | heard.people)
        before = await _read(transaction, Person, ids)
        after = {one: changed(before.get(one), one, heard) for one in ids}
        arriving = {group for one in after.values() for group in unnumbered(one)}
        groups = await _read(transaction, Group, list(arriving))
        last = {one: groups[one].arrivals if one in groups else 0 for one in arriving}
        through = dict(last)
        after = {one: numbered(person, through) for one, person in after.items()}
        await _store_people(transaction, before, after)
        await _store_groups(transaction, heard.groups, moves(before, after), last, through)
        await _upsert(
            transaction,
            Channel.collection,
            {channel: {"$set": fields} for channel, fields in heard.channels.items()},
        )


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


def changed(before: Person | None, pseudonym: str, heard: Heard) -> Person | None:
    """A person as they are now; those counted who haven't a number in a group yet have arrived.

    None for one of whom nothing is known (any more).
    """
    person = before or Person(id=pseudonym)
    status, human = heard.people.get(pseudonym, (person.status, person.human))
    if status == ERASED:
        return None
    roles = {group: membership.role for group, membership in person.groups.items()}
    for group, role in heard.memberships.get(pseudonym, {}).items():
        if role is None:
            roles.pop(group, None)
        else:
            roles[group] = role
    roles.pop(EVERYONE, None)
    if status == "active":
        roles[EVERYONE] = GroupRole.MEMBER
    if status is None and not roles:
        return None
    now = Person(id=pseudonym, status=status, human=human)
    known = person.groups if now.counted else {}
    groups = {
        group: Membership(role=role, number=known[group].number if group in known else None)
        for group, role in roles.items()
    }
    return msgspec.structs.replace(now, groups=groups)


def unnumbered(person: Person | None) -> Iterator[str]:
    """The groups in which a person arrives."""
    if person is not None and person.counted:
        yield from (group for group, one in person.groups.items() if one.number is None)


def numbered(person: Person | None, through: dict[str, int]) -> Person | None:
    """The person with a number for each group in which they arrive; counts `through` up."""
    arriving = list(unnumbered(person))
    if person is None or not arriving:
        return person
    groups = dict(person.groups)
    for group in arriving:
        through[group] += 1
        groups[group] = msgspec.structs.replace(groups[group], number=through[group])
    return msgspec.structs.replace(person, groups=groups)


def moves(before: dict[str, Person], after: dict[str, Person | None]) -> dict[str, int]:
    """By how much the members of each group have changed."""
    moved: dict[str, int] = {}
    for pseudonym, person in after.items():
        for one, step in ((person, 1), (before.get(pseudonym), -1)):
            for group, membership in {} if one is None else one.groups.items():
                if membership.number is not None:
                    moved[group] = moved.get(group, 0) + step
    return {group: step for group, step in moved.items() if step}


async def _read(transaction: Transaction, kind: type[E], ids: Sequence[str]) -> dict[str, E]:
    if not ids:
        return {}
    found = await transaction.find(kind.collection, {"_id": {"$in": list(ids)}})
    return {one["_id"]: entity(kind, one) for one in found}


async def _store_people(
    transaction: Transaction, before: dict[str, Person], after: dict[str, Person | None]
) -> None:
    differing = {one: person for one, person in after.items() if person != before.get(one)}
    kept = {one: document(person) for one, person in differing.items() if person is not None}
    await _upsert(transaction, Person.collection, kept)
    gone = [one for one, person in differing.items() if person is None]
    if gone:
        await transaction.delete(Person.collection, gone)


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
