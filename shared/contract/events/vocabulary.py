"""The closed vocabularies of the event contract, and the few shapes of strings it allows.

A released vocabulary is closed: a reader may match on it exhaustively, so a further word is a new
version of every type that uses it. What grows by nature (departments, KPIs) is a `Code`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, get_args, get_origin

from msgspec import Meta

from shared.contract import aliases

# Patterns are written into the JSON Schemas and checked there and in the tests, not while decoding:
# six regular expressions per event would cost more than all the rest of reading it.
Id = Annotated[
    str,
    Meta(
        description="An id (UUIDv7).",
        extra_json_schema={
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[089ab][0-9a-f]{3}-[0-9a-f]{12}$",
        },
    ),
]
PersonId = Annotated[
    str,
    Meta(
        description="A person, by an id that the platform made (UUIDv4).",
        extra_json_schema={
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[089ab][0-9a-f]{3}-[0-9a-f]{12}$",
        },
    ),
]
Login = Annotated[
    str,
    Meta(
        description="What an identity provider calls somebody, as a keyed digest that only the"
        " platform can make (128 bits, base32).",
        extra_json_schema={"pattern": "^[a-z2-7]{26}$"},
    ),
]
PersonOrAlias = Annotated[
    str,
    Meta(
        description="A person: their id where the API shows who it is (UUIDv4); else an alias for"
        " the kind of act, which only the platform can turn back.",
        extra_json_schema={
            "pattern": "^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[089ab][0-9a-f]{3}-[0-9a-f]{12}"
            f"|{aliases.PATTERN})$"
        },
    ),
]
ErasureId = Annotated[
    str,
    Meta(
        description="An erasure: a digest of the person's id, which nobody can turn back.",
        extra_json_schema={"pattern": "^[0-9a-f]{32}$"},
    ),
]
TagWord = Annotated[
    str,
    Meta(
        description="A topic: normalised, lower case, without spaces.",
        extra_json_schema={"pattern": "^\\S{1,64}$"},
    ),
]
Code = Annotated[
    str,
    Meta(
        description="A word of a vocabulary that is kept elsewhere.",
        extra_json_schema={"pattern": "^[a-z0-9][a-z0-9_.-]{0,63}$"},
    ),
]
Count = Annotated[int, Meta(ge=0)]
Moment = Annotated[
    datetime,
    Meta(tz=True, description="RFC 3339, in UTC, six digits of a second, ending in Z."),
]

AccountKind = Literal["human", "service"]
PersonStatus = Literal["invited", "active", "suspended", "left"]
LoginStanding = Literal["invited", "active", "suspended", "left", "erased", "unknown"]
# What becomes of what an erased person wrote: it goes, or stays under nobody's name.
TextsPolicy = Literal["deleted", "kept"]

GroupKind = Literal["working_group", "community", "pilot", "everyone"]
GroupStatus = Literal["active", "archived"]
Visibility = Literal["open", "closed", "secret"]
MemberRole = Literal["owner", "moderator", "member"]
ChannelKind = Literal["news", "discussion", "help", "ideas", "contest"]
# How somebody became a member: founded the group, joined an open one, asked and was let in, was
# invited and accepted, or was put there by an administrator or the identity provider.
JoinedBy = Literal["founding", "joining", "approval", "invitation", "provisioning"]
StepAction = Literal["none", "introduction", "first_post", "first_comment", "joined_group"]

Format = Literal["text", "photo", "video", "audio", "poll", "link", "document", "event"]
PostKind = Literal["news", "discussion", "question", "idea", "kudos"]
ReactionKind = Literal["like", "celebrate", "insightful", "thanks", "support", "funny"]
ContentStatus = Literal["published", "hidden"]
DeletionReason = Literal["author", "moderation", "group_deleted"]
FlagReason = Literal[
    "spam", "harassment", "hate", "misinformation", "privacy", "off_topic", "other"
]
FlagDecision = Literal["keep", "hide", "delete"]

ContestKind = Literal["photo", "video", "idea", "text"]
Phase = Literal[
    "draft",
    "announced",
    "submissions",
    "review",
    "voting",
    "sealed",
    "judged",
    "published",
    "cancelled",
]
# Why a contest was cancelled: by those who organise it; or because a group that it needs had been
# archived, or deleted, when its submissions or its vote were to begin.
CancelReason = Literal["organiser", "group_archived", "group_deleted"]
ContestDeletion = Literal["group_deleted"]  # why a contest is gone
DecidedBy = Literal["public", "jury", "both"]
EntryStatus = Literal["submitted", "accepted", "rejected"]
# Why an entry was rejected: against the contest's rules, not on its subject, a copy or without the
# right to it, shows people who didn't agree or tells what is private, insults.
RejectionCategory = Literal["rules", "off_topic", "copyright", "privacy", "offensive", "other"]

ContributionKind = Literal["post", "comment", "entry"]

VOCABULARIES: Mapping[str, tuple[str, ...]] = {
    name: get_args(alias) for name, alias in globals().items() if get_origin(alias) is Literal
}
"""The words of each, by the name that it has here."""
