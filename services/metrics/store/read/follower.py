"""Readers take in the journal as it grows: once what they have loaded, then only what is new.

A reader that knows all entries up to some flush asks for those behind it: a small query for a few
kilobytes. Everything that it has loaded gets them at once, so all of it is of the same moment. What
it loads later, a day of last year, is as old as the base: it gets the entries behind that as well,
which are kept for it.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import itemgetter
from typing import Any, Protocol

from services.metrics.store.documents import JOURNAL
from services.metrics.store.journal_entry import JournalEntry
from services.metrics.store.read.totals import Totals, read_totals
from shared.contract.errors import Unavailable
from shared.delivery.mongo import Database

# Begins of a reader that finds entries gone: another process may delete them at that moment.
_TRIES = 3
# Entries of a partition in one query: about as many as are behind a base.
_AT_ONCE = 300


# Who has followed already in what is being answered; None outside of `Follower.moment`.
_followed: ContextVar[set[int] | None] = ContextVar("followed", default=None)


class Listener(Protocol):
    """Something that was loaded from the base, and takes in entries."""

    def take(self, entry: JournalEntry) -> None:
        """Takes in an entry that is newer than all that were taken in before."""
        ...

    def forget(self) -> None:
        """Forgets all that was loaded: entries are missing."""
        ...


class Follower:
    """What a process knows of the journal.

    Args:
        database: The database of the figures.

    Attributes:
        totals: The gross totals, as they were at the last look.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.totals = Totals()
        self._lock = asyncio.Lock()
        self._listeners: list[Listener] = []
        # The last flush of each partition that was taken in; None until anything was.
        self._seen: dict[str, int] | None = None
        self._behind: dict[str, list[JournalEntry]] = {}
        self._loading = 0
        self._begun = 0  # how often all was forgotten

    def tell(self, listener: Listener) -> None:
        """Has a listener take in what comes from now on."""
        self._listeners.append(listener)

    @contextmanager
    def moment(self) -> Iterator[None]:
        """What is asked for in the block is as of one moment: the journal is followed once."""
        if _followed.get() is not None:
            yield
            return
        token = _followed.set(set())
        try:
            yield
        finally:
            _followed.reset(token)

    async def load(self, collection: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Documents of the base, with which `behind` fits until something is awaited again."""
        self._loading += 1
        try:
            while True:
                begun = self._begun
                found = await self.database.find(collection, wanted)
                if begun == self._begun:
                    return found
        finally:
            self._loading -= 1

    def behind(self, partition: str) -> Sequence[JournalEntry]:
        """Entries of a partition that may not be in its base yet, in their order."""
        return self._behind.get(partition, ())

    def all_behind(self) -> Iterator[JournalEntry]:
        """Those of all partitions."""
        for entries in self._behind.values():
            yield from entries

    @property
    def partitions(self) -> Sequence[str]:
        """The partitions of which anything is known."""
        return list(self.totals.flushes)

    async def follow(self) -> None:
        """Takes in what was stored since the last time.

        Raises:
            Unavailable: Entries are missing that should be there.
        """
        followed = _followed.get()
        if followed is not None and id(self) in followed:
            return
        async with self._lock:
            seen = self._seen
            for _ in range(_TRIES):
                totals = await read_totals(self.database)
                newer = await self._newer(totals, seen)
                # Nothing is awaited from here on: nobody sees half of it.
                if newer is not None:
                    if seen is not self._seen:
                        self._start_over()
                    self.totals = totals
                    self._take(newer)
                    self._trim(totals)
                    if followed is not None:
                        followed.add(id(self))
                    return
                seen = None
            raise Unavailable("the journal of the figures has a gap")

    async def _newer(
        self, totals: Totals, known: Mapping[str, int] | None
    ) -> list[JournalEntry] | None:
        """Entries behind those that are known, up to the last flushes; None where some are gone."""
        if known is not None and known.keys() - totals.flushes.keys():
            return None  # it is another database now
        found: list[JournalEntry] = []
        # Who begins has loaded nothing yet, and will find in the base what is in it. Else a
        # partition that is new has nothing in what was loaded, though all of it may be in the base.
        begins = totals.through if known is None else dict.fromkeys(totals.flushes, 0)
        seen = {**begins, **(known or {})}
        while seen != totals.flushes:
            until = {
                name: min(last, seen[name] + _AT_ONCE) for name, last in totals.flushes.items()
            }
            wanted = [
                {"partition": name, "flush": {"$gt": seen[name], "$lte": last}}
                for name, last in until.items()
                if last > seen[name]
            ]
            if not wanted:  # flushes that were known are gone
                return None
            stored = await self.database.find(JOURNAL, {"$or": wanted})
            stored.sort(key=itemgetter("flush"))
            for document in stored:
                name = document["partition"]
                seen[name] += 1
                found.append(JournalEntry.read(document))
            if any(seen[name] < last for name, last in until.items()):
                return None
        return found

    def _start_over(self) -> None:
        self._behind = {}
        self._begun += 1
        for listener in self._listeners:
            listener.forget()

    def _take(self, entries: Sequence[JournalEntry]) -> None:
        for entry in entries:
            self._behind.setdefault(entry.partition, []).append(entry)
            for listener in self._listeners:
                listener.take(entry)
        self._seen = dict(self.totals.flushes)

    def _trim(self, totals: Totals) -> None:
        if self._loading:
            return
        for partition, entries in self._behind.items():
            through = totals.through.get(partition, 0)
            if entries and entries[0].flush <= through:
                self._behind[partition] = [entry for entry in entries if entry.flush > through]
