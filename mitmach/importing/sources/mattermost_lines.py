"""The lines of Mattermost's bulk export (version 1), as far as they are read here.

The fields have Mattermost's names. What a line has beyond them is skipped. Parts that stand for
themselves (replies, reactions) stay undecoded, so that one that is malformed doesn't take its
thread with it.
"""

from typing import Any, TypeAlias

import msgspec


class Version(msgspec.Struct, frozen=True, tag="version", tag_field="type"):
    """The first line.

    Attributes:
        version: The version of the format.
        info: What made the export, and when.
    """

    version: int
    info: "VersionInfo | None" = None


class VersionInfo(msgspec.Struct, frozen=True):
    """What made the export.

    Attributes:
        created: When, as RFC 3339.
    """

    created: str = ""


class Team(msgspec.Struct, frozen=True):
    """A team of people.

    Attributes:
        name: As in addresses; its id.
        display_name: As people read it.
    """

    name: str
    display_name: str | None = None


class Channel(msgspec.Struct, frozen=True):
    """A channel of a team.

    Attributes:
        team: The name of the team that it is in.
        name: As in addresses; its id within the team.
        type: `O`: public, `P`: private.
        deleted_at: When it was archived, in milliseconds; 0: it is in use.
    """

    team: str
    name: str
    type: str
    display_name: str | None = None
    header: str | None = None
    purpose: str | None = None
    deleted_at: int | None = None


class ChannelMembership(msgspec.Struct, frozen=True):
    """A channel that somebody is in, with their roles there, separated by blanks."""

    name: str
    roles: str | None = None


class TeamMembership(msgspec.Struct, frozen=True):
    """A team that somebody is in."""

    name: str
    channels: list[ChannelMembership] | None = None


class User(msgspec.Struct, frozen=True):
    """An account of somebody.

    Attributes:
        username: Their id.
        auth_service: The identity provider that they come by; None: a password.
        auth_data: The id that this provider has for them.
        delete_at: When the account was closed, in milliseconds; 0: it is in use.
    """

    username: str
    email: str | None = None
    auth_service: str | None = None
    auth_data: str | None = None
    nickname: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    delete_at: int | None = None
    teams: list[TeamMembership] | None = None


class Bot(msgspec.Struct, frozen=True):
    """A program's account."""

    username: str
    display_name: str | None = None
    delete_at: int | None = None


class Reaction(msgspec.Struct, frozen=True):
    """Somebody's reaction to a post or a reply."""

    user: str
    emoji_name: str
    create_at: int


class Attachment(msgspec.Struct, frozen=True):
    """A file of a post or a reply, by its path in the export."""

    path: str


class Reply(msgspec.Struct, frozen=True):
    """An answer in a thread; moments in milliseconds."""

    user: str
    create_at: int
    message: str | None = None
    type: str | None = None
    props: msgspec.Raw = msgspec.Raw(b"null")
    edit_at: int | None = None
    reactions: list[msgspec.Raw] | None = None
    attachments: list[msgspec.Raw] | None = None


class Post(Reply, frozen=True, kw_only=True):
    """A post that begins a thread, with all of the thread.

    Attributes:
        type: Empty for what people wrote; `system_...` for what Mattermost did.
        props: What programs and Mattermost itself noted about it.
    """

    team: str
    channel: str
    replies: list[msgspec.Raw] | None = None


class Props(msgspec.Struct, frozen=True):
    """What is noted about a post; Mattermost doesn't say of which type.

    Attributes:
        from_bot: `true` for what a bot wrote.
        from_webhook: `true` for what came by a webhook, under the name of whoever made it.
        override_username: The name under which a webhook's post is shown.
        added: Of a system message: whom somebody added to the channel.
        removed: Of a system message: whom somebody removed from it.
        attachments: Texts of programs, each with a title, a text and others.
    """

    from_bot: Any = None
    from_webhook: Any = None
    override_username: Any = None
    added: Any = msgspec.field(default=None, name="addedUsername")
    removed: Any = msgspec.field(default=None, name="removedUsername")
    attachments: Any = None


class TeamLine(msgspec.Struct, frozen=True, tag="team", tag_field="type"):
    """A line with a team."""

    team: Team


class ChannelLine(msgspec.Struct, frozen=True, tag="channel", tag_field="type"):
    """A line with a channel."""

    channel: Channel


class UserLine(msgspec.Struct, frozen=True, tag="user", tag_field="type"):
    """A line with an account."""

    user: User


class BotLine(msgspec.Struct, frozen=True, tag="bot", tag_field="type"):
    """A line with a program's account."""

    bot: Bot


class PostLine(msgspec.Struct, frozen=True, tag="post", tag_field="type"):
    """A line with a thread."""

    post: Post


class EmojiLine(msgspec.Struct, frozen=True, tag="emoji", tag_field="type"):
    """A line with an emoji of the organisation's own; the reaction table says what it is."""


class RoleLine(msgspec.Struct, frozen=True, tag="role", tag_field="type"):
    """A line with a role; roles of the platform aren't taken from another one."""


class SchemeLine(msgspec.Struct, frozen=True, tag="scheme", tag_field="type"):
    """A line with a scheme of permissions; neither are those."""


class DirectChannelLine(msgspec.Struct, frozen=True, tag="direct_channel", tag_field="type"):
    """A line with a conversation between a few people: its content isn't looked at."""


class DirectPostLine(msgspec.Struct, frozen=True, tag="direct_post", tag_field="type"):
    """A line with a message between a few people: its content isn't looked at."""


AnyLine: TypeAlias = (
    Version
    | TeamLine
    | ChannelLine
    | UserLine
    | BotLine
    | PostLine
    | EmojiLine
    | RoleLine
    | SchemeLine
    | DirectChannelLine
    | DirectPostLine
)


class LineType(msgspec.Struct, frozen=True):
    """What a line is about, where it is nothing of the above."""

    type: str


line_of = msgspec.json.Decoder(AnyLine).decode
type_of = msgspec.json.Decoder(LineType).decode
reply_of = msgspec.json.Decoder(Reply).decode
reaction_of = msgspec.json.Decoder(Reaction).decode
attachment_of = msgspec.json.Decoder(Attachment).decode
props_of = msgspec.json.Decoder(Props).decode
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for what isn't as it should be."""
