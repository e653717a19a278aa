"""A record of a topic, as a client hands it over."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Record:
    """The parts of a Kafka record that readers look at."""

    offset: int
    value: bytes | None
    key: bytes | None = b"k"
    topic: str = "t"
    partition: int = 0
    headers: Sequence[tuple[str, bytes]] = ()
