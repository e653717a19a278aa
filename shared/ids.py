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
    random = int.from_bytes(os.urandom(10), "big")
    value = (moment & 0xFFFF_FFFF_FFFF) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76  # version
    value = value & ~(0x3 << 62) | 0x2 << 62  # variant
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
