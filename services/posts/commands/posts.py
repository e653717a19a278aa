"""Publish, edit and delete posts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from services.posts.commands import events
from services.posts.commands.context import enter_post, post_reads
from services.posts.commands.telling import occurred
from services.posts.domain.arrivals import Headcount, RecentArrivals
from services.posts.domain.audience import (
    Channel,
    Group,
    Member,
    Person,
    member_found,
    member_reads,
)
from services.posts.domain.post import (
    Post,
    PostContent,
    PostRevision,
    PostText,
    check_content,
    revision_id,
)
from services.posts.domain.visibility import (
    check_access,
    check_writable,
    content_resource,
    readers_of,
)
from shared.audience import EVERYONE
from shared.contract.access import Action
from shared.contract.events.vocabulary import DeletionReason, Format, PostKind
from shared.contract.media import Media
from shared.contract.moments import to_milliseconds
from shared.contract.principal import Principal
from shared.contract.refusals import ChannelNotFound
from shared.delivery.command import Changes, Found, Key


class PostWithContent(NamedTuple):
    """A post and what it says: what the author gets back.

    Attributes:
        post: The head of the post.
        text: The title, text and media of the post.
    """

    post: Post
    text: PostText


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPost:
    """Makes a post visible to all who see its group.

    Attributes:
        principal: The author.
        post_id: The id that the new post gets.
        channel_id: The channel that it is published in.
        format: What the post is made of: text, a photo, a link, ...
        kind: What the post is for: news, a question, ...
        tags: What the post is about, normalised.
        content: The title, text and media of the post.
        past: It is of before: who has come to the group since doesn't belong to its audience.
    """

    principal: Principal
    post_id: str
    channel_id: str
    format: Format
    kind: PostKind
    tags: tuple[str, ...]
    content: PostContent
    past: bool = False

    def reads(self, found: Found) -> Iterator[Key]:
        """The channel, its group, the author and their membership, the group of everyone."""
        yield Post, self.post_id
        yield PostText, self.post_id
        yield Channel, self.channel_id
        yield Person, self.principal.person_id
        channel = found.get(Channel, self.channel_id)
        if channel is not None:
            yield from member_reads(channel.group_id, self.principal.person_id)
            yield Group, EVERYONE
            if self.past:
                yield RecentArrivals, channel.group_id

    def rests_on(self, found: Found) -> datetime | None:
        """Since when the audience is what it is."""
        channel = found.get(Channel, self.channel_id)
        group = None if channel is None else found.get(Group, channel.group_id)
        if group is None:
            return None
        recent = self._recent(found, group)
        return group.members_since if recent is None else recent.exact_since

    def stands_anyway(self, found: Found) -> bool:
        """Whether the post is there."""
        return found.get(Post, self.post_id) is not None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Published, with the audience of this moment."""
        group, channel, author = self._enter(found)
        check_content(self.format, self.content)
        members, through = self._headcount(found, group, now)
        active = through if channel.group_id == EVERYONE else _active(found)
        post = Post(
            id=self.post_id,
            group_id=channel.group_id,
            channel_id=channel.id,
            readers=readers_of(channel.group_id, group),
            author=self.principal.person_id,
            author_human=self.principal.human,
            format=self.format,
            kind=self.kind,
            tags=self.tags,
            published_at=to_milliseconds(now),
            audience_size=members - author.counted_by(channel.group_id, through, active),
            audience_through=through,
            active_through=active,
        )
        text = PostText(id=post.id, content=self.content)
        return Changes(
            reply=PostWithContent(post, text),
            put=(post, text),
            events=(occurred(events.post_published(post), post, group, post.author),),
        )

    def shown_reads(self, found: Found, reply: PostWithContent) -> Iterable[Key]:
        """The post with its context."""
        return post_reads(found, reply.post.id, self.principal.person_id)

    def check_shown(self, found: Found, reply: PostWithContent) -> None:
        """To whom may read the post."""
        enter_post(found, reply.post.id, self.principal, Action.READ_POST)

    def _headcount(self, found: Found, group: Group | None, now: datetime) -> Headcount:
        if group is None:
            return Headcount(0, 0)
        recent = self._recent(found, group)
        if recent is None:
            return Headcount(group.members, group.arrivals)
        return recent.headcount(group, now)

    def _recent(self, found: Found, group: Group) -> RecentArrivals | None:
        return found.get(RecentArrivals, group.id) if self.past else None

    def _enter(self, found: Found) -> tuple[Group | None, Channel, Member]:
        channel = found.get(Channel, self.channel_id)
        if channel is None:
            raise ChannelNotFound
        group = found.get(Group, channel.group_id)
        author = member_found(found, channel.group_id, self.principal.person_id)
        check_access(
            self.principal,
            Action.PUBLISH_NEWS if channel.kind == "news" else Action.PUBLISH_POST,
            content_resource(channel.group_id, group, author),
            hidden_as=ChannelNotFound,
        )
        check_writable(group, channel)
        return group, channel, author


