"""Publish, edit and delete posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from services.posts.commands.context import about, enter, scene_reads
from services.posts.domain.audience import (
    Channel,
    Group,
    Member,
    Person,
    check_access,
    check_writable,
    member_found,
    place_reads,
    readers_of,
    resource,
)
from services.posts.domain.post import (
    MOST_EDITS,
    Post,
    PostChanged,
    PostContent,
    PostEditedTooOften,
    PostRevision,
    PostText,
    check_content,
    revision_id,
)
from shared.audience import EVERYONE
from shared.contract.access import Action
from shared.contract.events.posts import PostDeleted, PostEdited, PostPublished, PostState
from shared.contract.events.vocabulary import DeletionReason, Format, PostKind
from shared.contract.media import Media
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelNotFound
from shared.delivery.command import Changes, Found, Key, Occurred


class PostWithContent(NamedTuple):
    """A post and what it says: what the author gets back."""

    post: Post
    content: PostContent


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPost:
    """Makes a post visible to all who see its group.

    Attributes:
        principal: The author.
        post_id: The new post's.
        channel_id: Where.
        format: What it is made of.
        kind: What it is for.
        topics: What it is about, normalised.
        content: What it says.
    """

    principal: Principal
    post_id: str
    channel_id: str
    format: Format
    kind: PostKind
    topics: tuple[str, ...]
    content: PostContent

    def reads(self, found: Found) -> Iterator[Key]:
        """The channel, its group, the author and their membership, the group of everyone."""
        yield Post, self.post_id
        yield PostText, self.post_id
        yield Channel, self.channel_id
        yield Person, self.principal.pseudonym
        channel = found.get(Channel, self.channel_id)
        if channel is not None:
            yield from place_reads(channel.group_id, self.principal.pseudonym)
            yield Group, EVERYONE

    def decide(self, found: Found, now: datetime) -> Changes:
        """Published, with the audience of this moment."""
        group, channel, author = self._place(found)
        check_content(self.format, self.content)
        everyone = found.get(Group, EVERYONE)
        active = 0 if everyone is None else everyone.arrivals
        members, through = (0, 0) if group is None else (group.members, group.arrivals)
        post = Post(
            id=self.post_id,
            group_id=channel.group_id,
            channel_id=channel.id,
            readers=readers_of(channel.group_id, group),
            author_id=self.principal.person_id,
            author=self.principal.pseudonym,
            format=self.format,
            kind=self.kind,
            topics=self.topics,
            published_at=to_milliseconds(now),
            audience_size=members - author.counted_by(channel.group_id, through, active),
            audience_through=through,
            active_through=active,
        )
        event = PostPublished(
            **about(post),
            audience_size=post.audience_size,
            scheduled=False,
            asks_for_confirmation=False,
        )
        return Changes(
            reply=PostWithContent(post, self.content),
            put=(post, PostText(id=post.id, content=self.content)),
            events=(Occurred(event, self.principal.pseudonym),),
        )

    def _place(self, found: Found) -> tuple[Group | None, Channel, Member]:
        channel = found.get(Channel, self.channel_id)
        if channel is None:
            raise ChannelNotFound
        group = found.get(Group, channel.group_id)
        author = member_found(found, channel.group_id, self.principal.pseudonym)
        check_access(
            self.principal,
            Action.PUBLISH_NEWS if channel.kind == "news" else Action.PUBLISH_POST,
            resource(channel.group_id, group, author),
            hidden_as=ChannelNotFound,
        )
        check_writable(group, channel)
        return group, channel, author


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPost:
    """Changes what a post says or is about; what it said before stays in its history.

    Attributes:
        principal: Who edits.
        post_id: The post.
        title: The new one; None leaves it. The same for the others.
        text: Markdown source.
        media: References.
        topics: Normalised.
        versions: One of these it must be: those that the editor has read, if they say so.
    """

    principal: Principal
    post_id: str
    title: str | None = None
    text: str | None = None
    media: list[Media] | None = None
    topics: tuple[str, ...] | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with its text, and the place of its present version in the history."""
        yield from scene_reads(found, self.post_id, self.principal.pseudonym)
        yield PostText, self.post_id
        post = found.get(Post, self.post_id)
        if post is not None:
            yield PostRevision, revision_id(post.id, post.version)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Edited; nothing happens when nothing differs."""
        scene = enter(found, self.post_id, self.principal, Action.EDIT_POST)
        post, stored = scene.post, found.get(PostText, self.post_id)
        before = PostContent() if stored is None else stored.content
        check_version(self.expected, post.version)
        check_writable(scene.group, scene.channel)
        wanted = {"title": self.title, "text": self.text, "media": self.media}
        content = msgspec.structs.replace(
            before, **{name: value for name, value in wanted.items() if value is not None}
        )
        topics = post.topics if self.topics is None else self.topics
        if content == before and topics == post.topics:
            return Changes(reply=PostWithContent(post, before))
        check_content(post.format, content)
        if post.version > MOST_EDITS:
            raise PostEditedTooOften("Publish a new post that refers to this one.")
        edited = msgspec.structs.replace(
            post, topics=topics, edited_at=to_milliseconds(now), version=post.version + 1
        )
        revision = PostRevision(
            id=revision_id(post.id, post.version),
            post_id=post.id,
            version=post.version,
            content=before,
            topics=post.topics,
            replaced_at=to_milliseconds(now),
        )
        event = PostEdited(
            **about(edited),
            by_author=True,
            previous=PostState(format=post.format, kind=post.kind, topics=post.topics),
        )
        return Changes(
            reply=PostWithContent(edited, content),
            put=(edited, PostText(id=post.id, content=content), revision),
            events=(Occurred(event, self.principal.pseudonym),),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePost:
    """Removes a post: its texts, present and past, are gone; the head answers late requests.

    Attributes:
        principal: Who deletes: its author, or one who moderates.
        post_id: The post.
        versions: One of these it must be: those that they have read, if they say so.
    """

    principal: Principal
    post_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post, and every text that it ever had."""
        yield from scene_reads(found, self.post_id, self.principal.pseudonym)
        yield from removed_reads(found, self.post_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted; again is no mistake: the first answer may have been lost."""
        post = enter(found, self.post_id, self.principal, Action.DELETE_POST, deleted_too=True).post
        if post.deleted_at is not None:
            return Changes()
        check_version(self.expected, post.version)
        actor = self.principal.pseudonym
        reason: DeletionReason = "author" if post.author == actor else "moderation"
        return removed(post, reason, actor=actor, now=now)


def removed_reads(found: Found, post_id: str) -> Iterator[Key]:
    """A post, and every text that it ever had."""
    yield Post, post_id
    yield PostText, post_id
    post = found.get(Post, post_id)
    if post is not None:
        for version in range(1, post.version):
            yield PostRevision, revision_id(post.id, version)


def removed(post: Post, reason: DeletionReason, *, actor: str | None, now: datetime) -> Changes:
    """What the deletion of a post changes.

    The texts of its comments, of which there may be any number, go a moment later
    (`worker/cleanup.py`).

    Args:
        post: It is there.
        reason: Why it is deleted.
        actor: Who does it; None for the system.
        now: The time.
    """
    moment = to_milliseconds(now)
    event = PostDeleted(**about(post), reason=reason, previous="published")
    past = [(PostRevision, revision_id(post.id, version)) for version in range(1, post.version)]
    return Changes(
        put=(msgspec.structs.replace(post, deleted_at=moment, clearing_since=moment),),
        remove=[(PostText, post.id), *past],
        events=(Occurred(event, actor),),
    )


def check_version(read: frozenset[int] | None, now: int) -> None:
    """Raises `PostChanged` when somebody has read another version than there is."""
    if read is not None and now not in read:
        raise PostChanged("Read it again, and decide again.")
