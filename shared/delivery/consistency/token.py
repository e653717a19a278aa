"""The consistency token: which events a client's writes have caused, in a few bytes; pure.

    version (1 byte), then per topic: length and name, number of events, and of each event
    4 bytes: CRC-32 of its Kafka key; 14 bytes: its id without what all ids have in common

in base64url without padding. An id is a UUIDv7: its first 6 bytes say when the command was decided,
its last 8 are random but for two bits. So no clock is read, and a repeated answer tells the time of
the first.

A token is about all that its client has written lately, in any service: an answer's token has the
events of the tokens that its request brought too, as far as anybody may still wait for them. So the
last token is enough. Without that, whoever visits and then joins a group would bring what the
second request has caused, and the first is in other partitions.

A partition is applied in its order: of events with the same key the last is enough.

It isn't signed. All that a made-up token does is to have its own sender wait, and be told "later".
"""

import re
import zlib
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import TypeAlias

from shared.contract.events.topics import TOPICS

HEADER = "Consistency-Token"

MEMORY = 600.0
"""Seconds after which an event is taken as read, and nothing is looked up for it.

A reader that is ten minutes behind has an alarm, and nobody who has written then is still at it.
With less, somebody who comes back from a break during an outage is told a wrong "no"; with more,
tokens are longer, and the first look for an old one reads more.
"""

MOST_TOKENS = 8
"""Tokens in one request: one is enough, unless a client writes several things at once."""

MOST_EVENTS = 32
"""Events that a token names by their keys: it then has some 850 characters.

Where there are more (a batch of views, a busy quarter of an hour) it names the last of each
partition, as the topics are planned. Of a topic that was given more partitions since, it may then
leave some out.
"""

Place: TypeAlias = tuple[str, str]
"""Where an event goes: topic and Kafka key."""

ConsistencyToken: TypeAlias = Mapping[tuple[str, int], bytes]
"""What a token says: by topic and CRC of the key, the short id of the last event."""

TIME = 6  # bytes at the beginning of a short id: milliseconds since 1970
_SHORT = 14
_VERSION = 1
# A topic that has no plan (the platform has none such) is taken to have as many as any.
_PARTITIONS = max(plan.partitions for plan in TOPICS.values())
_MOST_READ = 255
# Characters of a token: more than `_MOST_READ` events have, in as many topics as there are.
_LONGEST = 8000
_spelt = re.compile(rb"[A-Za-z0-9_-]+").fullmatch


class ConsistencyTokenInvalid(ValueError):  # noqa: N818 - the web layer refuses what it belongs to
    """It isn't what an answer has carried."""


def consistency_token(
    event_ids: Sequence[str], places: Sequence[Place], brought: Iterable[ConsistencyToken] = ()
) -> bytes:
    """The token of a write.

    Args:
        event_ids: The ids of the events, at least one, in their order.
        places: The topic and the Kafka key of each event.
        brought: The tokens that the request has brought.
    """
    if len(event_ids) == 1 and not brought:  # the busiest commands
        topic, key = places[0]
        of_key = zlib.crc32(key.encode()).to_bytes(4, "big")
        return _text(_one_event_in(topic) + of_key + short_id(event_ids[0]))
    by_topic: dict[str, list[bytes]] = {}
    for (topic, digest), event_id in last_of_each(event_ids, places, brought).items():
        by_topic.setdefault(topic, []).append(digest.to_bytes(4, "big") + event_id)
    parts = [_VERSION_BYTE]
    for topic, events in by_topic.items():
        parts += [_topic_head(topic), bytes((len(events),)), *events]
    return _text(b"".join(parts))


