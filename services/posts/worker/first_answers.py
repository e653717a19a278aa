"""Looks again which comment answers a post first, after the first answer was deleted.

Whoever deletes the first answer names the next, looked up just before. Comments that are added at
the same moment don't change the post, so that look-up may miss an earlier comment; and the comment
that it names may be deleted by somebody who still saw another on the post. So the deletion marks
the post. As long as the mark stands, this worker looks once a second whether the post is right, and
has it corrected. A correction sets the mark anew. The mark goes once the post has been found right
at a moment when nobody could commit any more who still saw it as it was before.

Two workers that do it at the same time, or a worker that dies in between, do no harm: the
correction looks at what is stored, and does nothing where that is right; the mark goes only from a
post that is as it was seen.

Rejected: each post's first answers on its head. Nearly every comment would rewrite a document that
many read, for an error of some milliseconds after a deletion.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.posts.commands.first_answers import CorrectFirstAnswer
from services.posts.domain.post import Post
from services.posts.queries.comments import first_standing
from shared.contract.errors import Unavailable
from shared.delivery.committer import Committer
from shared.delivery.mongo import EntityStore
from shared.runtime.telemetry import Metrics

log = logging.getLogger(__name__)

# Posts of each sort in one look. A look at a post reads all its comments, so this bounds how long
# the other work of the loop waits. What is left comes with the next looks, the oldest first.
AT_ONCE = 100


class FirstAnswers:
    """Corrects which comment answers a post first.

    Args:
        store: The posts service's database.
        committer: Executes the corrections.
        metrics: The process's metrics: corrections that failed for a reason that nobody foresaw are
            counted there.
    """

    def __init__(self, store: EntityStore, committer: Committer, metrics: Metrics) -> None:
        self._store = store
        self._committer = committer
        self._failures = metrics.worker_failures.labels("posts", "clearing")

    async def check(self, settled: datetime) -> bool:
        """Takes one look at the posts that are marked; tells whether more of them are due at once.

        Args:
            settled: Nobody can commit any more who doesn't know of what was committed before this.

        Raises:
            Unavailable: The database doesn't answer; the marks stay.
        """
        due = await self._marked({"$lt": settled})
        # Apart, so that many that can't be done with yet don't hold up those that can.
        recent = await self._marked({"$gte": settled})
        done = [await self._check(post, settled) for post in (*due, *recent)]
        return len(due) == AT_ONCE and any(done)

    async def _marked(self, since: dict[str, Any]) -> Sequence[Post]:
        return await self._store.find(
            Post,
            {"answer_unsettled_since": {"$type": "date", **since}},  # the type: for the index
            sort=(("answer_unsettled_since", 1),),
            limit=AT_ONCE,
        )

    async def _check(self, post: Post, settled: datetime) -> bool:
        """Has a post corrected, or takes its mark away; tells whether it did either."""
        since = post.answer_unsettled_since
        assert since is not None  # it was asked for
        if post.deleted_at is None:
            first = await first_standing(self._store, post)
            if first != post.first_answer:
                return await self._correct(post, first)
        if since >= settled:
            return False
        as_seen = {
            "_id": post.id,
            "answer_unsettled_since": since,
            "first_answer": post.first_answer,
        }
        done = {"q": as_seen, "u": {"$unset": {"answer_unsettled_since": ""}}}
        await self._store.database.update(Post.collection, [done])
        return True

    async def _correct(self, post: Post, first: str | None) -> bool:
        try:
            outcome = await self._committer.execute(CorrectFirstAnswer(post.id, first))
        except Unavailable:
            raise
        except Exception:  # one post must not stop all others
            self._failures.inc()
            log.exception("can't say what answers a post first", extra={"post": post.id})
            return False
        return bool(outcome.event_ids)
