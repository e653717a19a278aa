"""Waits until the copies of a service are as far as the tokens of a request say.

Nothing runs while nobody waits. All who wait in a process for the same consumer share its looks: 50
a second, however many people there are. What was found is remembered, so a client that sends its
last token with every request asks the database once.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.contract.errors import Category, Refusal, Unavailable
from shared.contract.events.topics import TOPICS
from shared.contract.moments import utc_now
from shared.delivery.consistency.applied import APPLIED, CLOCKS, holds, looked_for
from shared.delivery.consistency.token import MEMORY, TIME, ConsistencyToken
from shared.delivery.mongo import Database, deadline

LONGEST = 1.0
"""Seconds that a request waits; then it is told to come again."""

EVERY = 0.02
"""Seconds between two looks: what a wait takes longer than it had to, at most. Half as long would
cost the database twice as much, and nobody notices 10 ms."""

# Seconds that each further look reaches back from the last document that was seen. A flush notes
# its time before it is committed, and clocks of consumers differ. Whoever is missed by that is told
# to come again, and then the first look reaches back as far as the token says.
_OVERLAP = 5.0

# Events that are remembered as applied, about 150 bytes each.
_REMEMBERED = 20_000


class NotCaughtUp(Refusal):
    """This service hasn't heard yet of what the request's Consistency-Token names.

    It says nothing of whether the request is allowed: nobody was asked.
    """

    category = Category.UNAVAILABLE
    title = "This service hasn't heard yet of what you have changed"
    retry_after = 1

    def __init__(
        self, detail: str = "Repeat the same request after the seconds in Retry-After."
    ) -> None:
        super().__init__(detail)


class CopyConsumer(NamedTuple):
    """A consumer of whose copy the answers of the service are made.

    Attributes:
        database: The database in which it stores the copy, and what it has applied.
        group: Id of the consumer group.
        topics: Names of the topics that it reads.
    """

    database: Database
    group: str
    topics: Collection[str]


class _Wait:
    """Somebody who waits.

    Attributes:
        missing: The events that haven't been found.
        since: How far the first look must reach back.
        looked: Whether a look has reached back as far.
        done: Set when none is missing.
    """

    __slots__ = ("done", "looked", "missing", "since")

    def __init__(self, missing: set[bytes], since: datetime) -> None:
        self.missing = missing
        self.since = since
        self.looked = False
        self.done = asyncio.Event()


class _Watch:
    """What one consumer has applied, looked for while somebody waits."""

    def __init__(self, database: Database, group: str, clock: Callable[[], float]) -> None:
        self._database = database
        self._group = group
        self._clock = clock
        self._known: OrderedDict[bytes, float] = OrderedDict()
        self._waits: set[_Wait] = set()
        self._newest: datetime | None = None
        self._looking: asyncio.Task[None] | None = None

    def applied_at(self, ids: Iterable[bytes]) -> float | None:
        """Since when all of these are known to be applied; None if one of them isn't."""
        since = 0.0
        for part in ids:
            at = self._known.get(part)
            if at is None:
                return None
            since = max(since, at)
        return since

    async def until_applied(self, ids: Iterable[bytes], since: datetime) -> None:
        """Waits for these; whoever calls says for how long.

        Args:
            ids: The parts of ids that tokens name.
            since: Before this moment none of them was applied.
        """
        wait = _Wait({part for part in ids if part not in self._known}, since)
        if not wait.missing:
            return
        self._waits.add(wait)
        if self._looking is None:
            # In a context of its own, without deadline or span of whoever comes first.
            self._looking = asyncio.create_task(
                self._look_on(), name=f"applied by {self._group}", context=Context()
            )
        try:
            await wait.done.wait()
        finally:
            self._waits.discard(wait)

    async def _look_on(self) -> None:
        """Looks until nobody waits."""
        try:
            while self._waits:
                with suppress(Unavailable):  # the next look may succeed; else they are told later
                    await self._look()
                await asyncio.sleep(EVERY)
        finally:
            self._looking = self._newest = None

    async def _look(self) -> None:
        waits = list(self._waits)
        since = [wait.since for wait in waits if not wait.looked]
        if self._newest is not None:
            since.append(self._newest - timedelta(seconds=_OVERLAP))
        with deadline(LONGEST):
            found = await self._database.find(
                APPLIED, looked_for(self._group, min(since)), fields=["at", "ids"]
            )
        now = self._clock()
        ids = b"".join([document["ids"] for document in found])
        self._newest = max((document["at"] for document in found), default=min(since))
        missing = {part for wait in waits for part in wait.missing}
        there = {part for part in missing if holds(ids, part)}
        for part in there:
            self._remember(part, now)
        for wait in waits:
            wait.looked = True
            wait.missing -= there
            if not wait.missing:
                wait.done.set()

    def _remember(self, part: bytes, now: float) -> None:
        self._known[part] = now
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def close(self) -> None:
        """Ends the looks."""
        if self._looking is not None:
            self._looking.cancel()


