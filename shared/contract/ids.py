"""Identifiers: UUIDv7 strings, sortable by the time they were made (RFC 9562, section 5.7)."""

import os
import time

ID_LENGTH = 36
"""Characters of an id that was made here."""


def new_id(*, unix_ms: int | None = None) -> str:
    """Makes a UUIDv7 as a 36-character string.

    Args:
        unix_ms: Milliseconds since 1970 to carry; the clock's when left out (tests pass it in).
    """
    moment = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    time_digits = f"{moment & 0xFFFF_FFFF_FFFF:012x}"
    random = os.urandom(10).hex()
    variant = "89ab"[int(random[3], 16) & 3]
    return f"{time_digits[:8]}-{time_digits[8:]}-7{random[:3]}-{variant}{random[4:7]}-{random[8:]}"


def first_id_at(unix_ms: int) -> str:
    """What every id that was made at this moment or later sorts behind: its first 13 characters.

    Args:
        unix_ms: Milliseconds since 1970.
    """
    digits = f"{unix_ms & 0xFFFF_FFFF_FFFF:012x}"
    return f"{digits[:8]}-{digits[8:]}"
