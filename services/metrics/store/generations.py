"""Where the figures are: two databases take turns, so that rebuilt ones can replace the others.

    {_id: "figures", last: 3, live: {number, database}, building: {number, database, ready} or null}

A generation is a set of figures: its number, the database that holds it, and the consumer group
whose marks say how far it has counted. The live one is what everybody sees.

    {_id: "here", number: 3}

is in each of the two databases, and every flush looks whether that is still its generation: so a
process that slept through two changes can't write into what came after it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from services.metrics.store.documents import COLLECTIONS, POSTS
from shared.contract.errors import Category, Refusal
from shared.delivery.consumer import COLLECTIONS as CONSUMER_COLLECTIONS
from shared.delivery.consumer import FlushFenced, read_marks
from shared.delivery.mongo import Database, Duplicate, Transaction

GENERATIONS = "generations"
_ID = "figures"
_HERE = "here"

# Seconds after a switch in which readers may still be on the old figures: until then those may not
# be deleted.
_SETTLED = 60.0

# With what an earlier version has left of the generation that was there.
_CLEARED = (*COLLECTIONS, POSTS, *CONSUMER_COLLECTIONS)


def database_names(base: str) -> tuple[str, str]:
    """The names of the two databases; the first is the service's own."""
    return base, f"{base}_next"


class Generation(NamedTuple):
    """A set of figures.

    Attributes:
        number: Counts up with each rebuild, from 1.
        database: The name of the database that holds it.
    """

    number: int
    database: str

    def group(self, name: str) -> str:
        """The consumer group that counts into it; that of the first has the plain name."""
        return name if self.number == 1 else f"{name}.{self.number}"


class JustSwitched(Refusal):
    """The last change of figures is too young for another."""

    category = Category.CONFLICT
    title = "The figures were switched a moment ago"

    def __init__(self) -> None:
        super().__init__(f"Readers may still look at the old ones; wait {_SETTLED:.0f} seconds.")


class Generations:
    """The pointer to the live figures, in the service's own database.

    Args:
        base: The service's own database; it holds the first figures, too.
    """

    def __init__(self, base: Database) -> None:
        self._base = base

    async def live(self) -> Generation:
        """The generation that everybody sees."""
        return self._generation(await self._read(), "live")

    async def building(self) -> tuple[Generation, bool] | None:
        """The generation that is being rebuilt, and whether its database is empty and ready for it.

        None if nothing is being rebuilt.
        """
        stored = await self._read()
        if stored["building"] is None:
            return None
        return self._generation(stored, "building"), stored["building"]["ready"]

    async def begin(self) -> Generation:
        """The generation to rebuild: the unfinished one if there is one, else a new one.

        Its database is the one that isn't live; `ready` must be called once that is emptied.

        Raises:
            JustSwitched: Somebody may still read what would be deleted.
        """
        if (found := await self.building()) is not None:
            return found[0]
        live = await self.live()
        (other,) = {*database_names(self._base.name)} - {live.database}
        settled = {"$lt": ["$switched_at", {"$subtract": ["$$NOW", int(_SETTLED * 1000)]}]}
        begun = await self._base.find_and_update(
            GENERATIONS,
            {"_id": _ID, "building": None, "$expr": settled},
            [
                {"$set": {"last": {"$add": ["$last", 1]}}},
                {"$set": {"building": {"number": "$last", "database": other, "ready": False}}},
            ],
        )
        if begun is not None:
            return self._generation(begun, "building")
        if (found := await self.building()) is not None:  # another process began at this moment
            return found[0]
        raise JustSwitched

    async def ready(self, generation: Generation) -> None:
        """Notes that the database of a generation is empty now, so that counting may begin."""
        await self._change(generation, [{"$set": {"building.ready": True}}])

    async def switch(self, generation: Generation) -> bool:
        """Makes the rebuilt generation live; False if it isn't the one that is being rebuilt."""
        live = {"number": generation.number, "database": generation.database}
        change = {"$set": {"live": live, "building": None, "switched_at": "$$NOW"}}
        return await self._change(generation, [change])

    async def abandon(self, generation: Generation) -> None:
        """Gives up the generation that is being rebuilt; the live figures stay."""
        await self._change(generation, [{"$set": {"building": None}}])

    async def _change(self, generation: Generation, change: list[dict[str, Any]]) -> bool:
        ours = {"_id": _ID, "building.number": generation.number}
        return (await self._base.update(GENERATIONS, [{"q": ours, "u": change}])).matched == 1

    async def _read(self) -> Mapping[str, Any]:
        stored = await self._base.find_one(GENERATIONS, {"_id": _ID})
        if stored is None:
            first = {"number": 1, "database": self._base.name}
            made = [
                {
                    "$set": {
                        "last": 1,
                        "live": first,
                        "building": None,
                        "switched_at": datetime.fromtimestamp(0, UTC),
                    }
                }
            ]
            try:
                stored = await self._base.find_and_update(
                    GENERATIONS, {"_id": _ID, "last": None}, made, upsert=True
                )
            except Duplicate:  # another process made it at the same moment
                stored = await self._base.find_one(GENERATIONS, {"_id": _ID})
        if stored is None:
            raise RuntimeError("the pointer was deleted while it was read")
        return stored

    def _generation(self, stored: Mapping[str, Any], which: str) -> Generation:
        return Generation(stored[which]["number"], stored[which]["database"])


async def clear_generation(database: Database, number: int) -> None:
    """Makes room for another generation in a database that isn't live.

    Args:
        database: The database to clear.
        number: The number of the generation that comes into it.
    """
    # The number first: a flush that is under way ends before its collections go, and a later flush
    # finds the number.
    await database.update(
        GENERATIONS, [{"q": {"_id": _HERE}, "u": {"$set": {"number": number}}, "upsert": True}]
    )
    await database.drop(_CLEARED)


async def require_generation(transaction: Transaction, number: int) -> None:
    """Makes sure, in the transaction of a flush, that this database still holds its generation.

    Args:
        transaction: The transaction of the flush.
        number: The number of the generation that is counted into.

    Raises:
        FlushFenced: Another generation has taken its place.
    """
    found = await transaction.find(GENERATIONS, {"_id": _HERE})
    if (found[0]["number"] if found else 1) != number:
        raise FlushFenced(f"generation {number} is gone")


async def has_counted_all(
    database: Database, group: str, other: Database, other_group: str
) -> bool:
    """Whether a set of figures has everything that another set has counted.

    Args:
        database: The database of the figures in question.
        group: The consumer group that counts into them.
        other: The database of the figures that they are compared with.
        other_group: The consumer group that counts into those.
    """
    marks, other_marks = await read_marks(database, group), await read_marks(other, other_group)
    return all(
        partition in marks and marks[partition].reaches(mark)
        for partition, mark in other_marks.items()
        if mark.sources
    )
