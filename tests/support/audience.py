"""The copy of people and groups in memory: events go in, and what commands read is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from shared.audience.news import AudienceNews
from shared.contract.events.envelope import EventData
from shared.delivery.command import Entity, Key
from shared.delivery.mongo import Transaction, document, entity

N = TypeVar("N", bound=AudienceNews)


class Copying(Protocol[N]):
    """A service's copy of people and groups."""

    state: type[N]

    async def write(self, taken: Sequence[tuple[str, N]], transaction: Transaction) -> None: ...


class MemoryTransaction:
    """A transaction on entities in memory, which does at once what it is told.

    Args:
        stored: All entities of the service.
        kinds: The classes of those that the copy keeps; what is told of others is left out.
    """

    def __init__(self, stored: dict[Key, Entity], kinds: Sequence[type[Entity]]) -> None:
        self._stored = stored
        self._kinds = {kind.collection: kind for kind in kinds}

    async def find(self, collection: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        ((field, among),) = asked.items()
        name = "id" if field == "_id" else field
        kinds = self._kinds.get(collection)
        return [
            document(there)
            for (kind, _), there in self._stored.items()
            if kind is kinds and getattr(there, name) in among["$in"]
        ]

    async def update(self, collection: str, statements: Sequence[Mapping[str, Any]]) -> None:
        kind = self._kinds.get(collection)
        for statement in statements if kind is not None else ():
            assert kind is not None
            key = statement["q"]["_id"]
            before = self._stored.get((kind, key))
            if before is not None or statement.get("upsert"):
                known = {"_id": key} if before is None else document(before)
                self._stored[kind, key] = entity(kind, _updated(known, statement["u"]))

    async def delete(self, collection: str, ids: Sequence[str]) -> None:
        for key in ids:
            self._stored.pop((self._kinds[collection], key), None)


def _updated(before: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    if not any(name.startswith("$") for name in update):
        return {"_id": before["_id"], **update}
    after = {**before, **update.get("$set", {})}
    for name, step in update.get("$inc", {}).items():
        after[name] = after.get(name, 0) + step
    for name, value in update.get("$max", {}).items():
        known = after.get(name)
        after[name] = value if known is None else max(known, value)
    return after


def hear(
    copy: Copying[N],
    transaction: MemoryTransaction,
    events: Sequence[EventData],
    *,
    at: datetime | Sequence[datetime] | None = None,
) -> None:
    """One flush of these events, as the service's worker does it.

    Args:
        copy: The copy that hears of them.
        transaction: Where it is stored.
        events: What has happened.
        at: When: all of them, or each; None: nobody says so.
    """
    news = copy.state()
    moments = at if isinstance(at, Sequence) else [at] * len(events)
    for data, news.moment in zip(events, moments, strict=True):
        news.apply(data)
    writing = copy.write([("any", news)], cast(Transaction, transaction))
    try:
        writing.send(None)
    except StopIteration:
        return
    raise AssertionError("nothing in memory has to be waited for")
