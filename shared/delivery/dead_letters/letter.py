"""One dead letter."""

from hashlib import sha256
from typing import Any


class Letter:
    """A record that couldn't be decoded or applied.

    The id is the same however often the record is read: it names the event by its place in its
    chain, and bytes that belong to no chain by where they were found.

    Args:
        record: The consumer record, untouched.
        reason: Why; never what is in it.
        group: Whose consumer.
        source: Of the event; empty when its envelope can't be read.
        sequence: Its digits; empty likewise.

    Attributes:
        overtaken: Whether a later event with the same key was counted.
    """

    __slots__ = ("group", "id", "overtaken", "reason", "record", "sequence", "source")

    def __init__(
        self, record: Any, reason: str, *, group: str, source: str = "", sequence: str = ""
    ) -> None:
        self.record = record
        self.reason = reason
        self.group = group
        self.source = source
        self.sequence = sequence
        self.overtaken = False
        place = f"{record.topic}/{record.partition}"
        if source:
            told = f"{group}|{place}|{source}|{sequence}"
        else:
            told = f"{group}|{place}|{record.offset}|{sha256(record.value or b'').hexdigest()}"
        self.id = sha256(told.encode()).hexdigest()[:12]
