"""The bitmaps of the partitions that a consumer owns: read once, changed in memory, stored whole.

Adding a person to a set that has them changes nothing. So what a failed flush has left in memory
does no harm: the same events come again and say the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from pyroaring import BitMap

from services.metrics.projection.increments import PartitionIncrements
from services.metrics.store.documents import ACCOUNT_SETS, BITMAPS, bitmap_id
from shared.delivery.mongo import Database

# Bitmaps in memory; the largest (100,000 people, half of them in it) take 12 KiB, so 50 MB at most.
# A consumer works on today's; all the others are a backlog that passes by.
CAPACITY = 4_000
# Bitmaps in one query: 12 MB at most.
_AT_ONCE = 1_000


class BitmapKey(NamedTuple):
    """What a bitmap is about.

    Attributes:
        partition: The partition whose events it was made from.
        day: The UTC day of these events.
        name: A deed, or one of `ACCOUNT_SETS`.
    """

    partition: str
    day: date
    name: str


class BitmapCache:
    """The bitmaps of the partitions that this process owns.

    Args:
        database: The database of the figures.
        capacity: How many bitmaps may be in memory. With less, a backlog that spans more days is
            read again with each flush.
    """

    def __init__(self, database: Database, *, capacity: int = CAPACITY) -> None:
        self._database = database
        self._capacity = capacity
        self._loaded: dict[BitmapKey, BitMap] = {}

    async def load(self, keys: Collection[BitmapKey]) -> None:
        """Reads the bitmaps that aren't in memory yet; makes room for them first."""
        missing = [key for key in keys if key not in self._loaded]
        surplus = len(self._loaded) + len(missing) - self._capacity
        for key in [key for key in self._loaded if key not in keys][: max(surplus, 0)]:
            del self._loaded[key]
        for start in range(0, len(missing), _AT_ONCE):
            part = {bitmap_id(*key): key for key in missing[start : start + _AT_ONCE]}
            self._loaded |= {key: BitMap() for key in part.values()}
            for bitmap in await self._database.find(BITMAPS, {"_id": {"$in": list(part)}}):
                self._loaded[part[bitmap["_id"]]] = BitMap.deserialize(bitmap["people"])

    def add(self, key: BitmapKey, people: Iterable[int]) -> bool:
        """Puts people into a loaded bitmap; tells whether that changed it."""
        bitmap = self._loaded[key]
        before = len(bitmap)
        bitmap |= BitMap(people)
        self._loaded[key] = bitmap
        return len(bitmap) != before

    def discard(self, key: BitmapKey, people: Iterable[int]) -> bool:
        """Takes people out of a loaded bitmap; tells whether that changed it."""
        bitmap = self._loaded[key]
        before = len(bitmap)
        bitmap -= BitMap(people)
        self._loaded[key] = bitmap
        return len(bitmap) != before

    def statement(self, key: BitmapKey, flush: int) -> dict[str, Any]:
        """The update that stores a loaded bitmap.

        Args:
            key: What the bitmap is about.
            flush: Number of the partition's flush: readers ask for what is newer than they know.
        """
        change = {
            "partition": key.partition,
            "day": str(key.day),
            "name": key.name,
            "flush": flush,
            "people": self._loaded[key].serialize(),
        }
        return {"q": {"_id": bitmap_id(*key)}, "u": {"$set": change}, "upsert": True}

    def drop(self, partition: str) -> None:
        """Forgets a partition that someone else owns now."""
        for key in [key for key in self._loaded if key.partition == partition]:
            del self._loaded[key]


def bitmap_keys(partition: str, increments: PartitionIncrements) -> Iterator[BitmapKey]:
    """The bitmaps that increments of a partition change."""
    for day, deed in increments.deeds:
        yield BitmapKey(partition, day, deed)
    for day in increments.accounts:
        for name in ACCOUNT_SETS:
            yield BitmapKey(partition, day, name)


def merge_into_bitmaps(
    bitmaps: BitmapCache,
    partition: str,
    increments: PartitionIncrements,
    numbers: Mapping[str, int],
) -> list[BitmapKey]:
    """Adds increments to loaded bitmaps.

    Args:
        bitmaps: The cache that they are loaded in.
        partition: The partition that the increments come from.
        increments: What its events since the last flush add.
        numbers: People's numbers by id or alias; who was erased has none, and is left out.

    Returns:
        The bitmaps that changed, each once.
    """
    changed: dict[BitmapKey, None] = {}

    def add(day: date, name: str, people: Iterable[int]) -> None:
        key = BitmapKey(partition, day, name)
        if bitmaps.add(key, people):
            changed[key] = None

    def discard(day: date, name: str, people: Iterable[int]) -> None:
        key = BitmapKey(partition, day, name)
        if bitmaps.discard(key, people):
            changed[key] = None

    for (day, deed), people in increments.deeds.items():
        add(day, deed, [number for number in map(numbers.get, people) if number is not None])
    for day, accounts in increments.accounts.items():
        known = [(numbers[who], account) for who, account in accounts.items() if who in numbers]
        add(day, "invited", [number for number, account in known if account.invited])
        add(day, "was_active", [number for number, account in known if account.was_active])
        add(day, "programs", [number for number, account in known if account.program])
        add(day, "erased", [number for number, account in known if account.erased])
        on = [number for number, account in known if account.active_after is True]
        off = [number for number, account in known if account.active_after is False]
        add(day, "switched_on", on)
        discard(day, "switched_on", off)
        add(day, "switched_off", off)
        discard(day, "switched_off", on)
    return list(changed)
