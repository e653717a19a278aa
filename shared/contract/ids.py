"""Identifiers: UUIDv7 strings, sortable by the time they were made (RFC 9562, section 5.7)."""

import os
import time
from datetime import UTC, datetime, timedelta

ID_LENGTH = 36
"""Characters of an id that was made here."""

_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def new_id(*, unix_ms: int | None = None, random: str = "") -> str:
    """Makes a UUIDv7 as a 36-character string.

    Args:
        unix_ms: Milliseconds since 1970 to carry; the clock's when left out.
        random: The other 20 hexadecimal digits, of which six bits have to give way; new ones when
            left out.
    """
    moment = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    time_digits = f"{moment & 0xFFFF_FFFF_FFFF:012x}"
    random = random or os.urandom(10).hex()
    variant = "89ab"[int(random[3], 16) & 3]
    return f"{time_digits[:8]}-{time_digits[8:]}-7{random[:3]}-{variant}{random[4:7]}-{random[8:]}"


def milliseconds(moment: datetime) -> int:
    """A moment as ids carry it."""
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(made: str) -> datetime:
    """The moment that an id carries, in milliseconds."""
    return _EPOCH + made_at(made) * _MILLISECOND


def made_at(made: str) -> int:
    """The milliseconds since 1970 that an id carries."""
    return int(made[:8] + made[9:13], 16)


def first_id_at(unix_ms: int) -> str:
    """What every id that was made at this moment or later sorts behind: its first 13 characters.

    Args:
        unix_ms: Milliseconds since 1970.
    """
    digits = f"{unix_ms & 0xFFFF_FFFF_FFFF:012x}"
    return f"{digits[:8]}-{digits[8:]}"
