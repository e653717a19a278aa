"""Comment on posts, reply to comments, edit and delete them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from services.posts.commands import events
from services.posts.commands.context import (
    comment_reads,
    engagement_reads,
    enter_comment,
    enter_post,
)
from services.posts.domain.audience import Person, member_found, member_reads
from services.posts.domain.comment import (
    AnswersChanged,
    Comment,
    check_parent,
    check_text,
    place,
)
from services.posts.domain.engagement import Engagement, engagement_id
from services.posts.domain.post import Post
from shared.contract.access import Action
from shared.contract.ids import moment_of
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Entity, Found, Key


class AddedComment(NamedTuple):
    """A comment was added.

    Attributes:
        comment: The comment.
        mine: All that its author has done with the post by now.
    """

    comment: Comment
    mine: Engagement


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    """Comments on a post, or replies to a comment on it.

    Attributes:
        principal: The person who comments.
        comment_id: The id that the new comment gets.
        post_id: The post.
        text: Markdown source.
        parent_id: The comment that this replies to; None: it begins a thread.
    """

    principal: Principal
    comment_id: str
    post_id: str
    text: str
    parent_id: str | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with its context, what the person has done with it, and what is replied to."""
        yield Comment, self.comment_id
        if self.parent_id is not None:
            yield Comment, self.parent_id
        yield from engagement_reads(found, self.post_id, self.principal.person_id)

    def rests_on(self, found: Found) -> datetime | None:
        """When the post was answered first: no comment of before can come in front of that."""
        post = found.get(Post, self.post_id)
        return None if post is None or post.first_answer is None else moment_of(post.first_answer)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added. The first answer by another human being is noted on the post while it stands."""
        context = enter_post(found, self.post_id, self.principal, Action.COMMENT)
        context.check_writable()
        check_text(self.text)
        parent = None
        if self.parent_id is not None:
            parent = check_parent(found.get(Comment, self.parent_id), self.post_id)
        post, actor = context.post, context.actor
        comment = Comment(
            id=self.comment_id,
            post_id=post.id,
            group_id=post.group_id,
            channel_id=post.channel_id,
            parent_id=self.parent_id,
            place=place(self.comment_id, self.parent_id),
            author=actor,
            author_human=context.human,
            text=self.text,
            added_at=to_milliseconds(now),
        )
        before = context.engagement(found)
        after = before.comment(now)
        put: list[Entity] = [comment, after]
        answers = post.first_answer is None and actor != post.author and context.human
        if answers:
            put.append(post.set_first_answer(comment.id))
        event = events.comment_added(context, comment, parent, before, first_response=answers)
        reply = AddedComment(comment=comment, mine=after)
        return Changes(reply=reply, put=put, events=(context.occurred(event, comment, parent),))

    def shown_reads(self, found: Found, reply: AddedComment) -> Iterable[Key]:
        """The comment, and its post with its context."""
        return comment_reads(found, reply.comment.id, self.principal.person_id)

    def check_shown(self, found: Found, reply: AddedComment) -> None:
        """To whom may read the comment."""
        enter_comment(found, reply.comment.id, self.principal, Action.READ_POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditComment:
    """Changes the wording of a comment.

    Attributes:
        principal: The person who edits.
        comment_id: The comment.
        text: Markdown source.
        expected: The versions that the editor has read, of which the comment must be at one; None:
            any will do.
    """

    principal: Principal
    comment_id: str
    text: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment, and its post with its context."""
        return comment_reads(found, self.comment_id, self.principal.person_id)

    def rests_on(self, found: Found) -> datetime | None:
        """Since when it says what is there to be edited."""
        comment = found.get(Comment, self.comment_id)
        return None if comment is None else comment.edited_at

    def decide(self, found: Found, now: datetime) -> Changes:
        """Edited; nothing happens when nothing differs."""
        comment, context = enter_comment(
            found, self.comment_id, self.principal, Action.EDIT_COMMENT
        )
        comment.check_version(self.expected)
        context.check_writable()
        edited = comment.edit(self.text, now)
        if edited is comment:
            return Changes(reply=comment)
        event = events.comment_edited(context, edited)
        return Changes(reply=edited, put=(edited,), events=(context.occurred(event, edited),))


class NextAnswer(NamedTuple):
    """What answers a post first when its first answer is gone.

    Attributes:
        comment_id: The comment; None where no other human being has answered.
    """

    comment_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteComment:
    """Removes a comment; its place stays, so that replies keep theirs.

    Who deletes a post's first answer says which is the next: looked up just before, by an index
    that a command can't ask. A comment that is added between the two can be missed, so the post is
    marked; a worker looks again, every second until nothing can be missed any more, and says so
    where another one is the first (`worker/first_answers.py`). So long, a second after the missed
    comment as a rule, the post counts as answered later than it was, or not at all.

    Attributes:
        principal: The person who deletes: its author, or one who moderates.
        comment_id: The comment.
        next_answer: What answers the post first since; None: the comment isn't what does so now.
        expected: The versions that the person has read, of which the comment must be at one; None:
            any will do.
    """

    principal: Principal
    comment_id: str
    next_answer: NextAnswer | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment, its post with its context, and what its author has done with that."""
        yield from comment_reads(found, self.comment_id, self.principal.person_id)
        if self.next_answer is not None and self.next_answer.comment_id is not None:
            yield Comment, self.next_answer.comment_id
        comment = found.get(Comment, self.comment_id)
        if comment is not None:
            yield Engagement, engagement_id(comment.post_id, comment.doer)
            yield Person, comment.author
            yield from member_reads(comment.group_id, comment.author)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted; again is no mistake. The event is about its author, whoever deletes."""
        comment, context = enter_comment(
            found, self.comment_id, self.principal, Action.DELETE_COMMENT, deleted_too=True
        )
        if comment.deleted_at is not None:
            return Changes()
        comment.check_version(self.expected)
        put: list[Entity] = [comment.delete(now)]
        # The engagement of its author, whoever deletes.
        engagement = found.get(Engagement, engagement_id(comment.post_id, comment.doer))
        if engagement is not None:
            engagement = engagement.take_back_comment(now)
            put.append(engagement)
        answers, heir = context.post.first_answer == comment.id, None
        if answers:
            heir = heir_of(found, self.next_answer)
            first_answer = None if heir is None else heir.id
            put.append(context.post.correct_first_answer(first_answer, now))
        event = events.comment_deleted(
            context,
            comment,
            member_found(found, comment.group_id, comment.author),
            still_interacting=engagement is not None and engagement.interacting,
            first_response=answers,
            next_response=heir,
        )
        return Changes(put=put, events=(context.occurred(event, comment),))


def heir_of(found: Found, next_answer: NextAnswer | None) -> Comment | None:
    """The comment that answers a post first once the one that does so now is gone.

    Args:
        found: What was read, that comment among it.
        next_answer: What was looked up; None: that the comment isn't what answers first.

    Raises:
        AnswersChanged: The comment wasn't the first answer when that was looked up, or the next
            comment is gone since.
    """
    if next_answer is None:
        raise AnswersChanged
    if next_answer.comment_id is None:
        return None
    heir = found.get(Comment, next_answer.comment_id)
    if heir is None or heir.deleted_at is not None:
        raise AnswersChanged
    return heir
