"""A single effect per Idempotency-Key: the record of an answer is committed with its effect.

The record says which entities were answered with, not what was in them: nobody's name or text is
kept for a day beside the entity, where erasing and deleting would have to look for it. A repeated
request reads the entities again, in the transaction that finds the record, and is answered with
what they are now, if whoever asks may see it still: the command says so (`ReplayedCommand`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeAlias, get_type_hints

from shared.contract.errors import Category, Refusal
from shared.delivery.command import Entity, Found, Key
from shared.delivery.consistency.token import Place, planned_partition
from shared.delivery.mongo import Database, Index

KEPT_FOR = 24 * 3600  # seconds that a key is remembered after its first use

RepliedWith: TypeAlias = type[Entity] | type[tuple[Entity, ...]]
"""What a command that is executed once replies with: an entity, or a named tuple of entities."""


class IdempotencyKey(NamedTuple):
    """A client's key, for which a command is executed at most once.

    Attributes:
        key: A digest of the client's key, its person and its route: who it is isn't stored.
        fingerprint: A hash of the request; the same key with another request is a mistake of the
            client.
        reply: The type of the command's reply, to make it again of what is stored then.
    """

    key: str
    fingerprint: str
    reply: RepliedWith


class IdempotencyRecord(Entity, frozen=True, kw_only=True):
    """What was answered for a key.

    Attributes:
        fingerprint: A hash of the request that the key came with.
        entities: Ids of the entities that the command replied with, by their collections.
        event_ids: Ids of the events that the command caused.
        places: Topic and planned partition of each of these events; none in records of before it
            was kept. The key may be a person, and who it is isn't stored.
        at: When it was decided.
    """

    collection: ClassVar[str] = "idempotency"
    fingerprint: str
    entities: dict[str, str]
    event_ids: list[str]
    places: tuple[tuple[str, int], ...] = ()
    at: datetime


class IdempotencyKeyReused(Refusal):
    """The key belongs to another request."""

    category = Category.INVALID
    title = "This Idempotency-Key was used for a different request"


class AnswerGone(Refusal):
    """The request was executed before, and what it was answered with has been deleted since."""

    category = Category.GONE
    title = "What this Idempotency-Key was answered with is gone"


COLLECTIONS: Mapping[str, Sequence[Index]] = {
    IdempotencyRecord.collection: (Index((("at", 1),), expire_after=KEPT_FOR),),
}


def record(
    once: IdempotencyKey,
    reply: Any,
    event_ids: Sequence[str],
    places: Sequence[Place],
    now: datetime,
) -> IdempotencyRecord:
    """The record that is stored beside the effect."""
    return IdempotencyRecord(
        id=once.key,
        fingerprint=once.fingerprint,
        entities={part.collection: part.id for part in _parts(once.reply, reply)},
        event_ids=list(event_ids),
        places=tuple(map(planned_partition, places)),
        at=now,
    )


def reply_keys(once: IdempotencyKey, stored: IdempotencyRecord) -> Iterator[Key]:
    """Keys of the entities that the reply to a repeated request is made of."""
    for kind in _kinds(once.reply):
        entity_id = stored.entities.get(kind.collection)
        if entity_id is not None:
            yield kind, entity_id


def replay(once: IdempotencyKey, stored: IdempotencyRecord, found: Found) -> Any:
    """The reply that was given before, as its entities are now.

    Raises:
        IdempotencyKeyReused: It was given to another request.
        AnswerGone: An entity of it has been deleted since.
    """
    if stored.fingerprint != once.fingerprint:
        raise IdempotencyKeyReused(
            "Use a new key for each new request, and the same key only to repeat one."
        )
    reply = stored_reply(once, stored, found)
    if reply is None:
        raise AnswerGone("It was done once and isn't done again; use a new key to do it anew.")
    return reply


def stored_reply(once: IdempotencyKey, stored: IdempotencyRecord, found: Found) -> Any:
    """The reply that was given before, as its entities are now; None unless all were found."""
    parts = [found.get(*key) for key in reply_keys(once, stored)]
    standing = [part for part in parts if part is not None and not part.is_gone]
    if len(standing) < len(_kinds(once.reply)):
        return None
    made: Any = once.reply
    return standing[0] if issubclass(once.reply, Entity) else made(*standing)


async def forget_in_records(database: Database, name: str) -> None:
    """Takes a name out of the ids that records keep; repeated, these requests are done and gone.

    The records stay: without them such a request would be executed anew.

    Args:
        database: The database of the service.
        name: What is in ids of entities that are about somebody who was erased.
    """
    ids = {"$objectToArray": "$entities"}
    named = {"$gte": [{"$indexOfCP": ["$$this.v", name]}, 0]}
    gone = {"k": "$$this.k", "v": ""}
    without = {"$map": {"input": ids, "in": {"$cond": [named, gone, "$$this"]}}}
    statement = {
        "q": {"$expr": {"$anyElementTrue": [{"$map": {"input": ids, "in": named}}]}},
        "u": [{"$set": {"entities": {"$arrayToObject": without}}}],
        "multi": True,
    }
    await database.update(IdempotencyRecord.collection, [statement])


def _parts(of: RepliedWith, reply: Any) -> tuple[Entity, ...]:
    parts: tuple[Entity, ...] = (reply,) if issubclass(of, Entity) else reply
    if [type(part) for part in parts] != list(_kinds(of)):
        raise TypeError(f"a command that is executed once replied with no {of.__name__}")
    return parts


@cache
def _kinds(of: RepliedWith) -> tuple[type[Entity], ...]:
    return (of,) if issubclass(of, Entity) else tuple(get_type_hints(of).values())
