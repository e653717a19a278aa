"""Counts for the answers to changes: read while the change is committed, many with one query.

Who reacts is answered with the counts of the post. They are asked for before the commit and awaited
after it: its round trips take longer, so that no answer is later for it. That they are older than
the change is right: what the caller has just done is added to them (`domain/counts.py`).

The more ask, the less a query is worth: who comes within a moment shares one, the moment grows with
those who come, and so does the age at which counts are asked for again. One who asks alone is told
what is stored. Among hundreds a second what others did may be missing for seconds, and whoever
finds counts that were kept doesn't wait for younger ones: a commit costs the less the more there
are in it, and who waits for counts isn't in one.
"""

import asyncio
import math
import time
from contextlib import suppress
from contextvars import Context
from typing import Generic, TypeVar

from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.command import Entity
from shared.delivery.mongo import EntityStore

C = TypeVar("C", bound=Entity)

# Seconds between one query and the next: so many for each who has asked since the one before, and
# at most so many; no more than the least where somebody waits, who knows no counts at all.
PAUSE_EACH = 0.002
PAUSE_AT_MOST = 0.1
PAUSE_AT_LEAST = 0.004
# Seconds after which counts are asked for again: likewise.
YOUNG_EACH = 0.02
YOUNG_AT_MOST = 2.0
# Seconds after which they aren't used any more, even by who has to wait for others.
KEPT_FOR = 10.0
# Counts that are kept, some 5 MB; beyond it all are forgotten, which costs one query more.
MOST_KEPT = 10_000


_NEVER: tuple[float, None] = (-math.inf, None)


class _Question(Generic[C]):
    """The ids that one query asks about, and what it has found."""

    __slots__ = ("answered", "error", "found", "ids")

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.answered = asyncio.Event()
        self.found: dict[str, C] = {}
        self.error: Exception | None = None


class AskedCounts(Generic[C]):
    """Counts that were asked for. Nothing is wrong with never awaiting them."""

    __slots__ = ("_id", "_known", "_question", "_waits")

    def __init__(
        self, entity_id: str, known: C | None, question: _Question[C] | None, *, waits: bool
    ) -> None:
        self._id = entity_id
        self._known = known
        self._question = question
        self._waits = waits

    async def read(self) -> C:
        """The counts; those that were kept, however old, where the database doesn't answer.

        Raises:
            OutcomeUnknown: It didn't, and nothing was kept. The change is stored by then; whoever
                repeats the request learns what they should have been told.
        """
        known, question = self._known, self._question
        if question is not None and (self._waits or question.answered.is_set()):
            await question.answered.wait()
            error = question.error
            if error is None:
                return question.found[self._id]
            if known is None:
                raise OutcomeUnknown if isinstance(error, Unavailable) else error
        assert known is not None
        return known


class CountsReader(Generic[C]):
    """Reads what is counted beside posts, or beside comments; one of each for a process.

    Args:
        store: The posts service's database.
        kind: The class of the counts, of posts or of comments.
        kept_for: Seconds for which counts may be used again; 0: never.
    """

    def __init__(self, store: EntityStore, kind: type[C], *, kept_for: float = 0.0) -> None:
        self._store = store
        self._kind = kind
        self._kept_for = kept_for
        self._kept: dict[str, tuple[float, C]] = {}
        self._young = 0.0
        self._asked = 0
        self._waited_for = asyncio.Event()
        self._next: _Question[C] | None = None
        self._asking: asyncio.Task[None] | None = None

    def ask(self, entity_id: str) -> AskedCounts[C]:
        """Asks for the counts of a post or comment, before a change to it is committed."""
        self._asked += 1
        read_at, known = self._kept.get(entity_id, _NEVER)
        age = time.monotonic() - read_at
        question = None if age < self._young else self._join(entity_id)
        waits = age > self._kept_for
        if waits:
            self._waited_for.set()
        return AskedCounts(entity_id, known, question, waits=waits)

    def _join(self, entity_id: str) -> _Question[C]:
        """The next query, which asks about this one as well."""
        question = self._next
        if question is None:
            question = self._next = _Question()
            if self._asking is None:
                # In a context of its own, without deadline or span of whoever comes first.
                self._asking = asyncio.create_task(self._ask(), name="counts", context=Context())
        question.ids.add(entity_id)
        return question

    async def _ask(self) -> None:
        """Asks until nobody waits; those who come meanwhile share the next query."""
        try:
            while (question := self._next) is not None:
                self._next = None
                self._waited_for.clear()
                await self._answer(question)
                asked, self._asked = self._asked, 0
                self._young = min(YOUNG_EACH * asked, YOUNG_AT_MOST, self._kept_for)
                await self._pause(min(PAUSE_EACH * asked, PAUSE_AT_MOST))
        finally:
            self._asking = None

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, PAUSE_AT_LEAST))
        if seconds > PAUSE_AT_LEAST:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds - PAUSE_AT_LEAST):
                    await self._waited_for.wait()

    async def _answer(self, question: _Question[C]) -> None:
        try:
            found = await self._store.get_many(self._kind, question.ids)
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            question.error = error
        else:
            question.found = {one: found.get(one) or self._kind(id=one) for one in question.ids}
            self._keep(question.found)
        question.answered.set()

    def _keep(self, found: dict[str, C]) -> None:
        if not self._kept_for:
            return
        if len(self._kept) + len(found) > MOST_KEPT:
            self._kept.clear()
        now = time.monotonic()
        self._kept.update((one, (now, counts)) for one, counts in found.items())
