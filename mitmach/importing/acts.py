"""What can have happened: the platform's own neutral format, in which every source is told.

One act is one line of JSON: `at`, `kind`, and what the kind needs. Ids are those of the source, as
it has them; each kind of thing (people, groups, channels, posts, comments) has ids of its own.
"""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from shared.contract.events.vocabulary import (
    AccountKind,
    ChannelKind,
    Format,
    GroupKind,
    MemberRole,
    PostKind,
    ReactionKind,
    Visibility,
)

SourceId = Annotated[
    str, Meta(min_length=1, max_length=255, description="What the source calls it.")
]
PlatformRole = Annotated[
    str, Meta(pattern="^(admin|editor|moderator|analyst)$", description="A role of the platform.")
]


class Act(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    gc=False,
):
    """Something that has happened.

    Attributes:
        at: When, with a time zone.
    """

    at: Annotated[datetime, Meta(tz=True, description="When it happened, with a time zone.")]


class Media(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A picture, film or file, or the page that a link leads to; it stays where it is.

    Attributes:
        url: The address (https), at most 2,000 characters.
        alt: A description of what it shows, for those who can't see it.
    """

    url: str
    alt: str = ""


class PersonCame(Act, frozen=True, kw_only=True, tag="person"):
    """Somebody belongs to the organisation from now on, and is here for the first time.

    Attributes:
        id: The person.
        name: As colleagues read it.
        external_id: What the identity provider calls them: who has an account with it already is
            that person. The source's id where it is left out.
        email: Their address.
        account: A human being's account, or a program's.
        department: One of the organisation's list.
        location: One of the organisation's list.
    """

    id: SourceId
    name: str = ""
    external_id: str | None = None
    email: str | None = None
    account: AccountKind = "human"
    department: str | None = None
    location: str | None = None


class PersonSuspended(Act, frozen=True, kw_only=True, tag="suspend"):
    """Somebody is barred for a while.

    Attributes:
        person: Somebody who came before.
    """

    person: SourceId


class PersonReinstated(Act, frozen=True, kw_only=True, tag="reinstate"):
    """Somebody who was barred, or had left, is back.

    Attributes:
        person: Somebody who came before.
    """

    person: SourceId


class PersonLeft(Act, frozen=True, kw_only=True, tag="depart"):
    """Somebody leaves the organisation.

    Attributes:
        person: Somebody who came before.
    """

    person: SourceId


class RolesHeld(Act, frozen=True, kw_only=True, tag="roles"):
    """Which roles of the platform somebody holds from now on, and no others.

    Attributes:
        person: Somebody who came before.
        roles: The roles; empty: none any more.
    """

    person: SourceId
    roles: tuple[PlatformRole, ...] = ()


class GroupFounded(Act, frozen=True, kw_only=True, tag="group"):
    """A group is founded; whoever does it owns it.

    Attributes:
        id: The group.
        by: The person who founds it.
        name: One line of at most 100 characters.
        purpose: A sentence or two on what people do there.
        type: One of the platform's kinds of groups.
        visibility: How much outsiders see of it.
        topics: At most ten words for its subjects.
    """

    id: SourceId
    by: SourceId
    name: str
    purpose: str = ""
    type: GroupKind = "community"
    visibility: Visibility = "open"
    topics: tuple[str, ...] = ()


class GroupArchived(Act, frozen=True, kw_only=True, tag="archive"):
    """A group becomes read-only.

    Attributes:
        group: A group that was founded before.
        by: Who archives it; an administrator where it is left out.
    """

    group: SourceId
    by: SourceId | None = None


class GroupRestored(Act, frozen=True, kw_only=True, tag="restore"):
    """An archived group is in use again.

    Attributes:
        group: A group that was archived before.
        by: Who restores it; an administrator where it is left out.
    """

    group: SourceId
    by: SourceId | None = None


class ChannelCreated(Act, frozen=True, kw_only=True, tag="channel"):
    """A group has one more channel.

    Attributes:
        id: The channel.
        group: A group that was founded before.
        by: Who makes it; the group's founder where it is left out.
        name: One line of at most 60 characters.
        type: One of the platform's kinds of channels.
    """

    id: SourceId
    group: SourceId
    by: SourceId | None = None
    name: str
    type: ChannelKind = "discussion"


class MemberJoined(Act, frozen=True, kw_only=True, tag="join"):
    """Somebody becomes a member of a group, or what they are in it changes.

    Attributes:
        group: A group that was founded before.
        person: Somebody who came before.
        role: What they are in the group from now on.
    """

    group: SourceId
    person: SourceId
    role: MemberRole = "member"


class MemberLeft(Act, frozen=True, kw_only=True, tag="leave"):
    """Somebody isn't a member of a group any more.

    Attributes:
        group: The group that they were in.
        person: The former member.
    """

    group: SourceId
    person: SourceId


class PostPublished(Act, frozen=True, kw_only=True, tag="post"):
    """A post is there for its audience.

    Attributes:
        id: The post.
        channel: The channel that it is in.
        by: The person who writes it.
        title: One line of at most 200 characters.
        text: Markdown, at most 20,000 characters.
        format: Which of the platform's formats it has; those of media need a reference.
        type: One of the platform's kinds of posts.
        topics: At most ten words for its subjects.
        media: At most 20 references to pictures, films, files or pages.
    """

    id: SourceId
    channel: SourceId
    by: SourceId
    title: str = ""
    text: str = ""
    format: Format = "text"
    type: PostKind = "discussion"
    topics: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()


class CommentAdded(Act, frozen=True, kw_only=True, tag="comment"):
    """Somebody comments on a post, or answers a comment on it.

    Attributes:
        id: The comment.
        post: The post that it is about.
        parent: The comment on the same post that it answers. Threads have one level: an answer to
            an answer answers the comment that begins the thread.
        by: The person who writes it.
        text: Markdown, at most 5,000 characters.
    """

    id: SourceId
    post: SourceId
    parent: SourceId | None = None
    by: SourceId
    text: str


class Edited(Act, frozen=True, kw_only=True, tag="edit"):
    """A post or a comment says something else; what is left out stays.

    Attributes:
        post: The post, or
        comment: the comment; exactly one of the two.
        by: The person who edits it.
        title: The new title, of a post only.
        text: The new text, Markdown.
        topics: The new topics, of a post only.
    """

    post: SourceId | None = None
    comment: SourceId | None = None
    by: SourceId
    title: str | None = None
    text: str | None = None
    topics: tuple[str, ...] | None = None


class Reacted(Act, frozen=True, kw_only=True, tag="reaction"):
    """Somebody reacts to a post or a comment; it takes the place of their reaction before.

    Attributes:
        post: The post, or
        comment: the comment; exactly one of the two.
        by: The person who reacts.
        reaction: The reaction.
    """

    post: SourceId | None = None
    comment: SourceId | None = None
    by: SourceId
    reaction: ReactionKind


class ReactionTakenBack(Act, frozen=True, kw_only=True, tag="unreact"):
    """Somebody takes their reaction back.

    Attributes:
        post: The post, or
        comment: the comment; exactly one of the two.
        by: The person who had reacted.
    """

    post: SourceId | None = None
    comment: SourceId | None = None
    by: SourceId


class PostViewed(Act, frozen=True, kw_only=True, tag="view"):
    """Somebody sees a post.

    Attributes:
        post: The post.
        by: The person who sees it.
    """

    post: SourceId
    by: SourceId


class PostShared(Act, frozen=True, kw_only=True, tag="share"):
    """Somebody passes a post on: to a group, or anywhere else.

    Attributes:
        post: The post.
        by: The person who passes it on.
        to_group: The group that it goes to; anywhere else where it is left out.
    """

    post: SourceId
    by: SourceId
    to_group: SourceId | None = None


class Deleted(Act, frozen=True, kw_only=True, tag="delete"):
    """A post, a comment or a group is gone.

    Attributes:
        post: The post, or
        comment: the comment, or
        group: the group; exactly one of the three.
        by: Who deletes it; its author where it is left out, of a group an administrator.
    """

    post: SourceId | None = None
    comment: SourceId | None = None
    group: SourceId | None = None
    by: SourceId | None = None


AnyAct: TypeAlias = (
    PersonCame
    | PersonSuspended
    | PersonReinstated
    | PersonLeft
    | RolesHeld
    | GroupFounded
    | GroupArchived
    | GroupRestored
    | ChannelCreated
    | MemberJoined
    | MemberLeft
    | PostPublished
    | CommentAdded
    | Edited
    | Reacted
    | ReactionTakenBack
    | PostViewed
    | PostShared
    | Deleted
)
"""Every kind of act; `kind` tells which."""
