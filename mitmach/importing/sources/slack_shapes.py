"""The entries of Slack's workspace export, as far as they are read here.

The fields have Slack's names; what an entry has beyond them is skipped. Parts that stand for
themselves stay undecoded, so that one that is malformed doesn't take its message with it.
"""

import msgspec


class UserProfile(msgspec.Struct, frozen=True):
    """How somebody presents themselves.

    Attributes:
        bot_id: Of a program: the id under which it writes.
    """

    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None
    bot_id: str | None = None


class User(msgspec.Struct, frozen=True):
    """An entry of `users.json`.

    Attributes:
        deleted: Whether the account was closed.
        updated: When the account changed last, in seconds.
    """

    id: str
    name: str | None = None
    real_name: str | None = None
    deleted: bool = False
    is_bot: bool = False
    is_workflow_bot: bool = False
    updated: int | None = None
    profile: UserProfile = UserProfile()


class Said(msgspec.Struct, frozen=True):
    """A topic or a purpose of a channel."""

    value: str | None = None


class Channel(msgspec.Struct, frozen=True):
    """An entry of `channels.json` or `groups.json`.

    Attributes:
        name: What people call it, and its folder.
        created: When it was made, in seconds.
        creator: The id of the person who made it.
        members: Who is in it at the moment of the export.
    """

    id: str
    name: str
    created: int | None = None
    creator: str | None = None
    is_archived: bool = False
    members: list[str] | None = None
    topic: Said = Said()
    purpose: Said = Said()


class Conversation(msgspec.Struct, frozen=True):
    """An entry of `dms.json` or `mpims.json`: which folder is nobody else's business."""

    id: str
    name: str | None = None


class Edit(msgspec.Struct, frozen=True):
    """When a message was edited last."""

    ts: str
    user: str | None = None


class Reaction(msgspec.Struct, frozen=True):
    """A reaction, with everybody who gave it."""

    name: str
    users: list[str] = []


class File(msgspec.Struct, frozen=True):
    """A file of a message.

    Attributes:
        permalink: The page that shows it to whoever is signed in.
    """

    name: str | None = None
    title: str | None = None
    permalink: str | None = None


class Attachment(msgspec.Struct, frozen=True):
    """A text that a program attached to a message."""

    pretext: str | None = None
    title: str | None = None
    title_link: str | None = None
    text: str | None = None
    fallback: str | None = None


class Message(msgspec.Struct, frozen=True):
    """An entry of a day's file.

    Attributes:
        ts: When it was written, in seconds with a fraction; its id within the channel.
        subtype: What it is, if it isn't simply what somebody wrote.
        bot_id: The program that wrote it.
        username: The name under which a program wrote it.
        thread_ts: `ts` of the message that begins the thread that it is in.
    """

    ts: str
    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    username: str | None = None
    text: str | None = None
    thread_ts: str | None = None
    edited: Edit | None = None
    reactions: list[msgspec.Raw] | None = None
    files: list[msgspec.Raw] | None = None
    attachments: list[msgspec.Raw] | None = None


entries_of = msgspec.json.Decoder(list[msgspec.Raw]).decode
user_of = msgspec.json.Decoder(User).decode
channel_of = msgspec.json.Decoder(Channel).decode
conversation_of = msgspec.json.Decoder(Conversation).decode
message_of = msgspec.json.Decoder(Message).decode
reaction_of = msgspec.json.Decoder(Reaction).decode
file_of = msgspec.json.Decoder(File).decode
attachment_of = msgspec.json.Decoder(Attachment).decode
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for what isn't as it should be."""
