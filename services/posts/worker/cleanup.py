"""Deletes what was in deleted groups, and the comments' texts of deleted posts, step by step.

The groups service tells that a group is gone with all that was in it. What posts keep of that are
posts: each is deleted by a command of its own, so that whoever follows the events hears of it and
takes it out of every figure. One process at a time does it, by a lease, because two would only do
everything twice. Correctness doesn't rest on the lease: a command looks at what is stored, what is
gone isn't found again, and marks on groups and posts stay until nothing is left, so a crash costs
nothing but time.

In the same rounds, and for the same reasons, it is looked again which comment answers a post first
whose first answer was deleted (`first_answers.py`).

Rejected: deleting when the deletion is heard. A group has any number of posts, and the transaction
of a flush would have to hold them all.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from services.posts.commands.cleanup import RemovePost
from services.posts.domain.audience import Group
from services.posts.domain.comment import Comment
from services.posts.domain.post import Post
from services.posts.worker.first_answers import FirstAnswers
from shared.contract.errors import Unavailable
from shared.delivery.command import SETTLED
from shared.delivery.committer import Committer
from shared.delivery.lease import Lease
from shared.delivery.mongo import EntityStore, why_unavailable
from shared.runtime.health import Watchdog
from shared.runtime.telemetry import Metrics, Outage

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between looks: how long a deleted group's posts may stay in figures
# Groups or posts in one look. As many posts are deleted side by side, in a few commits.
AT_ONCE = 100
_COMMENTS_AT_ONCE = 500  # in one statement: it holds their locks for some milliseconds
STUCK = 60.0  # seconds without a look that make the process count as stuck


class Cleanup:
    """The loop that deletes, while its lease is held.

    Args:
        store: The posts service's database.
        committer: Executes the deletions.
        lease: The lease of the cleanup, which one process holds at a time.
        now: Gives the present time, in UTC.
        metrics: The process's metrics: rounds and failures are counted there.
    """

    def __init__(
        self,
        store: EntityStore,
        committer: Committer,
        lease: Lease,
        *,
        now: Callable[[], datetime],
        metrics: Metrics | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        self._runs = metrics.worker_runs.labels("posts", "clearing")
        self._failures = metrics.worker_failures.labels("posts", "clearing")
        self.watchdog = Watchdog(longest=STUCK)
        self._store = store
        self._committer = committer
        self._first_answers = FirstAnswers(store, committer, metrics)
        self._lease = lease
        self._now = now
        self._outage = Outage(log, "can't clear up what was deleted", first=PAUSE)

    async def run(self) -> None:
        """Works until it is cancelled."""
        async with self._lease.contending():
            while True:
                self.watchdog.feed()
                pause = await self._look() if self._lease.held else PAUSE
                if pause:
                    await asyncio.sleep(pause)

    async def _look(self) -> float:
        """Does what is due; returns how long to wait before the next look, 0 if there is more."""
        try:
            more = await self.clear()
            self._runs.inc()
            self._outage.over()
        except Unavailable as failure:
            self._failures.inc()
            return self._outage.failed(why_unavailable(failure))
        return 0.0 if more else PAUSE

    async def clear(self) -> bool:
        """Takes one step of everything that is due; tells whether more is due at once."""
        settled = self._now() - timedelta(seconds=SETTLED)
        more = False
        for group in await self._store.find(
            Group,
            {"clearing_since": {"$type": "date"}},
            sort=(("clearing_since", 1),),
            limit=AT_ONCE,
        ):
            more |= await self._empty(group, settled)
        gone = await self._store.find(
            Post,
            # Without the type the partial index isn't used: a look would read all posts there are.
            {"clearing_since": {"$type": "date", "$lt": settled}},
            sort=(("clearing_since", 1),),
            limit=AT_ONCE,
        )
        for post in gone:
            await self._forget_comments(post)
        more |= await self._first_answers.check(settled)
        return more or len(gone) == AT_ONCE

    async def _empty(self, group: Group, settled: datetime) -> bool:
        """Deletes some of a deleted group's posts; tells whether there may be more of them."""
        there = await self._store.find(
            Post, {"group_id": group.id, "deleted_at": None}, limit=AT_ONCE
        )
        if there:
            await self._remove(there)
            return len(there) == AT_ONCE
        since = group.clearing_since
        if since is not None and since < settled:
            await self._done(Group.collection, group.id, since)
        return False

    async def _remove(self, posts: Sequence[Post]) -> None:
        """Deletes posts, in as few commits as the committer makes of it."""
        done = await asyncio.gather(
            *(self._committer.execute(RemovePost(post.id)) for post in posts),
            return_exceptions=True,
        )
        for post, outcome in zip(posts, done, strict=True):
            if isinstance(outcome, Unavailable):
                raise outcome
            if isinstance(outcome, BaseException):  # one post must not stop all others
                self._failures.inc()
                log.error("a post can't be deleted", extra={"post": post.id}, exc_info=outcome)

    async def _forget_comments(self, post: Post) -> None:
        """Takes the texts of a deleted post's comments away; no event says so but the post's."""
        database = self._store.database
        with_text = {"post_id": post.id, "text": {"$ne": ""}}
        while comments := await self._store.find(Comment, with_text, limit=_COMMENTS_AT_ONCE):
            ids = [comment.id for comment in comments]
            statement = {"q": {"_id": {"$in": ids}}, "u": {"$set": {"text": ""}}, "multi": True}
            await database.update(Comment.collection, [statement])
            self.watchdog.feed()
        since = post.clearing_since
        assert since is not None  # it was asked for
        await self._done(Post.collection, post.id, since)

    async def _done(self, collection: str, marked_id: str, since: datetime) -> None:
        """Takes the mark away, unless another moment is written there since."""
        as_seen = {"_id": marked_id, "clearing_since": since}
        done = {"q": as_seen, "u": {"$unset": {"clearing_since": ""}}}
        await self._store.database.update(collection, [done])
