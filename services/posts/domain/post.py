"""Posts: what is stored of a post, what may be written into it, and what can go wrong with it.

A post is two documents. `Post` is the head: small, and all that a reaction or a view needs to know.
`PostText` is what people read; reactions, which outnumber everything else, never load it.
"""

import re
from datetime import datetime
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from shared.contract.erasures import FORMER_COLLEAGUE
from shared.contract.errors import Category, Refusal
from shared.contract.events.planned import PLANNED_WORDS
from shared.contract.events.vocabulary import Format, PostKind
from shared.contract.media import Media
from shared.contract.moments import to_milliseconds
from shared.contract.texts import says_something
from shared.delivery.command import Entity

LONGEST_TITLE = 200
LONGEST_TEXT = 20_000  # characters of Markdown: ten printed pages. More is a document, to be linked
# Every edit keeps the text before it, and deleting the post reads them all to remove them.
MOST_EDITS = 100

_OF_MEDIA = frozenset({"photo", "video", "audio", "document"})
NOT_YET = PLANNED_WORDS["Format"]
_LINK = re.compile(r"https?://[^\s/]", re.IGNORECASE)


class PostContent(msgspec.Struct, frozen=True, kw_only=True):
    """What a person writes.

    Attributes:
        title: One line; may be empty.
        text: Markdown source; may be empty.
        media: References to pictures, films and files, in the order in which they are shown.
    """

    title: str = ""
    text: str = ""
    media: list[Media] = msgspec.field(default_factory=list)


class Post(Entity, frozen=True, kw_only=True):
    """The head of a post.

    Attributes:
        group_id: The group that it was published in.
        channel_id: The channel of that group.
        readers: The group whose members read it, `EVERYONE` while its own group is open. Lists are
            ranges of an index that begins with it, so that what somebody may not read costs them
            nothing. It may be a moment old: rows are checked once more against the group itself.
        author: The person who wrote it.
        author_human: That person is a human being; true in documents from before it was noted.
        former: Of an erased author, the one-off id that their comments on it have too; None for
            everybody else.
        format: What it is made of: text, a photo, a link, ...
        kind: What it is for: news, a question, ...
        tags: What it is about, normalised; stored as `topics`.
        published_at: In milliseconds, as the database and every event about the post say it.
        audience_size: Active members of the group when it was published, without the author.
        audience_through: The number of the last who had come to the group, see `audience.py`.
        active_through: The number of the last who had become active on the platform.
        first_answer: The id of the comment that answers it: the first by a human being other than
            the author, among those that aren't deleted. None: nobody has answered.
        answer_unsettled_since: When another comment, or none, was named as its first answer because
            the one before was deleted; None once it is sure that no earlier one was missed, see
            `worker/first_answers.py`.
        edited_at: When what it says or is about changed last; None: never.
        deleted_at: Its text is gone; the head stays, so that a late reaction gets an honest answer.
        clearing_since: When it was deleted, until the texts of its comments are gone too; None when
            nothing is left.
        version: Counts edits, from 1.
    """

    collection: ClassVar[str] = "posts"
    group_id: str
    channel_id: str
    readers: str
    author: str
    author_human: bool = True
    former: str | None = None
    format: Format
    kind: PostKind
    tags: tuple[str, ...] = msgspec.field(name="topics")
    published_at: datetime
    audience_size: int
    audience_through: int
    active_through: int
    first_answer: str | None = None
    answer_unsettled_since: datetime | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    clearing_since: datetime | None = None
    version: int = 1

    @property
    def holds_since(self) -> datetime | None:
        """Since when it is there, or gone."""
        return self.deleted_at or self.published_at

    def recorded(self, moment: datetime, at: datetime) -> "Post":
        """What workers wait by is counted from now."""
        marks = {
            name: to_milliseconds(at)
            for name in ("answer_unsettled_since", "clearing_since")
            if getattr(self, name) == to_milliseconds(moment)
        }
        return replace(self, **marks) if marks else self

    def edit(
        self, before: PostContent, after: PostContent, tags: tuple[str, ...], now: datetime
    ) -> "tuple[Post, PostRevision]":
        """It says something else, or is about something else: the head, and what it was before.

        Args:
            before: The title, text and media that it has.
            after: The title, text and media that it gets.
            tags: The tags that it gets, normalised.
            now: The moment.

        Raises:
            PostEmpty: Nothing would be in it.
            PostIncomplete: Nothing of what its format is made of would be in it.
            PostEditedTooOften: The history of the post is full.
        """
        check_content(self.format, after)
        if self.version > MOST_EDITS:
            raise PostEditedTooOften("Publish a new post that refers to this one.")
        moment = to_milliseconds(now)
        revision = PostRevision(
            id=revision_id(self.id, self.version),
            post_id=self.id,
            version=self.version,
            content=before,
            tags=self.tags,
            replaced_at=moment,
        )
        return replace(self, tags=tags, edited_at=moment, version=self.version + 1), revision

    def delete(self, now: datetime) -> "Post":
        """It is gone; the texts of its comments are still to be cleared away."""
        moment = to_milliseconds(now)
        return replace(self, deleted_at=moment, clearing_since=moment)

    def forget_author(self, alias: str) -> "Post":
        """Its author was erased: it is nobody's any more.

        Args:
            alias: The one-off id that everything of theirs on this post has.
        """
        return replace(self, author=FORMER_COLLEAGUE, former=alias)

    def set_first_answer(self, first: str) -> "Post":
        """This comment answers it first."""
        return replace(self, first_answer=first)

    def correct_first_answer(self, first: str | None, now: datetime) -> "Post":
        """Another comment (or None) answers it first; for a while that is looked at again."""
        return replace(self, first_answer=first, answer_unsettled_since=to_milliseconds(now))

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raises `PostChanged` unless it has one of these versions; None: any will do."""
        if expected is not None and self.version not in expected:
            raise PostChanged("Read it again, and decide again.")


class PostText(Entity, frozen=True, kw_only=True):
    """What there is to read; its id is the post's.

    Attributes:
        content: The title, text and media of the present version.
    """

    collection: ClassVar[str] = "post_texts"
    content: PostContent


class PostRevision(Entity, frozen=True, kw_only=True):
    """What a version of a post said before it was edited.

    Attributes:
        post_id: The post.
        version: The version.
        content: The title, text and media of that version.
        tags: What it was about; stored as `topics`.
        replaced_at: When the next version took its place.
    """

    collection: ClassVar[str] = "post_revisions"
    post_id: str
    version: int
    content: PostContent
    tags: tuple[str, ...] = msgspec.field(name="topics")
    replaced_at: datetime


class PostNotFound(Refusal):
    """The post isn't there, or may not be seen: one answer for both."""

    category = Category.MISSING
    title = "There is no such post"