def _active(found: Found) -> int:
    """The number of the last person who has become active on the platform."""
    everyone = found.get(Group, EVERYONE)
    return 0 if everyone is None else everyone.arrivals


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPost:
    """Changes what a post says or is about; what it said before stays in its history.

    Attributes:
        principal: The person who edits.
        post_id: The post.
        title: The new title; None leaves the one that there is.
        text: The new Markdown source; None leaves it.
        media: The new references; None leaves them.
        tags: What the post is to be about, normalised; None leaves that.
        expected: The versions that the editor has read, of which the post must be at one; None:
            any will do.
    """

    principal: Principal
    post_id: str
    title: str | None = None
    text: str | None = None
    media: list[Media] | None = None
    tags: tuple[str, ...] | None = None
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post with its text, and the place of its present version in the history."""
        yield from post_reads(found, self.post_id, self.principal.person_id)
        yield PostText, self.post_id
        post = found.get(Post, self.post_id)
        if post is not None:
            yield PostRevision, revision_id(post.id, post.version)

    def rests_on(self, found: Found) -> datetime | None:
        """Since when it says what is there to be edited."""
        post = found.get(Post, self.post_id)
        return None if post is None else post.edited_at

    def decide(self, found: Found, now: datetime) -> Changes:
        """Edited; nothing happens when nothing differs."""
        context = enter_post(found, self.post_id, self.principal, Action.EDIT_POST)
        post, stored = context.post, found.get(PostText, self.post_id)
        post.check_version(self.expected)
        context.check_writable()
        before = PostContent() if stored is None else stored.content
        content = self._applied_to(before)
        tags = post.tags if self.tags is None else self.tags
        if content == before and tags == post.tags:
            return Changes(reply=PostWithContent(post, PostText(id=post.id, content=before)))
        edited, revision = post.edit(before, content, tags, now)
        text = PostText(id=post.id, content=content)
        return Changes(
            reply=PostWithContent(edited, text),
            put=(edited, text, revision),
            events=(context.occurred(events.post_edited(post, edited)),),
        )

    def _applied_to(self, before: PostContent) -> PostContent:
        wanted = {"title": self.title, "text": self.text, "media": self.media}
        return replace(
            before, **{name: value for name, value in wanted.items() if value is not None}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePost:
    """Removes a post: its texts, present and past, are gone; the head answers late requests.

    Attributes:
        principal: The person who deletes: its author, or one who moderates.
        post_id: The post.
        expected: The versions that the person has read, of which the post must be at one; None:
            any will do.
    """

    principal: Principal
    post_id: str
    expected: frozenset[int] | None = None

    def reads(self, found: Found) -> Iterator[Key]:
        """The post, and every text that it ever had."""
        yield from post_reads(found, self.post_id, self.principal.person_id)
        yield from deletion_reads(found, self.post_id)

    def decide(self, found: Found, now: datetime) -> Changes:
        """Deleted; again is no mistake: the first answer may have been lost."""
        context = enter_post(
            found, self.post_id, self.principal, Action.DELETE_POST, deleted_too=True
        )
        post = context.post
        if post.deleted_at is not None:
            return Changes()
        post.check_version(self.expected)
        reason: DeletionReason = "author" if post.author == context.actor else "moderation"
        return deletion(post, context.group, reason, actor=context.actor, now=now)


def deletion_reads(found: Found, post_id: str) -> Iterator[Key]:
    """A post, and every text that it ever had."""
    yield Post, post_id
    yield PostText, post_id
    post = found.get(Post, post_id)
    if post is not None:
        for version in range(1, post.version):
            yield PostRevision, revision_id(post.id, version)


def deletion(
    post: Post, group: Group | None, reason: DeletionReason, *, actor: str | None, now: datetime
) -> Changes:
    """What the deletion of a post changes.

    The texts of its comments, of which there may be any number, go a moment later
    (`worker/cleanup.py`).

    Args:
        post: The post, which isn't deleted yet.
        group: What is known of its group; None: nothing has been heard of it.
        reason: Why it is deleted.
        actor: The id of the person who deletes; None for the system.
        now: The moment.
    """
    past = [(PostRevision, revision_id(post.id, version)) for version in range(1, post.version)]
    return Changes(
        put=(post.delete(now),),
        remove=[(PostText, post.id), *past],
        events=(occurred(events.post_deleted(post, reason), post, group, actor),),
    )
