"""Counts for the answers to changes: read while the change is committed, many with one query.

Who reacts is answered with the counts of the post. They are asked for before the commit and awaited
after it: its round trips take longer, so that no answer is later for it. That they are older than
the change is right: what the caller has just done is added to them (`domain/counts.py`). The more
there are, the fewer queries: who comes within a moment shares one, and the moment grows with those
who come, up to what a commit takes when there are many.
"""

import asyncio
import time
from contextvars import Context
from typing import Generic, TypeVar

from shared.contract.errors import OutcomeUnknown, Unavailable
from shared.delivery.command import Entity
from shared.delivery.mongo import EntityStore

C = TypeVar("C", bound=Entity)

# Seconds between one query and the next: so many for each id that the last one asked about, and at
# most so many. One who asks alone hardly waits; with a thousand a second there are 45 queries.
PAUSE_EACH = 0.001
PAUSE_AT_MOST = 0.02
# Seconds for which counts of posts are kept: below what people notice, and enough that a post that
# is reacted to a hundred times a second is read five times.
KEPT_FOR = 0.2
# Counts that are kept, some 5 MB; beyond it all are forgotten, which costs one query more.
MOST_KEPT = 10_000


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

    __slots__ = ("_id", "_known", "_question")

    def __init__(self, entity_id: str, known: C | None, question: _Question[C] | None) -> None:
        self._id = entity_id
        self._known = known
        self._question = question

    async def read(self) -> C:
        """The counts; those that were kept, however old, where the database didn't answer.

        Raises:
            OutcomeUnknown: It didn't, and nothing was kept. The change is stored by then; whoever
                repeats the request learns what they should have been told.
        """
        known, question = self._known, self._question
        if question is not None:
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
        kept_for: Seconds for which it may be used again.
    """

    def __init__(self, store: EntityStore, kind: type[C], *, kept_for: float = 0.0) -> None:
        self._store = store
        self._kind = kind
        self._kept_for = kept_for
        self._kept: dict[str, tuple[float, C]] = {}
        self._next: _Question[C] | None = None
        self._asking: asyncio.Task[None] | None = None

    def ask(self, entity_id: str) -> AskedCounts[C]:
        """Asks for the counts of a post or comment, before a change to it is committed."""
        until, known = self._kept.get(entity_id, (0.0, None))
        if until > time.monotonic():
            return AskedCounts(entity_id, known, None)
        question = self._next
        if question is None:
            question = self._next = _Question()
            if self._asking is None:
                # In a context of its own, without deadline or span of whoever comes first.
                self._asking = asyncio.create_task(self._ask(), name="counts", context=Context())
        question.ids.add(entity_id)
        return AskedCounts(entity_id, known, question)

    async def _ask(self) -> None:
        """Asks until nobody waits; those who come meanwhile share the next query."""
        try:
            while (question := self._next) is not None:
                self._next = None
                await self._answer(question)
                await asyncio.sleep(min(PAUSE_EACH * len(question.ids), PAUSE_AT_MOST))
        finally:
            self._asking = None

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
        until = time.monotonic() + self._kept_for
        self._kept.update((one, (until, counts)) for one, counts in found.items())
