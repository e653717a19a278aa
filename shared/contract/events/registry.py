"""Every event type there is, and reading a value into its typed form."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from shared.contract.events import (
    ballots,
    contests,
    erasures,
    groups,
    guides,
    insights,
    logins,
    people,
    posts,
    responses,
)
from shared.contract.events.envelope import EventData, open_envelope
from shared.contract.events.schema_addresses import name_at

# Listed by hand, in the order of the documentation: a type is published by decision, not by being
# defined somewhere. An older version of a type stays in this list, in front of the newer one, as
# long as a topic may hold events of it.
EVENT_CLASSES: tuple[type[EventData], ...] = (
    logins.LoginTold,
    people.PersonInvited,
    people.PersonActivated,
    people.PersonChanged,
    people.PersonSuspended,
    people.PersonReinstated,
    people.PersonLeft,
    people.PersonErased,
    people.PersonVisited,
    groups.GroupCreated,
    groups.GroupChanged,
    groups.GroupArchived,
    groups.GroupRestored,
    groups.GroupDeleted,
    groups.ChannelCreated,
    groups.ChannelChanged,
    groups.ChannelArchived,
    groups.MembershipRequested,
    groups.MembershipInvited,
    groups.MembershipJoined,
    groups.MembershipDeclined,
    groups.MembershipLeft,
    groups.MembershipRemoved,
    groups.MembershipRoleChanged,
    groups.MembershipSuspended,
    groups.MembershipReinstated,
    guides.GuidePublished,
    guides.GuideRetired,
    guides.GuideStepCompleted,
    guides.GuideCompleted,
    guides.GuidelineAcknowledged,
    guides.PilotStarted,
    guides.PilotEnded,
    posts.PostPublished,
    posts.PostEdited,
    posts.PostHidden,
    posts.PostRestored,
    posts.PostDeleted,
    posts.PostViewed,
    posts.PostShared,
    posts.PostReadConfirmed,
    responses.CommentAdded,
    responses.CommentEdited,
    responses.CommentHidden,
    responses.CommentRestored,
    responses.CommentDeleted,
    responses.FirstResponseCorrected,
    responses.ReactionAdded,
    responses.ReactionChanged,
    responses.ReactionRemoved,
    responses.PollVoted,
    responses.PollVoteWithdrawn,
    responses.AnswerAccepted,
    responses.AnswerWithdrawn,
    posts.KudosGiven,
    posts.FlagRaised,
    posts.FlagDecided,
    contests.ContestAnnounced,
    contests.ContestChanged,
    contests.ContestPhaseChanged,
    contests.ContestCancelled,
    contests.ContestDeleted,
    contests.EntrySubmitted,
    contests.EntryWithdrawn,
    contests.EntryAccepted,
    contests.EntryRejected,
    contests.EntryViewed,
    ballots.BallotCast,
    ballots.BallotChanged,
    ballots.BallotWithdrawn,
    ballots.ScoreRecorded,
    ballots.BallotRecorded,
    ballots.ResultsPublished,
    insights.GroupDormant,
    insights.GroupRevived,
    insights.ContributionUnanswered,
    insights.KpiReported,
    erasures.PostsPersonForgotten,
    erasures.ContestsPersonForgotten,
    erasures.MetricsPersonForgotten,
)
EVENT_TYPES: dict[str, type[EventData]] = {kind.type: kind for kind in EVENT_CLASSES}


class Unknown(EventData, frozen=True, kw_only=True):
    """Data of a type or version that this reader doesn't know: seen, and left alone."""


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An event as a reader works with it.

    Attributes:
        id: The id of the event (UUIDv7).
        source: The service and the database that it comes from.
        type: The CloudEvents type, `mitmach.<entity>.<past tense>`.
        subject: The id of what it is about.
        time: When it happened.
        recordedtime: When it was recorded, where that is another moment.
        sequence: Twenty digits, which sort as the number does; gapless per source.
        predecessor: The sequence before it in the same partition from the same source; zeros for
            the first.
        partitionkey: The Kafka key.
        actor: Who did it; None for the system.
        traceparent: The trace of the request that caused it, or (for data teams) an alias of it.
        data: What happened, typed by `type` and version.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    recordedtime: datetime | None = None
    sequence: str
    predecessor: str
    partitionkey: str
    actor: str | None
    traceparent: str | None
    data: EventData


_UNKNOWN = Unknown()

# Addresses of schemas that a decoder remembers, of some seventy types: more than an installation
# that moves has; a hostile writer mustn't fill the memory.
_MOST_ADDRESSES = 2000

_DecodeData = Callable[[msgspec.Raw], EventData]


class _Decoders(dict[str, _DecodeData | None]):
    """What reads the data of a schema, by any address of it; None for a schema that isn't known.

    By schema, not by type: two versions of a type travel side by side.
    """

    def __init__(self, classes: Iterable[type[EventData]]) -> None:
        super().__init__((kind.schema, msgspec.json.Decoder(kind).decode) for kind in classes)

    def __missing__(self, address: str) -> _DecodeData | None:
        found = self.get(name_at(address))
        if len(self) < _MOST_ADDRESSES:
            self[address] = found
        return found


def event_decoder(classes: Iterable[type[EventData]]) -> Callable[[bytes], Event]:
    """A function that reads Kafka values into events of these types; others become `Unknown`.

    Fields that a type doesn't have are ignored. The function raises `msgspec.MsgspecError` for what
    is no event of this platform, or breaks the schema that it names.

    Args:
        classes: The types and versions that the reader knows.
    """
    decoders = _Decoders(classes)

    def decode(value: bytes) -> Event:
        envelope = open_envelope(value)
        decode_data = decoders[envelope.dataschema]
        return Event(
            id=envelope.id,
            source=envelope.source,
            type=envelope.type,
            subject=envelope.subject,
            time=envelope.time,
            recordedtime=envelope.recordedtime,
            sequence=envelope.sequence_digits,
            predecessor=envelope.predecessor_digits,
            partitionkey=envelope.partitionkey,
            actor=envelope.actor,
            traceparent=envelope.traceparent,
            data=_UNKNOWN if decode_data is None else decode_data(envelope.data),
        )

    return decode


decode_event = event_decoder(EVENT_CLASSES)
"""Reads a Kafka value of any type of the platform."""
