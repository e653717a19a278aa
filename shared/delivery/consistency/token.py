"""The consistency token: which events an acknowledged write has caused, in a few bytes; pure.

    version (1 byte), length and name of the service, milliseconds since 1970 (6 bytes),
    then per topic: length and name, number of events, 8 bytes of the id of each

in base64url without padding. An id is a UUIDv7: its last 8 bytes are random but for two bits, and
its first 6 say when the command was decided, so no clock is read and a repeated answer tells the
time of the first. A partition is applied in its order: of events with the same key the last is
enough.

It isn't signed. All that a made-up token does is to have its own sender wait, and be told "later".
"""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

from shared.contract.events.topics import TOPICS

HEADER = "Consistency-Token"

MOST_TOKENS = 8
"""Tokens in one request: the last of each service, and room for services to come."""

MOST_EVENTS = 64
"""Events that a token names one by one.

With as many it has some 750 characters. A command that causes more (a batch of views) names the
last of each partition instead.
"""

Place: TypeAlias = tuple[str, str]
"""Where an event goes: topic and Kafka key."""

_VERSION = 1
# Characters of a token: more than MOST_EVENTS in as many topics as there are.
_LONGEST = 2000
_spelt = re.compile(rb"[A-Za-z0-9_-]+").fullmatch
# A topic that has no plan (the platform has none such) is taken to have as many as any.
_PARTITIONS = max(plan.partitions for plan in TOPICS.values())


class TokenMalformed(ValueError):  # noqa: N818 - the web layer refuses what it belongs to
    """It isn't what an answer has carried."""


class ConsistencyToken(NamedTuple):
    """What a token says.

    Attributes:
        service: The service that wrote.
        unix_ms: When the first of the events was decided, in milliseconds since 1970.
        events: By topic, the parts of the ids of its events, 8 bytes each.
    """

    service: str
    unix_ms: int
    events: Mapping[str, tuple[bytes, ...]]


def consistency_token(service: str, event_ids: Sequence[str], places: Sequence[Place]) -> bytes:
    """The token of a write.

    Args:
        service: The service that wrote.
        event_ids: The ids of the events, at least one, in their order.
        places: Where each of them goes.
    """
    if len(event_ids) == 1:  # the busiest commands
        event_id = event_ids[0]
        return _text(
            _head_of(service)
            + bytes.fromhex(event_id[:8] + event_id[9:13])
            + _topic_head(places[0][0])
            + b"\x01"
            + id_part(event_id)
        )
    first = min(event_ids)
    parts = [_head_of(service), bytes.fromhex(first[:8] + first[9:13])]
    by_topic: dict[str, list[str]] = {}
    for topic, event_id in last_of_each(event_ids, places):
        by_topic.setdefault(topic, []).append(event_id)
    for topic, chosen in by_topic.items():
        parts += [_topic_head(topic), bytes((len(chosen),)), *map(id_part, chosen)]
    return _text(b"".join(parts))


def last_of_each(event_ids: Sequence[str], places: Sequence[Place]) -> Sequence[tuple[str, str]]:
    """Topic and id of the events that a reader has to wait for: it then has the others too.

    These are the last of each key; where that is too many, the last of each partition, as the
    topics are planned. (Of a topic that was given more partitions since, a few may be missed.)
    """
    last = dict(zip(places, event_ids, strict=True))
    if len(last) <= MOST_EVENTS:
        return [(topic, event_id) for (topic, _), event_id in last.items()]
    by_partition: dict[tuple[str, int], str] = {}
    for (topic, key), event_id in zip(places, event_ids, strict=True):
        partitions = TOPICS[topic].partitions if topic in TOPICS else _PARTITIONS
        by_partition[topic, zlib.crc32(key.encode()) % partitions] = event_id
    return [(topic, event_id) for (topic, _), event_id in by_partition.items()]


def id_part(event_id: str) -> bytes:
    """The part of an event's id that tokens name it by, and consumers note.

    Raises:
        ValueError: It is no UUID.
    """
    return bytes.fromhex(event_id[19:23] + event_id[24:])


def read_tokens(header: bytes) -> list[ConsistencyToken]:
    """What a request has brought: a list, as HTTP writes lists.

    Args:
        header: The value of the header.

    Raises:
        TokenMalformed: One of them is none, or they are too many.
    """
    texts = [text for text in map(bytes.strip, header.split(b",")) if text]
    if len(texts) > MOST_TOKENS:
        raise TokenMalformed(f"at most {MOST_TOKENS} tokens")
    return [_read(text) for text in texts]


def _read(text: bytes) -> ConsistencyToken:
    if len(text) > _LONGEST or not _spelt(text):
        raise TokenMalformed("a token as an answer has carried it")
    try:
        return _parse(_Bytes(urlsafe_b64decode(text + b"=" * (-len(text) % 4))))
    except (ValueError, IndexError):
        raise TokenMalformed("a token as an answer has carried it") from None


class _Bytes:
    """Bytes that are taken one piece after the other."""

    __slots__ = ("_at", "_bytes")

    def __init__(self, content: bytes) -> None:
        self._bytes = content
        self._at = 0

    def take(self, length: int) -> bytes:
        """The next piece.

        Raises:
            ValueError: There isn't as much left.
        """
        piece = self._bytes[self._at : self._at + length]
        if len(piece) != length:
            raise ValueError("too short")
        self._at += length
        return piece

    def name(self) -> str:
        """The next piece that begins with its length, as a text.

        Raises:
            ValueError: It is none.
        """
        name = self.take(self.take(1)[0]).decode("ascii")
        if not name:
            raise ValueError("no name")
        return name

    @property
    def left(self) -> bool:
        """Whether there is more."""
        return self._at < len(self._bytes)


def _parse(content: _Bytes) -> ConsistencyToken:
    if content.take(1)[0] != _VERSION:
        raise ValueError("another version")
    service = content.name()
    unix_ms = int.from_bytes(content.take(6), "big")
    events: dict[str, tuple[bytes, ...]] = {}
    count = 0
    while content.left:
        topic, number = content.name(), content.take(1)[0]
        count += number
        if topic in events or not number or count > MOST_EVENTS:
            raise ValueError("not as it is written")
        events[topic] = tuple([content.take(8) for _ in range(number)])
    if not events:
        raise ValueError("no events")
    return ConsistencyToken(service, unix_ms, events)


@cache
def _head_of(service: str) -> bytes:
    return bytes((_VERSION, len(service))) + service.encode("ascii")


@cache
def _topic_head(topic: str) -> bytes:
    return bytes((len(topic),)) + topic.encode("ascii")


def _text(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")
