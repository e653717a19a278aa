"""Forgetting erased people: what names them goes out of the figures, and their numbers stay.

An erasure is noted in `forgotten` by its id. As long as the service hasn't said that it is done
(`services/metrics/erasures.py`), the person is noted there too: a flush that was under way at the
same moment may have looked before the erasure and written after it, so all is done once more when
no such flush can be left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.metrics.store.documents import FORGOTTEN, GROUPS, PEOPLE, TO_FORGET
from services.metrics.store.write.statements import Statement
from shared.contract.erasures import erasure_id
from shared.delivery.mongo import Database

# Erasures in one look. Each costs a walk through all groups.
_AT_ONCE = 20


class OpenErasure(NamedTuple):
    """An erasure of which the service hasn't said yet that it is done with it.

    Attributes:
        erasure: The id of the erasure.
        person: The id of the erased person.
    """

    erasure: str
    person: str


def forgetting(people: Sequence[str]) -> list[tuple[str, list[Statement]]]:
    """The updates that take people out of everything but the numbers, and note that they are gone.

    Args:
        people: The ids of the erased people.
    """
    noted: list[Statement] = [
        {
            "q": {"_id": erasure_id(person)},
            "u": [{"$set": {"at": {"$ifNull": ["$at", "$$NOW"]}, "person": person}}],
            "upsert": True,
        }
        for person in people
    ]
    return [(FORGOTTEN, noted), *_leaving(people)]


def _leaving(people: Sequence[str]) -> list[tuple[str, list[Statement]]]:
    roles = [f"roles.{person}" for person in people]
    leading: list[Statement] = [
        {"q": {role: {"$exists": True}}, "u": {"$unset": {role: ""}}, "multi": True}
        for role in roles
    ]
    return [(GROUPS, leading)]


async def forget_again(database: Database, people: Sequence[str]) -> None:
    """Takes people out of figures once more, or out of those that nobody looks at any more.

    Args:
        database: The database of a generation.
        people: The ids of the erased people.
    """
    for collection, updates in _leaving(people):
        await database.update(collection, updates)
    for collection in (PEOPLE, TO_FORGET):
        await database.delete(collection, {"_id": {"$in": list(people)}})


async def open_erasures(database: Database, settled: datetime) -> list[OpenErasure]:
    """Some of the erasures of which nothing was said yet, the oldest first.

    Args:
        database: The database of the live figures.
        settled: No flush that began before this can still be written.
    """
    wanted: dict[str, Any] = {"person": {"$type": "string"}, "at": {"$lt": settled}}
    found = await database.find(FORGOTTEN, wanted, limit=_AT_ONCE)
    return [OpenErasure(noted["_id"], noted["person"]) for noted in found]


async def close_erasure(database: Database, erasure: str) -> None:
    """Notes that it was said that the service is done with an erasure: nobody is named any more."""
    done: Statement = {"q": {"_id": erasure}, "u": {"$unset": {"person": ""}}}
    await database.update(FORGOTTEN, [done])
