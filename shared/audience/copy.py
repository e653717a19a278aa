"""Reading what some news concern, and writing what has changed, in one transaction.

Both belong together: two workers who learn of things that concern each other conflict, and the
later begins anew with what the first has written. Where they write other documents, both are
stored: `remains.py` takes away what an erasure has missed in this way.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from shared.audience.entities import (
    EVERYONE,
    ErasedPerson,
    Group,
    Login,
    Membership,
    Person,
)
from shared.audience.learn import Audience
from shared.audience.news import AudienceNews
from shared.audience.remains import leading_to_nobody
from shared.contract.erasures import erasure_id
from shared.contract.events.logins import LoginTold
from shared.contract.events.people import PersonErased
from shared.contract.events.registry import Event
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Standing
from shared.delivery.command import Entity
from shared.delivery.mongo import Transaction, document, entity
from shared.delivery.projections import TypedFold

E = TypeVar("E", bound=Entity)
N = TypeVar("N", bound=AudienceNews)
P = TypeVar("P", bound=Person)
M = TypeVar("M", bound=Membership)

NOTHING_LATER: Mapping[str, Mapping[str, datetime]] = MappingProxyType({})
"""No moment of any group has changed."""


class AudienceFold(TypedFold[N]):
    """Tells the news when each event happened."""

    def apply(self, event: Event) -> None:
        """Adds one event."""
        self._state.moment = event.time
        super().apply(event)


async def stored_by_id(transaction: Transaction, kind: type[E], ids: Iterable[str]) -> dict[str, E]:
    """Those of these entities that are there, by id."""
    return await stored_with(transaction, kind, "_id", ids)


async def stored_with(
    transaction: Transaction, kind: type[E], field: str, values: Iterable[str]
) -> dict[str, E]:
    """The entities in whose field one of these values is, by id; without values nothing is asked.

    Args:
        transaction: The transaction of the flush.
        kind: The class of the entities.
        field: The stored name of the field.
        values: The values that are looked for.
    """
    wanted = list(values)
    if not wanted:
        return {}
    found = await transaction.find(kind.collection, {field: {"$in": wanted}})
    return {stored["_id"]: entity(kind, stored) for stored in found}


async def store_changes(
    transaction: Transaction, kind: type[E], before: Mapping[str, E], after: Mapping[str, E]
) -> None:
    """Writes whole entities that differ, and deletes those that aren't there any more."""
    differing = {key: document(now) for key, now in after.items() if now != before.get(key)}
    await upsert(transaction, kind.collection, differing)
    gone = [key for key in before if key not in after]
    if gone:
        await transaction.delete(kind.collection, gone)


def moved_at(
    news: AudienceNews,
    before: Audience[P, M],
    after: Audience[P, M],
    groups: Collection[str],
) -> dict[str, dict[str, datetime]]:
    """When the last of the changes happened that those who are counted in each group have now.

    Args:
        news: The last word of the events since the last flush, and when each of them happened.
        before: People and memberships whom the news concern, as they were known before.
        after: The same people and memberships, as they are known after the news.
        groups: The ids of the groups that are asked about.
    """
    last: dict[str, datetime] = {}
    told = news.told_at
    for known in (before, after):
        concerned: list[tuple[str, tuple[str, ...]]] = [
            *((m.group_id, (key, m.person)) for key, m in known.memberships.items()),
            *((EVERYONE, (person_id,)) for person_id in known.people),
        ]
        for group_id, keys in concerned:
            moments = [told[key] for key in keys if key in told]
            if moments and group_id in groups:
                last[group_id] = max(*moments, last.get(group_id, moments[0]))
    return {group_id: {"members_since": moment} for group_id, moment in last.items()}


async def store_groups(
    transaction: Transaction,
    fields: Mapping[str, Mapping[str, Any]],
    added: Mapping[str, Mapping[str, int]],
    latest: Mapping[str, Mapping[str, datetime]] = NOTHING_LATER,
) -> None:
    """Writes what was told of groups, and adds to what is counted in them.

    Not as whole entities: groups whose members change by a suspension aren't read.

    Args:
        transaction: The transaction of the flush.
        fields: By group id, the values that are set, by stored name of the field.
        added: By group id, the numbers that are added, by stored name of the field.
        latest: By group id, the moments that replace earlier ones, by stored name of the field.
    """
    updates: dict[str, dict[str, Any]] = {key: {"$set": told} for key, told in fields.items()}
    for key, counts in added.items():
        updates.setdefault(key, {})["$inc"] = counts
    for key, moments in latest.items():
        updates.setdefault(key, {})["$max"] = moments
    await upsert(transaction, Group.collection, updates)


async def store_logins(
    transaction: Transaction, told: Mapping[str, LoginTold], now: datetime
) -> None:
    """Writes whom logins lead to.

    Args:
        transaction: The transaction of the flush.
        told: By login, the last that was told of it.
        now: The moment that is noted, by which APIs find what has changed.
    """
    people = [data.person for data in told.values() if data.person is not None]
    gone = await erased_among(transaction, people)
    logins = (
        Login(
            id=login,
            person=None if data.person in gone else data.person,
            standing=Standing.ERASED if data.person in gone else Standing(data.standing),
            human=data.account == "human",
            at=to_milliseconds(now),
        )
        for login, data in told.items()
    )
    await upsert(transaction, Login.collection, {one.id: document(one) for one in logins})


async def erased_among(transaction: Transaction, people: Iterable[str]) -> set[str]:
    """Those of these people of whose erasure was heard: what is heard later may be older."""
    by_erasure = {erasure_id(person): person for person in people}
    noted = await stored_by_id(transaction, ErasedPerson, by_erasure)
    return {by_erasure[erasure] for erasure in noted}


async def note_erasures(
    transaction: Transaction, erasures: Mapping[str, PersonErased], now: datetime
) -> None:
    """Notes who is to be forgotten, and that no login leads to them, whichever is heard first.

    Of an erasure that is known already nothing changes.

    Args:
        transaction: The transaction of the flush.
        erasures: By erasure, who was erased.
        now: The moment that is noted.
    """
    noted = {
        erasure: {
            "$setOnInsert": {
                "person": data.person,
                "texts": data.texts,
                "secret": secrets.token_bytes(16),
                "noted_at": to_milliseconds(now),
            }
        }
        for erasure, data in erasures.items()
    }
    await upsert(transaction, ErasedPerson.collection, noted)
    people = [data.person for data in erasures.values()]
    if people:
        await transaction.update(Login.collection, [leading_to_nobody(people, now)])


async def upsert(
    transaction: Transaction, collection: str, updates: Mapping[str, Mapping[str, Any]]
) -> None:
    """Updates documents by id, and makes those that aren't there; none: nothing is sent."""
    statements = [
        {"q": {"_id": key}, "u": update, "upsert": True} for key, update in updates.items()
    ]
    if statements:
        await transaction.update(collection, statements)
