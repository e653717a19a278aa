"""Forget erased people: no person asks, so nothing here checks access.

Each command is one bounded step, and safe to repeat: it looks whether there is something of the
person still. What was decided by the person's own id before is decided by a one-off id afterwards,
which everything of theirs on one post shares: so sums stay what they are, and no two posts tell
that they were one person's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace

from services.posts.commands import events
from services.posts.commands.comments import NextAnswer, heir_of
from services.posts.commands.context import PostContext
from services.posts.commands.posts import deletion, deletion_reads
from services.posts.commands.telling import occurred
from services.posts.domain.audience import Group, Member
from services.posts.domain.comment import Comment
from services.posts.domain.engagement import (
    CommentReaction,
    Engagement,
    comment_reaction_id,
    engagement_id,
)
from services.posts.domain.post import Post
from shared.audience import ErasedPerson
from shared.contract.events.erasures import PostsPersonForgotten
from shared.delivery.command import Changes, Entity, Found, Key, Occurred

_NOBODY = Member(None, None)


@dataclass(frozen=True, slots=True)
class ForgetPost:
    """A post of an erased person goes, or stays as nobody's.

    Attributes:
        erased: The person.
        post_id: The post.
    """

    erased: ErasedPerson
    post_id: str

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with every text that it ever had, and its group."""
        yield from deletion_reads(found, self.post_id)
        post = found.get(Post, self.post_id)
        if post is not None:
            yield Group, post.group_id

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted as by its author, by an event that doesn't name them any more."""
        post = found.get(Post, self.post_id)
        if post is None or post.author != self.erased.person:
            return Changes()
        former = post.forget_author(self.erased.alias(post.id))
        if self.erased.texts == "deleted" and post.deleted_at is None:
            group = found.get(Group, post.group_id)
            return deletion(former, group, "author", actor=None, now=now)
        return Changes(put=(former,))


@dataclass(frozen=True, slots=True)
class ForgetComment:
    """A comment of an erased person goes, or stays as nobody's.

    Attributes:
        erased: The person.
        comment_id: The comment.
        next_answer: What answers the post first once it is gone; None: it isn't what does so now.
    """

    erased: ErasedPerson
    comment_id: str
    next_answer: NextAnswer | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment, its post and group, and what its author has done with the post."""
        yield Comment, self.comment_id
        if self.next_answer is not None and self.next_answer.comment_id is not None:
            yield Comment, self.next_answer.comment_id
        comment = found.get(Comment, self.comment_id)
        if comment is not None:
            yield Post, comment.post_id
            yield Group, comment.group_id
            yield Engagement, engagement_id(comment.post_id, comment.author)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted as by its author, by an event that doesn't name them any more.

        Raises:
            AnswersChanged: Another comment answers the post first than was looked up.
        """
        comment = found.get(Comment, self.comment_id)
        if comment is None or comment.author != self.erased.person:
            return Changes()
        former = comment.forget_author(self.erased.alias(comment.post_id))
        if self.erased.texts == "kept" or comment.deleted_at is not None:
            return Changes(put=(former,))
        post = found.get(Post, comment.post_id)
        if post is None or post.deleted_at is not None:
            return Changes(put=(former.delete(now),))
        return self._deletion(found, former, post, now)

    def _deletion(self, found: Found, comment: Comment, post: Post, now: datetime) -> Changes:
        put: list[Entity] = [comment.delete(now)]
        own, _ = self.erased.doers(post.id)
        engagement = found.get(Engagement, engagement_id(post.id, own))
        if engagement is not None:
            engagement = engagement.take_back_comment(now)
            put.append(engagement)
        answers, heir = post.first_answer == comment.id, None
        if answers:
            heir = heir_of(found, self.next_answer)
            put.append(post.correct_first_answer(None if heir is None else heir.id, now))
        context = PostContext(post, comment.author, comment.author_human, _NOBODY, None, None)
        event = events.comment_deleted(
            context,
            comment,
            _NOBODY,
            still_interacting=engagement is not None and engagement.interacting,
            first_response=answers,
            next_response=heir,
        )
        told = occurred(event, post, found.get(Group, post.group_id), comment=comment)
        return Changes(put=put, events=(told,))


@dataclass(frozen=True, slots=True)
class ForgetEngagement:
    """What an erased person did with a post goes on counting under a one-off id.

    Attributes:
        erased: The person.
        post_id: The post.
    """

    erased: ErasedPerson
    post_id: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """What is there under the person's id, and what under the other."""
        return iter(self._keys())

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """One goes and the other comes in one commit, so nothing is counted twice or lost."""
        (_, before), (_, after) = self._keys()
        engagement = found.get(Engagement, before)
        if engagement is None:
            return Changes()
        moved = replace(engagement, id=after, recent=())
        return Changes(put=(moved,), remove=((Engagement, before),))

    def _keys(self) -> tuple[tuple[type[Engagement], str], tuple[type[Engagement], str]]:
        doers = self.erased.doers(self.post_id)
        own, other = (engagement_id(self.post_id, doer) for doer in doers)
        return (Engagement, own), (Engagement, other)


@dataclass(frozen=True, slots=True)
class ForgetCommentReaction:
    """The reaction of an erased person to a comment goes on counting under a one-off id.

    Attributes:
        erased: The person.
        comment_id: The comment.
    """

    erased: ErasedPerson
    comment_id: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """What is there under the person's id, and what under the other."""
        return iter(self._keys())

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        """One goes and the other comes in one commit."""
        (_, before), (_, after) = self._keys()
        reaction = found.get(CommentReaction, before)
        if reaction is None:
            return Changes()
        moved = replace(reaction, id=after)
        return Changes(put=(moved,), remove=((CommentReaction, before),))

    def _keys(self) -> tuple[tuple[type[CommentReaction], str], tuple[type[CommentReaction], str]]:
        doers = self.erased.doers(self.comment_id)
        own, other = (comment_reaction_id(self.comment_id, doer) for doer in doers)
        return (CommentReaction, own), (CommentReaction, other)


@dataclass(frozen=True, slots=True)
class FinishForgetting:
    """Says that nothing here names a person any more; once, however often asked.

    Attributes:
        erasure: The id of the erasure.
    """

    erasure: str

    def reads(self, found: Found) -> Iterator[Key]:  # noqa: ARG002
        """What is known of the erasure."""
        yield ErasedPerson, self.erasure

    def decide(self, found: Found, now: datetime) -> Changes:
        """With it goes the last that named them."""
        erased = found.get(ErasedPerson, self.erasure)
        if erased is None or erased.person is None:
            return Changes()
        told = Occurred(PostsPersonForgotten(erasure=self.erasure))
        return Changes(put=(erased.forgotten(now),), events=(told,))
