"""Finds what posts keep of an erased person, and has it forgotten step by step.

It is spread over posts, comments and what they did with posts of others; each piece is changed by a
command of its own (`commands/erasures.py`). When and by whom that is done, and what a crash costs,
`shared/audience/erasures.py` tells.
"""

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
from shared.audience.erasures import AT_ONCE, Erasures
from shared.contract.errors import Unavailable
from shared.delivery.command import Command
from shared.web.quotas import DailyUse

# How often a comment is tried whose post gets other answers at the same moment.
_TRIES = 5


class PostsErasures(Erasures):
    """The loop that forgets people in the posts service."""

    async def _forget(self, erased: ErasedPerson, person: str) -> bool:
        await self._forget_posts(erased, person)
        async for ids in self._ending_with(Engagement, person):
            for post_id in ids:
                await self._forget_comments(erased, person, post_id)
            await self._execute([ForgetEngagement(erased, post_id) for post_id in ids])
        async for ids in self._ending_with(CommentReaction, person):
            await self._execute([ForgetCommentReaction(erased, comment_id) for comment_id in ids])
        await self._store.database.delete(DailyUse.collection, {"_id": person})
        return False  # nothing that is found may have to wait

    def _last_step(self, erasure: str) -> Command:
        return FinishForgetting(erasure)

    async def _forget_posts(self, erased: ErasedPerson, person: str) -> None:
        while ids := await self._store.find_ids(Post, {"author": person}, limit=AT_ONCE):
            await self._execute([ForgetPost(erased, post_id) for post_id in ids])

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
