"""Which events a consumer has stored lately: one small document for each flush.

    {group, at, ids: 8 bytes of the id of each event of the flush, one behind the other}

It is written in the transaction that stores marks and changes, so whoever sees an id there sees
what the event has changed. What moves a mark counts, dead letters too: nobody waits for what won't
come.

Rejected: a document or an index entry for each event. It would double what a flush writes, for the
few that anybody asks about.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.delivery.consistency.token import MEMORY, id_part
from shared.delivery.mongo import Index, Transaction

APPLIED = "applied"

CLOCKS = 10.0
"""Seconds by which the clocks of two servers may differ."""

# A minute longer than anybody asks: clocks differ, and an event is stored after it was decided.
COLLECTIONS: Mapping[str, Sequence[Index]] = {
    APPLIED: (Index((("at", 1),), expire_after=int(MEMORY) + 60),),
}

WIDTH = 8  # bytes of an id in `ids`
# Ids in one document: below 1 MiB, of 16 that a document may have.
_MOST = 100_000


async def store_applied(
    transaction: Transaction, group: str, event_ids: Sequence[str], now: datetime
) -> None:
    """Notes that a consumer has applied these events; without any nothing is written.

    Args:
        transaction: That of the flush.
        group: Id of the consumer group.
        event_ids: The ids of the events. One that is no UUID has no token, and is left out.
        now: The moment of the flush.
    """
    documents = [
        {"group": group, "at": now, "ids": packed(event_ids[first : first + _MOST])}
        for first in range(0, len(event_ids), _MOST)
    ]
    if documents:
        await transaction.insert(APPLIED, documents)


def packed(event_ids: Iterable[str]) -> bytes:
    """The parts of ids that are noted, one behind the other."""
    ids = list(event_ids)
    try:
        return bytes.fromhex("".join([found[19:23] + found[24:] for found in ids]))
    except ValueError:
        return b"".join(_parts(ids))


def _parts(event_ids: Iterable[str]) -> Iterable[bytes]:
    for event_id in event_ids:
        try:
            part = id_part(event_id)
        except ValueError:
            continue
        if len(part) == WIDTH:
            yield part


def holds(ids: bytes, part: bytes) -> bool:
    """Whether one of the ids is this one: at a place where an id begins."""
    at = ids.find(part)
    while at >= 0:
        if at % WIDTH == 0:
            return True
        at = ids.find(part, at + 1)
    return False


def looked_for(group: str, since: datetime) -> dict[str, Any]:
    """The filter that finds what a group has applied since a moment."""
    return {"at": {"$gte": since}, "group": group}