class Copies:
    """Has requests wait for what their tokens name.

    Args:
        service: The service of this process. Nobody waits for its own events: what it has
            acknowledged is stored.
        awaited: The consumers that answers depend on, as they are now.
        clock: Monotonic seconds.
        now: Tells the time, in UTC.
    """

    def __init__(
        self,
        service: str,
        awaited: Callable[[], Sequence[CopyConsumer]] = tuple,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._service = service
        self._awaited = awaited
        self._clock = clock
        self._now = now
        self._watches: dict[tuple[str, str], _Watch] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Copies"]:
        """Ends all looks after the block."""
        try:
            yield self
        finally:
            for watch in self._watches.values():
                watch.close()

    async def wait(self, tokens: Sequence[ConsistencyToken]) -> float:
        """Returns when everything is there that the tokens name and answers depend on.

        Returns:
            Since when that is known, in seconds on the clock: what was read before may be older.
            Zero where there was nothing to wait for.

        Raises:
            NotCaughtUp: It isn't there in time.
        """
        wanted = self._wanted(tokens)
        if not wanted:
            return 0.0
        known = [watch.applied_at(ids) for watch, (ids, _) in wanted.items()]
        times = [at for at in known if at is not None]
        if len(times) == len(known):
            return max(times)
        try:
            async with asyncio.timeout(LONGEST):
                for watch, (ids, since) in wanted.items():
                    await watch.until_applied(ids, since)
        except TimeoutError:
            raise NotCaughtUp from None
        return self._clock()

    def _wanted(
        self, tokens: Sequence[ConsistencyToken]
    ) -> dict[_Watch, tuple[set[bytes], datetime]]:
        """For each consumer what it must have applied, and how far back that may be."""
        now = self._now()
        oldest = now - timedelta(seconds=MEMORY)
        consumers = self._awaited()
        wanted: dict[_Watch, tuple[set[bytes], datetime]] = {}
        for (topic, _), event_id in (event for token in tokens for event in token.items()):
            if topic in TOPICS and TOPICS[topic].writer == self._service:
                continue
            reading = [awaited for awaited in consumers if topic in awaited.topics]
            decided = _time_of(event_id)
            if not reading or decided < oldest:
                continue
            since = min(decided, now) - timedelta(seconds=CLOCKS)
            for awaited in reading:
                watch = self._watch(awaited)
                ids, earliest = wanted.setdefault(watch, (set(), since))
                ids.add(event_id[TIME:])
                wanted[watch] = (ids, min(since, earliest))
        return wanted

    def _watch(self, awaited: CopyConsumer) -> _Watch:
        key = (awaited.database.name, awaited.group)
        watch = self._watches.get(key)
        if watch is None:
            watch = self._watches[key] = _Watch(awaited.database, awaited.group, self._clock)
        return watch


def _time_of(short_id: bytes) -> datetime:
    unix_ms = int.from_bytes(short_id[:TIME], "big")
    return datetime.fromtimestamp(min(unix_ms, _FUTURE) / 1000, UTC)


# Milliseconds since 1970 at the end of the year 9999: later times have no date.
_FUTURE = 253_402_300_799_000