def last_of_each(
    event_ids: Sequence[str], places: Sequence[Place], brought: Iterable[ConsistencyToken] = ()
) -> ConsistencyToken:
    """The events that a reader has to wait for: it then has all others too.

    Args:
        event_ids: As for `consistency_token`.
        places: Likewise.
        brought: Likewise; what was decided too long before the first event is left out.
    """
    short = [short_id(event_id) for event_id in event_ids]
    last: dict[tuple[str, int], bytes] = {}
    if brought:
        oldest = int.from_bytes(min(short)[:TIME], "big") - int(MEMORY * 1000)
        events = [event for token in brought for event in token.items()]
        for place, event_id in sorted(events, key=lambda event: event[1]):
            if int.from_bytes(event_id[:TIME], "big") >= oldest:
                last.pop(place, None)
                last[place] = event_id
    for (topic, key), event_id in zip(places, short, strict=True):
        digest = zlib.crc32(key.encode())
        last.pop((topic, digest), None)
        last[topic, digest] = event_id
    if len(last) <= MOST_EVENTS:
        return last
    # In the order in which they were decided: the last of a partition comes last.
    of_partition = {(topic, digest % _planned(topic)): (topic, digest) for topic, digest in last}
    return {place: last[place] for place in of_partition.values()}


def planned_partition(place: Place) -> tuple[str, int]:
    """The topic of a place, and the partition that its events go to as the topic is planned."""
    topic, key = place
    return topic, zlib.crc32(key.encode()) % _planned(topic)


def place_in(topic: str, partition: int) -> Place:
    """A place in this partition, of a key that nothing has: where the real one isn't known."""
    planned = _planned(topic)
    keys = map(str, count())
    return topic, next(
        key for key in keys if zlib.crc32(key.encode()) % planned == partition % planned
    )


def _planned(topic: str) -> int:
    return TOPICS[topic].partitions if topic in TOPICS else _PARTITIONS


def short_id(event_id: str) -> bytes:
    """An event's id, as tokens name it.

    Raises:
        ValueError: It is no UUID.
    """
    return bytes.fromhex(event_id[:8] + event_id[9:13] + event_id[19:23] + event_id[24:])


def id_part(event_id: str) -> bytes:
    """The last 8 bytes of an event's id: what consumers note.

    Raises:
        ValueError: It is no UUID.
    """
    return bytes.fromhex(event_id[19:23] + event_id[24:])


def read_tokens(header: bytes) -> list[ConsistencyToken]:
    """What a request has brought: a list, as HTTP writes lists.

    Args:
        header: The value of the header.

    Raises:
        ConsistencyTokenInvalid: One of them is none, or they are too many.
    """
    texts = [text for text in map(bytes.strip, header.split(b",")) if text]
    if len(texts) > MOST_TOKENS:
        raise ConsistencyTokenInvalid(f"At most {MOST_TOKENS} tokens")
    return [_read(text) for text in texts]


def _read(text: bytes) -> ConsistencyToken:
    if len(text) > _LONGEST or not _spelt(text):
        raise ConsistencyTokenInvalid(_AS_IT_CAME)
    try:
        return _parse(_Bytes(urlsafe_b64decode(text + b"=" * (-len(text) % 4))))
    except ValueError:
        raise ConsistencyTokenInvalid(_AS_IT_CAME) from None


_AS_IT_CAME = "Tokens as answers have carried them, comma-separated"


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

    @property
    def left(self) -> bool:
        """Whether there is more."""
        return self._at < len(self._bytes)


def _parse(content: _Bytes) -> ConsistencyToken:
    # Whoever writes another version has let a release read it before.
    if content.take(1) != _VERSION_BYTE:
        raise ValueError("another version")
    events: dict[tuple[str, int], bytes] = {}
    total = 0
    while content.left:
        topic = content.take(content.take(1)[0]).decode("ascii")
        number = content.take(1)[0]
        total += number
        for _ in range(number):
            digest = int.from_bytes(content.take(4), "big")
            events[topic, digest] = content.take(_SHORT)
    if not 0 < total == len(events) <= _MOST_READ:
        raise ValueError("not as it is written")
    return events


_VERSION_BYTE = bytes((_VERSION,))


@cache
def _topic_head(topic: str) -> bytes:
    return bytes((len(topic),)) + topic.encode("ascii")


@cache
def _one_event_in(topic: str) -> bytes:
    return _VERSION_BYTE + _topic_head(topic) + b"\x01"


def _text(content: bytes) -> bytes:
    # In one pass: the two letters that addresses have other meanings for, and no padding.
    return b2a_base64(content, newline=False).translate(_SAFE, b"=")


_SAFE = bytes.maketrans(b"+/", b"-_")
