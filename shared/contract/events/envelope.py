"""The envelope of every event: CloudEvents 1.0 in structured mode, one JSON object per Kafka value.

The hot path (`seal`, once per event of every write) and the relay's step (`with_sequence`) live
here, and what reads the envelope again. Which types there are is the business of
`shared.contract.events.registry`.
"""

import re
from datetime import UTC, datetime
from typing import Any, ClassVar, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from shared.contract.events.naming import Naming
from shared.contract.events.schema_addresses import schema_file, schema_name

SPECVERSION = "1.0"
CONTENT_TYPE = "application/json"
STRUCTURED = "application/cloudevents+json"  # the Kafka header `content-type`
UNNUMBERED = "0" * 20  # also the predecessor of a source's first event in a partition


class EventData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The typed `data` of one event type; its subclasses are the contract.

    A field without default is in every event. A field that came later is optional: its default is
    None, and None is left out of the JSON, so the bytes of everything else stay as they were.

    Attributes:
        type: The CloudEvents type, `mitmach.<entity>.<past tense>`.
        topic: The Kafka topic that carries it.
        version: The version of the data's schema. Anything but a further optional field is a new
            version.
        subject_field: The field whose value is the envelope's `subject`.
        key_field: The field whose value is the Kafka key: events with the same key keep their
            order.
        naming: Which people it names and as what, for an event that data teams may read; None: it
            is for services, and says of people what they are.
        schema: The name of the schema, by which readers know type and version; the value of
            `dataschema` where the installation has no public address.
        schema_file: Where the schema is behind such an address.
    """

    type: ClassVar[str] = ""
    topic: ClassVar[str] = ""
    version: ClassVar[int] = 1
    subject_field: ClassVar[str] = ""
    key_field: ClassVar[str] = ""
    naming: ClassVar[Naming | None] = None
    schema: ClassVar[str] = ""
    schema_file: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.schema = schema_name(cls.type, cls.version)
        cls.schema_file = schema_file(cls.type, cls.version)


class Sealed(NamedTuple):
    """An event that is ready to be stored, still without a number.

    Attributes:
        topic: The Kafka topic that it goes to.
        key: Its Kafka key: events with the same key keep their order.
        body: The JSON of the envelope and the data.
    """

    topic: str
    key: str
    body: bytes


class _Body(msgspec.Struct, frozen=True, gc=False):
    """An event as it is stored; the relay puts `sequence` and `predecessor` in front."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    recordedtime: str | UnsetType
    datacontenttype: str
    dataschema: str
    partitionkey: str
    actor: str | UnsetType
    traceparent: str | UnsetType
    data: EventData


_encode = msgspec.json.Encoder().encode

# msgspec leaves out a fraction of zero and keeps a given offset; the contract knows one shape only.
# The search costs 0.4 microseconds; something is found about once in a thousand events.
_find_irregular = re.compile(rb"T\d\d:\d\d:\d\d(?!\.\d{6}Z)").search


def seal(
    data: EventData,
    *,
    actor: str | None,
    source: str,
    event_id: str,
    time: str,
    traceparent: str | None,
    public_url: str = "",
    recorded: str = "",
) -> Sealed:
    """Makes the bytes of an event, without the numbers that only the relay can give.

    Args:
        data: The typed data of the event.
        actor: Who did it, as the event may say it; None for the system.
        source: What names the service and its database, see `shared.delivery.log.source_of`.
        event_id: UUIDv7, made in the command.
        time: When it happened, from `format_time` (once per commit, not once per event).
        traceparent: The trace of the request that caused it.
        public_url: Under which address clients reach the installation; `dataschema` begins with
            it. Empty: the schema is named, and nobody told where it is.
        recorded: When an act at its own time was recorded, from `format_time`; empty for what is
            published as it happens.

    Raises:
        ValueError: A time in the data has no time zone.
    """
    kind = data.__class__
    key: str = getattr(data, kind.key_field)
    body = _Body(
        SPECVERSION,
        event_id,
        source,
        kind.type,
        getattr(data, kind.subject_field),
        time,
        recorded or UNSET,
        CONTENT_TYPE,
        public_url + kind.schema_file if public_url else kind.schema,
        key,
        actor or UNSET,
        traceparent or UNSET,
        data,
    )
    encoded = _encode(body)
    if _find_irregular(encoded):
        # By type, not in the bytes: a text may look like a time, and stays as somebody wrote it.
        plain = msgspec.to_builtins(data, builtin_types=(datetime,))
        encoded = _encode(msgspec.structs.replace(body, data=_regular(plain)))
    return Sealed(kind.topic, key, encoded)


def _regular(value: Any) -> Any:
    match value:
        case datetime():
            return format_time(value)
        case dict():
            return {name: _regular(part) for name, part in value.items()}
        case list() | tuple():
            return [_regular(part) for part in value]
    return value


def with_sequence(body: bytes, sequence: int, predecessor: int) -> bytes:
    """Puts the numbers in front of a sealed body, whose bytes stay as the transaction stored them.

    Args:
        body: The bytes that `seal` made.
        sequence: The event's number, gapless per source over all topics.
        predecessor: The sequence before it in the same partition from the same source; 0 for the
            first.
    """
    return b'{"sequence":"%020d","predecessor":"%020d",%b' % (sequence, predecessor, body[1:])


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, always with six digits of a second, so that texts sort as times do.

    Raises:
        ValueError: The moment has no time zone, so nobody knows when it was.
    """
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("a time without a time zone can't be published")
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The attributes of an event as read, its data still as bytes; unknown ones are ignored.

    `sequence_digits` and `predecessor_digits` are twenty zeros when the event was never numbered
    (taken from the log). `recordedtime` is there where that isn't when it happened.
    """

    id: str
    source: str
    type: str
    time: datetime
    recordedtime: datetime | None = None
    sequence_digits: str = msgspec.field(default=UNNUMBERED, name="sequence")
    predecessor_digits: str = msgspec.field(default=UNNUMBERED, name="predecessor")
    subject: str = ""
    dataschema: str = ""
    partitionkey: str = ""
    actor: str | None = None
    traceparent: str | None = None
    data: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))

    @property
    def sequence(self) -> int:
        """Gapless per source, from 1."""
        return int(self.sequence_digits)

    @property
    def predecessor(self) -> int:
        """The sequence before it in the same partition from the same source; 0 for the first."""
        return int(self.predecessor_digits)


_envelope = msgspec.json.Decoder(Envelope).decode


def open_envelope(value: bytes) -> Envelope:
    """Reads a Kafka value.

    Raises:
        msgspec.MsgspecError: It is no event of this platform.
    """
    return _envelope(value)