class PostDeleted(Refusal):
    """The post was there, for those who were allowed to see it."""

    category = Category.MISSING
    title = "This post was deleted"


class PostEmpty(Refusal):
    """There would be nothing to read, see or hear in the post."""

    category = Category.INVALID
    title = "A post needs a title, a text or media"


class PostIncomplete(Refusal):
    """The post lacks what its format is made of: a photo, a film, a recording, a file, a link."""

    category = Category.INVALID
    title = "The post lacks what its format is made of"


class FormatNotYet(Refusal):
    """A poll or an event: what makes one (choices, a time and place) can't be sent so far."""

    category = Category.INVALID
    title = "Posts of this format can't be published yet"


class PostChanged(Refusal):
    """If-Match named another version of the post."""

    category = Category.STALE
    title = "The post has changed since you read it"


class PostEditedTooOften(Refusal):
    """The history of the post is full."""

    category = Category.CONFLICT
    title = "This post has been edited too often"


def revision_id(post_id: str, version: int) -> str:
    """The id of what a version said."""
    return f"{post_id}:{version}"


def check_content(format_: Format, content: PostContent) -> None:
    """Checks that a post is what its format says.

    What a reference leads to is stored elsewhere and isn't looked at: a photo post has a reference,
    and its author says that it is one to a photo.

    Raises:
        PostEmpty: There is nothing in it.
        PostIncomplete: There is nothing of what its format is made of.
        FormatNotYet: It is a poll or an event.
    """
    if format_ in NOT_YET:
        raise FormatNotYet(f"A post of format `{format_}` has no parts of its own yet: use `text`.")
    if not (says_something(content.title) or says_something(content.text) or content.media):
        raise PostEmpty("Write something, or refer to a picture, film or file.")
    if format_ in _OF_MEDIA and not content.media:
        raise PostIncomplete(f"A post of format `{format_}` refers to at least one in `media`.")
    if format_ == "link" and not (content.media or _has_link(content)):
        raise PostIncomplete("Put a link (https://...) into the text, or a reference into `media`.")


def _has_link(content: PostContent) -> bool:
    return any(_LINK.search(text) for text in (content.title, content.text))
