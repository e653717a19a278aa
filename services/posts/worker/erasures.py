"""Forgets erased people, step by step, and says when nothing here names them any more.

The groups service tells that somebody was erased (`audience_copy.py` notes it). What posts keep of
them is spread over posts, comments and what they did with posts of others: each piece is changed by
a command of its own (`commands/erasures.py`), so however much there is, no transaction is large.

Nothing is begun before every command is over that may have seen the person still, so what is looked
for here doesn't become more. A crash costs nothing but time: what is done isn't found again, and
one-off ids come out the same until the erasure is finished.

One process at a time does it, by a lease, because two would only do everything twice.

What people did with posts is found by walking through the index of ids: one over people would be
paid for with every view, and somebody is erased once.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from services.posts.commands.erasures import (
    FinishForgetting,
    ForgetComment,
    ForgetCommentReaction,
    ForgetEngagement,
    ForgetPost,
)
from services.posts.domain.comment import AnswersChanged, Comment
from services.posts.domain.engagement import CommentReaction, Engagement
from services.posts.domain.post import Post
from services.posts.queries.comments import next_answer
from shared.audience import ErasedPerson
from shared.contract.aliases import Aliases
from shared.contract.errors import Unavailable
from shared.delivery.command import SETTLED, Command, Entity
from shared.delivery.committer import Committer, forget_in_records
from shared.delivery.dead_letters import forget_letters
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage
from shared.web.quotas import DailyUse

log = logging.getLogger(__name__)

PAUSE = 2.0  # seconds between looks
STUCK = 300.0  # seconds without a step that make the process count as stuck: a walk may take long
# Things of one kind that are changed side by side, in a few commits.
AT_ONCE = 100
# How often a comment is tried whose post gets other answers at the same moment.
_TRIES = 5


class Erasures:
    """The loop that forgets, while its lease is held.

    Args:
        store: The posts service's database.
        committer: Executes the steps.
        lease: The lease of this work, which one process holds at a time.
        aliases: Tells who is named in dead letters.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.

    Attributes:
        watchdog: Fed with each step.
    """

    def __init__(
        self,
        store: EntityStore,
        committer: Committer,
        lease: Lease,
        *,
        aliases: Aliases,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("posts", "erasures")
        self._failures = metrics.worker_failures.labels("posts", "erasures")
        self.watchdog = Watchdog(longest=STUCK)
        self._store = store
        self._committer = committer
        self._lease = lease
        self._aliases = aliases
        self._now = now
        self._outage = Outage(log, "can't forget who was erased", first=PAUSE)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with self._lease.contending():
            while True:
                self.watchdog.feed()
                pause = PAUSE
                if self._lease.held:
                    try:
                        await self.look()
                        self._runs.inc()
                        self._outage.over()
                    except Unavailable as failure:
                        self._failures.inc()
                        pause = self._outage.failed(why_unavailable(failure))
                await asyncio.sleep(pause)

    async def look(self) -> None:
        """Forgets everybody who is due."""
        settled = self._now() - timedelta(seconds=SETTLED)
        due = {"person": {"$type": "string"}, "noted_at": {"$lt": settled}}
        for erased in await self._store.find(ErasedPerson, due):
            await self._forget(erased)

    async def _forget(self, erased: ErasedPerson) -> None:
        person = erased.person
        assert person is not None  # it was asked for
        await self._forget_posts(erased, person)
        async for ids in self._ending_with(Engagement, person):
            for post_id in ids:
                await self._forget_comments(erased, person, post_id)
            await self._execute(ForgetEngagement(erased, post_id) for post_id in ids)
        async for ids in self._ending_with(CommentReaction, person):
            await self._execute(ForgetCommentReaction(erased, comment_id) for comment_id in ids)
        database = self._store.database
        await database.delete(DailyUse.collection, {"_id": person})
        await forget_in_records(database, person)
        await forget_letters(database, lambda value: self._aliases.names(value, person))
        await self._committer.execute(FinishForgetting(erased.id))

    async def _forget_posts(self, erased: ErasedPerson, person: str) -> None:
        while ids := await self._store.find_ids(Post, {"author": person}, limit=AT_ONCE):
            await self._execute(ForgetPost(erased, post_id) for post_id in ids)

    async def _forget_comments(self, erased: ErasedPerson, person: str, post_id: str) -> None:
        theirs = {"post_id": post_id, "author": person}
        while ids := await self._store.find_ids(Comment, theirs, limit=AT_ONCE):
            for comment_id in ids:
                await self._forget_comment(erased, comment_id)

    async def _forget_comment(self, erased: ErasedPerson, comment_id: str) -> None:
        for _ in range(_TRIES):
            following = await next_answer(self._store, comment_id)
            try:
                await self._committer.execute(ForgetComment(erased, comment_id, following))
            except AnswersChanged:
                continue
            self.watchdog.feed()
            return
        raise Unavailable("Other comments on the post change all the time.")

    async def _execute(self, commands: Iterable[Command]) -> None:
        await asyncio.gather(*(self._committer.execute(command) for command in commands))
        self.watchdog.feed()

    async def _ending_with(self, kind: type[Entity], person: str) -> AsyncIterator[list[str]]:
        """The ids of the things in front of the person's, where they did something with them."""
        last = ""
        while True:
            where: dict[str, Any] = {"$gt": last, "$regex": f":{re.escape(person)}$"}
            found = await self._store.find_ids(
                kind, {"_id": where}, sort=(("_id", 1),), limit=AT_ONCE, hint=(("_id", 1),)
            )
            self.watchdog.feed()
            if not found:
                return
            last = found[-1]
            yield [key.partition(":")[0] for key in found]
