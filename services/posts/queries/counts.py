"""Counts for the answers to changes: read after the commit, many with one query.

Who reacts is answered with the counts of the post. Those are one small document, but a query for
each reaction would cost as much as the rest of its answer. So whoever was committed together asks
together, and what was read is kept for a moment: counts lag by that much anyway, and what the
caller has just done is added to them, however old they are (`domain/counts.py`).
"""

import asyncio
import time

from services.posts.domain.counts import PostCounts
from shared.delivery.mongo import EntityStore

# Seconds for which counts are kept: below what people notice, and enough that a post that is
# reacted to a hundred times a second is read five times.
KEPT_FOR = 0.2
# Counts that are kept, some 5 MB; beyond it all are forgotten, which costs one query more.
MOST_KEPT = 10_000


class _Question:
    """The posts that one query asks about, and what it has found."""

    __slots__ = ("answered", "error", "ids")

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.answered = asyncio.Event()
        self.error: Exception | None = None


class CountsReader:
    """Reads what is counted beside posts; one for each process.

    Args:
        store: The posts service's database.
    """

    def __init__(self, store: EntityStore) -> None:
        self._store = store
        self._kept: dict[str, tuple[float, PostCounts]] = {}
        self._next: _Question | None = None
        self._asking: asyncio.Task[None] | None = None

    async def read(self, post_id: str) -> PostCounts:
        """The counts of a post, at most `KEPT_FOR` older than what is stored.

        Raises:
            Unavailable: The database didn't answer.
        """
        kept = self._kept.get(post_id)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        question = self._next
        if question is None:
            question = self._next = _Question()
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask(), name="counts")
        question.ids.add(post_id)
        await question.answered.wait()
        if question.error is not None:
            raise question.error
        found = self._kept.get(post_id)
        return PostCounts(id=post_id) if found is None else found[1]

    async def _ask(self) -> None:
        """Asks until nobody waits; those who come while a query runs share the next."""
        try:
            while (question := self._next) is not None:
                self._next = None
                await self._answer(question)
        finally:
            self._asking = None

    async def _answer(self, question: _Question) -> None:
        try:
            found = await self._store.get_many(PostCounts, question.ids)
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            question.error = error
        else:
            if len(self._kept) + len(question.ids) > MOST_KEPT:
                self._kept.clear()
            until = time.monotonic() + KEPT_FOR
            for post_id in question.ids:
                self._kept[post_id] = (until, found.get(post_id) or PostCounts(id=post_id))
        question.answered.set()
