"""What a flush brought back of somebody whose erasure it hadn't seen.

Two workers may hear of a membership and of an erasure at once. Each reads what the other hasn't
committed yet and writes other documents, so neither conflicts: the one stores the membership, the
other finds none to take away. The same may happen to a login. So an erasure looks again, when no
such flush can be left (`erasures.py`).

Nobody was counted by what is left: whether somebody is active is told on the topic that tells of
the erasure, in the same partition, which one worker reads at a time. Services that count members
write each membership down on its person, so of whom they knew there can be nothing left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.audience.entities import ErasedPerson, Login, Membership, Person
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Standing
from shared.delivery.mongo import Database


async def take_remains_away(database: Database, erased: ErasedPerson, now: datetime) -> bool:
    """Takes a person, their memberships and what leads to them out of the copy once more.

    Where something was left, a command may have seen it: before it is taken away, the erasure is
    noted anew, so that what waits for such commands waits once more. Safe to repeat, and a crash
    in between costs the wait alone.

    Args:
        database: The database of the service.
        erased: The person, with the erasure as this service knows it.
        now: The moment that is noted.

    Returns:
        Whether something was left.
    """
    person = erased.person
    left: list[tuple[str, dict[str, Any]]] = [
        (Membership.collection, {"person": person}),
        (Person.collection, {"_id": person}),
        (Login.collection, {"person": person}),
    ]
    if not any([await database.find_one(*where, fields=["_id"]) for where in left]):
        return False
    anew = {"$set": {"noted_at": to_milliseconds(now)}}
    await database.update(ErasedPerson.collection, [{"q": {"_id": erased.id}, "u": anew}])
    for collection, theirs in left[:2]:
        await database.delete(collection, theirs)
    await database.update(Login.collection, [leading_to_nobody([str(person)], now)])
    return True


def leading_to_nobody(people: Sequence[str], now: datetime) -> dict[str, Any]:
    """The update after which no login leads to these people, who were erased.

    Args:
        people: The ids of the people.
        now: The moment that is noted, by which APIs find what has changed.
    """
    ended = {"person": None, "standing": Standing.ERASED, "at": to_milliseconds(now)}
    return {"q": {"person": {"$in": list(people)}}, "u": {"$set": ended}, "multi": True}
