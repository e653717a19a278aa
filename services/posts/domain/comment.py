"""Comments on posts, and replies to them: one level, so that a thread stays readable."""

from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace

from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.errors import Category, Refusal
from shared.contract.moments import to_milliseconds
from shared.contract.texts import says_something
from shared.delivery.command import Entity

LONGEST_COMMENT = 5_000  # characters


class Comment(Entity, frozen=True, kw_only=True):
    """A comment or a reply.

    Attributes:
        post_id: The post.
        group_id: The group of the post; here too, so that acts on the comment need one round of
            reads less.
        channel_id: The channel of the post; here for the same reason.
        parent_id: The comment that this replies to; None: it began a thread.
        place: Where it comes among the comments of the post, see `place`.
        author: The person who wrote it.
        author_human: That person is a human being; true in documents from before it was noted.
        former: Of an erased author, the one-off id under which what they did with the post goes on
            counting; None for everybody else.
        text: Markdown source; empty once deleted. A deleted comment keeps its place, so that
            replies keep theirs.
        added_at: When it was written, in milliseconds.
        edited_at: When its wording changed last; None: never.
        deleted_at: When it was deleted; None: it stands.
        version: Counts edits, from 1.
    """

    collection: ClassVar[str] = "comments"
    post_id: str
    group_id: str
    channel_id: str
    parent_id: str | None
    place: str
    author: str
    author_human: bool = True
    former: str | None = None
    text: str
    added_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is there, or gone."""
        return self.deleted_at or self.added_at

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted."""
        return self.deleted_at is not None

    @property
    def doer(self) -> str:
        """Under whose id it is noted what its author did with the post."""
        return self.former or self.author

    def forget_author(self, alias: str) -> "Comment":
        """Its author was erased: it is nobody's any more.

        Args:
            alias: The one-off id that everything of theirs on this post has.
        """
        return replace(self, author=FORMER_COLLEAGUE, former=alias)

    def edit(self, text: str, now: datetime) -> "Comment":
        """It says something else; the same comment where nothing differs.

        Raises:
            CommentEmpty: Nothing would be said.
        """
        check_text(text)
        if text == self.text:
            return self
        return replace(self, text=text, edited_at=to_milliseconds(now), version=self.version + 1)

    def delete(self, now: datetime) -> "Comment":
        """It is gone, and its place stays."""
        return replace(self, text="", deleted_at=to_milliseconds(now))

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `CommentChanged` unless it has one of these versions; None: any will do."""
        if expected is not None and self.version not in expected:
            raise CommentChanged("Read it again, and decide again.")


class CommentNotFound(Refusal):
    """The comment isn't there, or may not be seen: one answer for both."""

    category = Category.MISSING
    title = "There is no such comment"


class CommentDeleted(Refusal):
    """The comment was there, for those who were allowed to see it."""

    category = Category.MISSING
    title = "This comment was deleted"


class CommentEmpty(Refusal):
    """There would be nothing to read in the comment."""

    category = Category.INVALID
    title = "A comment needs a text"


class CommentChanged(Refusal):
    """If-Match named another version of the comment."""

    category = Category.STALE
    title = "The comment has changed since you read it"


class AnswersChanged(Refusal):
    """What was looked up of a post's answers isn't so any more: look again."""

    category = Category.CONFLICT
    title = "Other comments on the post changed at the same moment"


class ReplyToReply(Refusal):
    """It would be a second level of replies."""

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
