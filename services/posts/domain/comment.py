"""Comments on posts, and replies to them: one level, so that a thread stays readable."""

from datetime import datetime
from typing import ClassVar

from shared.contract.errors import Category, Refusal
from shared.contract.texts import says_something
from shared.delivery.command import Entity

LONGEST_COMMENT = 5_000  # characters


class Comment(Entity, frozen=True, kw_only=True):
    """A comment or a reply.

    Attributes:
        group_id: The post's; here too, so that acts on the comment need one round of reads less.
        channel_id: The post's; the same.
        parent_id: The comment that this replies to.
        author_id: Whose it is.
        author: The pseudonym of that person.
        place: Where it comes among the comments of the post, see `place`.
        text: Markdown source; empty once deleted. A deleted comment keeps its place, so that
            replies keep theirs.
        version: Counts edits, from 1.
    """

    collection: ClassVar[str] = "comments"
    post_id: str
    group_id: str
    channel_id: str
    parent_id: str | None
    place: str
    author_id: str
    author: str
    text: str
    added_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1


class CommentNotFound(Refusal):
    """It isn't there, or may not be seen."""

    category = Category.MISSING
    title = "There is no such comment"


class CommentDeleted(Refusal):
    """It was there, for those who were allowed to see it."""

    category = Category.MISSING
    title = "This comment was deleted"


class CommentEmpty(Refusal):
    """Nothing to read."""

    category = Category.INVALID
    title = "A comment needs a text"


class CommentChanged(Refusal):
    """If-Match named another version."""

    category = Category.STALE
    title = "The comment has changed since you read it"


class AnswersChanged(Refusal):
    """What was looked up of a post's answers isn't so any more: look again."""

    category = Category.CONFLICT
    title = "Other comments on the post changed at the same moment"


class ReplyToReply(Refusal):
    """A second level of replies."""

    category = Category.INVALID
    title = "A reply can't be replied to"


def place(comment_id: str, parent_id: str | None) -> str:
    """What comments are sorted by: threads from old to new, each followed by its replies.

    One list can be paged through and drawn as it comes; ids grow with time.
    """
    return f"{comment_id}/" if parent_id is None else f"{parent_id}/{comment_id}"


def check_text(text: str) -> None:
    """Raises `CommentEmpty` when nothing is said."""
    if not says_something(text):
        raise CommentEmpty("Write something.")


def check_parent(parent: Comment | None, post_id: str) -> Comment:
    """The comment that a reply goes to; raises when this one of this post can't be replied to."""
    if parent is None or parent.post_id != post_id:
        raise CommentNotFound("The comment that you reply to isn't one of this post.")
    if parent.deleted_at is not None:
        raise CommentDeleted("The comment that you reply to was deleted.")
    if parent.parent_id is not None:
        raise ReplyToReply("Reply to the comment that started the thread.")
    return parent
