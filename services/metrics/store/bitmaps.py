"""The bitmaps of the partitions that a consumer owns: read once, changed in memory, stored whole.

Adding a person to a set that has them changes nothing. So what a failed flush has left in memory
does no harm: the same events come again and say the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pyroaring import BitMap

from services.metrics.projection.increments import Increments
from services.metrics.store.documents import ACCOUNT_SETS, BITMAPS, bitmap_id
from shared.delivery.mongo import Database

# Bitmaps in memory; the largest (100,000 people, half of them in it) take 12 KiB, so 50 MB at most.
# A consumer works on today's; all the others are a backlog that passes by.
CAPACITY = 4_000
_AT_ONCE = 1_000  # bitmaps in one query or update: 12 MB at most


class Place(NamedTuple):
    """Where a bitmap belongs."""

    partition: str
    day: date
    name: str


class Bitmaps:
    """A cache of the bitmaps of owned partitions."""

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._loaded: dict[Place, BitMap] = {}

    async def load(self, places: Collection[Place]) -> None:
        """Reads what isn't in memory yet; makes room first."""
        missing = [place for place in places if place not in self._loaded]
        surplus = len(self._loaded) + len(missing) - self._capacity
        for place in [place for place in self._loaded if place not in places][: max(surplus, 0)]:
            del self._loaded[place]
        for start in range(0, len(missing), _AT_ONCE):
            part = {bitmap_id(*place): place for place in missing[start : start + _AT_ONCE]}
            self._loaded |= {place: BitMap() for place in part.values()}
            for one in await self._database.find(BITMAPS, {"_id": {"$in": list(part)}}):
                self._loaded[part[one["_id"]]] = BitMap.deserialize(one["people"])

    def add(self, place: Place, people: Iterable[int]) -> bool:
        """Puts people into a loaded bitmap; tells whether that changed it."""
        bitmap = self._loaded[place]
        before = len(bitmap)
        bitmap |= BitMap(people)
        self._loaded[place] = bitmap
        return len(bitmap) != before

    def discard(self, place: Place, people: Iterable[int]) -> bool:
        """Takes people out of a loaded bitmap; tells whether that changed it."""
        bitmap = self._loaded[place]
        before = len(bitmap)
        bitmap -= BitMap(people)
        self._loaded[place] = bitmap
        return len(bitmap) != before

    def statement(self, place: Place, flush: int) -> dict[str, Any]:
        """The update that stores a bitmap.

        Args:
            place: Which.
            flush: Number of the partition's flush: readers ask for what is newer than they know.
        """
        change = {
            "partition": place.partition,
            "day": str(place.day),
            "name": place.name,
            "flush": flush,
            "people": self._loaded[place].serialize(),
        }
        return {"q": {"_id": bitmap_id(*place)}, "u": {"$set": change}, "upsert": True}

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        for place in [place for place in self._loaded if place.partition == partition]:
            del self._loaded[place]


def places_of(partition: str, increments: Increments) -> Iterator[Place]:
    """Every bitmap that increments touch."""
    for day, deed in increments.deeds:
        yield Place(partition, day, deed)
    for day in increments.accounts:
        for name in ACCOUNT_SETS:
            yield Place(partition, day, name)


def merge(
    bitmaps: Bitmaps, partition: str, increments: Increments, numbers: Mapping[str, int]
) -> list[Place]:
    """Adds increments to loaded bitmaps; returns those that changed."""
    changed: dict[Place, None] = {}

    def add(day: date, name: str, people: Iterable[int]) -> None:
        place = Place(partition, day, name)
        if bitmaps.add(place, people):
            changed[place] = None

    def discard(day: date, name: str, people: Iterable[int]) -> None:
        place = Place(partition, day, name)
        if bitmaps.discard(place, people):
            changed[place] = None

    for (day, deed), people in increments.deeds.items():
        add(day, deed, [numbers[person] for person in people if person in numbers])
    for day, accounts in increments.accounts.items():
        known = [(numbers[who], account) for who, account in accounts.items() if who in numbers]
        add(day, "invited", [number for number, account in known if account.invited])
        add(day, "was_active", [number for number, account in known if account.was_active])
        add(day, "erased", [number for number, account in known if account.erased])
        on = [number for number, account in known if account.active_after is True]
        off = [number for number, account in known if account.active_after is False]
        add(day, "switched_on", on)
        discard(day, "switched_on", off)
        add(day, "switched_off", off)
        discard(day, "switched_off", on)
    return list(changed)
