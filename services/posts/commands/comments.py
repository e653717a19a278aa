"""Comment on posts, reply to comments, edit and delete them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from services.posts.commands.context import (
    about_act,
    act_reads,
    comment_reads,
    enter,
    enter_comment,
)
from services.posts.domain.audience import Person, check_writable, member_found, place_reads
from services.posts.domain.comment import (
    AnswersChanged,
    Comment,
    CommentChanged,
    check_parent,
    check_text,
    place,
)
from services.posts.domain.engagement import Engagement, begin, engagement_id, firsts
from shared.contract.access import Action
from shared.contract.events.responses import CommentAdded, CommentDeleted, CommentEdited
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.delivery.command import Changes, Entity, Found, Key, Occurred


@dataclass(frozen=True, slots=True, kw_only=True)
class AddComment:
    """Comments on a post, or replies to a comment on it.

    Attributes:
        principal: Who comments.
        comment_id: The new comment's.
        post_id: The post.
        text: Markdown source.
        parent_id: The comment that this replies to.
    """

    principal: Principal
    comment_id: str
    post_id: str
    text: str
    parent_id: str | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The scene, what the person has done before, and the comment that is replied to."""
        yield Comment, self.comment_id
        if self.parent_id is not None:
            yield Comment, self.parent_id
        yield from act_reads(found, self.post_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Added. The first answer by somebody else is noted on the post, as long as it stands."""
        actor = self.principal.pseudonym
        post, member, group, channel = enter(found, self.post_id, self.principal, Action.COMMENT)
        check_writable(group, channel)
        check_text(self.text)
        parent = None
        if self.parent_id is not None:
            parent = check_parent(found.get(Comment, self.parent_id), post.id)
        comment = Comment(
            id=self.comment_id,
            post_id=post.id,
            group_id=post.group_id,
            channel_id=post.channel_id,
            parent_id=self.parent_id,
            place=place(self.comment_id, self.parent_id),
            author_id=self.principal.person_id,
            author=actor,
            text=self.text,
            added_at=to_milliseconds(now),
        )
        key = engagement_id(post.id, actor)
        before = found.get(Engagement, key)
        after = begin(before, key, now)
        after = msgspec.structs.replace(after, comments=after.comments + 1)
        first_response = post.first_answer is None and actor != post.author
        put: list[Entity] = [comment, after]
        if first_response:
            put.append(msgspec.structs.replace(post, first_answer=comment.id))
        first_view, first_interaction, was_interacting = firsts(before)
        event = CommentAdded(
            **about_act(post, member, actor),
            first_view=first_view,
            first_interaction=first_interaction,
            was_interacting=was_interacting,
            comment_id=comment.id,
            comment_author=actor,
            first_response=first_response,
            parent_id=self.parent_id,
            parent_author=None if parent is None else parent.author,
        )
        return Changes(reply=comment, put=put, events=(Occurred(event, actor),))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditComment:
    """Changes the wording of a comment.

    Attributes:
        principal: Who edits.
        comment_id: The comment.
        text: Markdown source.
        versions: One of these it must be: those that the editor has read, if they say so.
    """

    principal: Principal
    comment_id: str
    text: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment and the scene around its post."""
        return comment_reads(found, self.comment_id, self.principal.pseudonym)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Edited; nothing happens when nothing differs."""
        actor = self.principal.pseudonym
        comment, scene = enter_comment(found, self.comment_id, self.principal, Action.EDIT_COMMENT)
        check_version(self.expected, comment.version)
        check_writable(scene.group, scene.channel)
        check_text(self.text)
        if self.text == comment.text:
            return Changes(reply=comment)
        edited = msgspec.structs.replace(
            comment, text=self.text, edited_at=to_milliseconds(now), version=comment.version + 1
        )
        event = CommentEdited(
            **about_act(scene.post, scene.member, actor),
            comment_id=comment.id,
            comment_author=comment.author,
        )
        return Changes(reply=edited, put=(edited,), events=(Occurred(event, actor),))


class NextAnswer(NamedTuple):
    """What answers a post first when its first answer is gone.

    Attributes:
        comment_id: None where nobody else has answered.
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
        principal: Who deletes: its author, or one who moderates.
        comment_id: The comment.
        next_answer: Needed if it is the post's first answer.
        versions: One of these it must be: those that they have read, if they say so.
    """

    principal: Principal
    comment_id: str
    next_answer: NextAnswer | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The comment, the scene around its post, and what its author has done with that."""
        yield from comment_reads(found, self.comment_id, self.principal.pseudonym)
        if self.next_answer is not None and self.next_answer.comment_id is not None:
            yield Comment, self.next_answer.comment_id
        comment = found.get(Comment, self.comment_id)
        if comment is not None:
            yield Engagement, engagement_id(comment.post_id, comment.author)
            yield Person, comment.author
            yield from place_reads(comment.group_id, comment.author)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted; again is no mistake. The event is about its author, whoever deletes."""
        actor = self.principal.pseudonym
        comment, scene = enter_comment(
            found, self.comment_id, self.principal, Action.DELETE_COMMENT, deleted_too=True
        )
        if comment.deleted_at is not None:
            return Changes()
        check_version(self.expected, comment.version)
        put: list[Entity] = [
            msgspec.structs.replace(comment, text="", deleted_at=to_milliseconds(now))
        ]
        before = found.get(Engagement, engagement_id(comment.post_id, comment.author))
        after = before
        if before is not None:
            after = msgspec.structs.replace(before, comments=before.comments - 1)
            put.append(after)
        author = member_found(found, comment.group_id, comment.author)
        answers, heir = scene.post.first_answer == comment.id, None
        if answers:
            heir = self._heir(found)
            first_answer = None if heir is None else heir.id
            put.append(
                msgspec.structs.replace(
                    scene.post,
                    first_answer=first_answer,
                    answer_unsettled_since=to_milliseconds(now),
                )
            )
        event = CommentDeleted(
            # As `comment.added` said it: who sums up what began and what ended must find the same.
            **about_act(scene.post, author, comment.author),
            still_interacting=after is not None and after.interacting,
            comment_id=comment.id,
            comment_author=comment.author,
            commented_at=comment.added_at,
            by_author=comment.author == actor,
            previous="published",
            first_response=answers,
            first_response_at=None if heir is None else heir.added_at,
        )
        return Changes(put=put, events=(Occurred(event, actor),))

    def _heir(self, found: Found) -> Comment | None:
        """The comment that answers the post first from now on.

        Raises:
            AnswersChanged: The comment wasn't the first answer when that was looked up, or the next
                one is gone since.
        """
        if self.next_answer is None:
            raise AnswersChanged
        if self.next_answer.comment_id is None:
            return None
        heir = found.get(Comment, self.next_answer.comment_id)
        if heir is None or heir.deleted_at is not None:
            raise AnswersChanged
        return heir


def check_version(read: frozenset[int] | None, now: int) -> None:
    """Raises `CommentChanged` when somebody has read another version than there is."""
    if read is not None and now not in read:
        raise CommentChanged("Read it again, and decide again.")
