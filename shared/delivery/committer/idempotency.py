"""A single effect per Idempotency-Key: the record of an answer is committed with its effect."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import msgspec

from shared.contract.errors import Category, Refusal
from shared.delivery.command import Entity
from shared.delivery.mongo import Index

KEPT_FOR = 24 * 3600  # seconds that a key is remembered after its first use


class IdempotencyKey(NamedTuple):
    """A client's key, for which a command is executed at most once.

    Attributes:
        key: The client's key, scoped to person and route.
        fingerprint: A hash of the request; the same key with another request is a mistake of the
            client.
        reply: The type of the command's reply, to decode it again.
    """

    key: str
    fingerprint: str
    reply: Any


class IdempotencyRecord(Entity, frozen=True, kw_only=True):
    """The answer that was given for a key.

    Attributes:
        fingerprint: A hash of the request that the key came with.
        reply: The command's reply as JSON.
        event_ids: Ids of the events that the command caused.
        at: When it was decided.
    """

    collection: ClassVar[str] = "idempotency"
    fingerprint: str
    reply: bytes
    event_ids: list[str]
    at: datetime


class IdempotencyKeyReused(Refusal):
    """The key belongs to another request."""

    category = Category.INVALID
    title = "This Idempotency-Key was used for a different request"


COLLECTIONS: Mapping[str, Sequence[Index]] = {
    IdempotencyRecord.collection: (Index((("at", 1),), expire_after=KEPT_FOR),),
}


def record(
    once: IdempotencyKey, reply: Any, event_ids: Sequence[str], now: datetime
) -> IdempotencyRecord:
    """The record that is stored beside the effect."""
    return IdempotencyRecord(
        id=once.key,
        fingerprint=once.fingerprint,
        reply=msgspec.json.encode(reply),
        event_ids=list(event_ids),
        at=now,
    )


def replay(once: IdempotencyKey, stored: IdempotencyRecord) -> Any:
    """The reply that was given before.

    Raises:
        IdempotencyKeyReused: It was given to another request.
    """
    if stored.fingerprint != once.fingerprint:
        raise IdempotencyKeyReused(
            "Use a new key for each new request, and the same key only to repeat one."
        )
    return msgspec.json.decode(stored.reply, type=once.reply)
