"""One dead letter: a record, why it was left out, and an id that survives reading it again."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol


class Record(Protocol):
    """The fields that are needed of a Kafka record that was read."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Letter:
    """A record that couldn't be decoded or applied.

    The id is the same however often the record is read: it names the event by its place in its
    chain, and bytes that belong to no chain by where they were found.

    Args:
        record: The consumer record, untouched.
        reason: Why it couldn't be; never what is in it.
        group: Id of the consumer group that couldn't count it.
        source: CloudEvents source of the event; empty when its envelope can't be read.
        sequence: Sequence of the event, 20 digits; empty likewise.

    Attributes:
        id: Twelve hexadecimal digits that name the letter.
        overtaken: Whether a later event with the same key was counted.
    """

    __slots__ = ("group", "id", "overtaken", "reason", "record", "sequence", "source")

    def __init__(
        self, record: Record, reason: str, *, group: str, source: str = "", sequence: str = ""
    ) -> None:
        self.record = record
        self.reason = reason
        self.group = group
        self.source = source
        self.sequence = sequence
        self.overtaken = False
        place = f"{record.topic}/{record.partition}"
        if source:
            name = f"{group}|{place}|{source}|{sequence}"
        else:
            name = f"{group}|{place}|{record.offset}|{sha256(record.value or b'').hexdigest()}"
        self.id = sha256(name.encode()).hexdigest()[:12]
