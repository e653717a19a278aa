"""A record of a topic, as a client hands it over."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Record:
    """What a reader looks at."""

    offset: int
    value: bytes | None
    key: bytes | None = b"k"
    topic: str = "t"
    partition: int = 0
    headers: Sequence[tuple[str, bytes]] = ()
