"""Reading an event as far as metrics need it: a flat shape for all types, and a shorter one.

The typed classes of `shared.contract.events` would cost a second pass over the bytes. Fields that
metrics don't use aren't looked at, and a type that is newer than this reader is counted and left
alone. Events about posts, by far the most, have a shape that ends where other things begin: each
field costs an event some nanoseconds, also one that isn't there.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.contract.events.envelope import UNNUMBERED
from shared.contract.events.registry import EVENT_TYPES

Moment = Annotated[datetime, Meta(tz=True)]
NOTHING = msgspec.Raw()


class PostData(msgspec.Struct, gc=False):
    """The fields of events about posts that metrics use, in their order.

    The order matters for speed alone: the decoder looks for a name behind the one it found before.
    """

    post_id: str = ""
    group_id: str = ""
    author: str = ""
    format: str = ""
    kind: str = ""
    # Read once per post and flush.
    topics: msgspec.Raw = NOTHING
    published_at: Moment | None = None
    author_human: bool = True
    own: bool = False
    in_audience: bool = False
    # Of what is nobody's act nothing is left out.
    human: bool = True
    first_view: bool = False
    was_interacting: bool = False
    still_interacting: bool = False
    comment_id: str | None = None
    comment_author: str | None = None
    first_response: bool = False
    parent_id: str | None = None
    audience_size: int = 0
    # An object, a word or a list, as the type has it.
    previous: msgspec.Raw = NOTHING
    first_response_at: Moment | None = None
    first_share: bool = False


class FlatData(PostData, gc=False):
    """Every field of any event's data that metrics use."""

    # People
    person: str = ""
    account: str = ""
    status: str = ""
    department: str | None = None
    location: str | None = None
    previous_department: str | None = None
    previous_location: str | None = None
    # Groups
    group_kind: str = ""
    visibility: str = ""
    member: str = ""
    role: str = ""
    counted: bool = False
    # Contests
    contest_id: str = ""
    phase: str = ""
    first_entry: bool = False
    was_entered: bool = False
    joined_later: bool = False
    still_entered: bool = False
    entries: int = 0
    entrants: int = 0
    ballots: int | None = 0
    votes: int | None = 0
    void_votes: int | None = 0
    few_ballots: bool = False
    eligible_entrants: int = 0
    eligible_voters: int = 0
    organiser: str = ""
    ranking: msgspec.Raw = NOTHING


class PostEvent(msgspec.Struct, gc=False, kw_only=True):
    """An event; the numbers of its chain are their twenty digits, which sort as numbers do."""

    sequence: str = UNNUMBERED
    predecessor: str = UNNUMBERED
    id: str
    source: str
    type: str
    time: Moment
    # Where that is another moment: of acts of before.
    recordedtime: Moment | None = None
    actor: str = ""
    data: PostData


class FlatEvent(PostEvent, gc=False, kw_only=True):
    """An event of any type."""

    data: FlatData


# A Literal makes the decoder hand out the same text object each time, whose hash is known already:
# about 60 ns of the microsecond that an event takes.
_about_posts = tuple(
    name for name, kind in EVENT_TYPES.items() if "post_id" in kind.__struct_fields__
)
_Known = msgspec.defstruct(
    "_Known", [("type", Literal[_about_posts])], bases=(PostEvent,), gc=False, kw_only=True
)
_decode_about_posts = msgspec.json.Decoder(_Known).decode
_decode_any = msgspec.json.Decoder(FlatEvent).decode


def decode(value: bytes) -> FlatEvent:
    """Reads a Kafka value. An event about a post is a `PostEvent` only: their fold asks no more.

    Raises:
        msgspec.MsgspecError: It is no event of this platform.
    """
    try:
        return _decode_about_posts(value)  # type: ignore[return-value]  # see above
    except msgspec.ValidationError:  # about something else, newer or broken: the second tells
        return _decode_any(value)
