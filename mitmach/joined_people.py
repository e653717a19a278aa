"""Events in which a person is the same person everywhere: for operators who count across acts.

A published event names people as its readers may see them, by their id here and by another alias
there. Whoever has the platform's key can tell that these are one person, as the metrics service
does. Such lines hold one id for each person instead: a digest, which nobody turns back and which is
neither the person's id nor any alias of theirs. It is the same in all exports of an installation.
"""

import hashlib
import re
import uuid
from typing import Any

import msgspec

from shared.contract.aliases import Aliases, derived
from shared.contract.erasures import FORMER_COLLEAGUE, erasure_id

# Ids of people are random (UUIDv4), those of everything else are made of the time (UUIDv7).
_is_person = re.compile(
    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[089ab][0-9a-f]{3}-[0-9a-f]{12}"
).fullmatch
# What people wrote: it may look like the name of a person, and is none.
_WRITTEN = frozenset({"topics"})
# Beside a person this is a digest of their id, made without a key.
_ERASURE = "erasure"


class JoinedPeople:
    """Replaces whatever names a person by one id, the same wherever the person is named.

    For one thread at a time.

    Args:
        key: The platform's pseudonym key.
    """

    def __init__(self, key: bytes) -> None:
        self._person = Aliases(key).person
        self._key = derived(key, "people of exports")

    def line(self, line: bytes) -> bytes:
        """The line of an event with people joined; everything else in it stays."""
        event = msgspec.json.decode(line)
        before = event["data"].get("person")
        for name in ("subject", "partitionkey", "actor", "data"):
            if name in event:
                event[name] = self._joined(event[name])
        if before is not None and _ERASURE in event["data"]:
            event["data"][_ERASURE] = erasure_id(event["data"]["person"])
        return msgspec.json.encode(event)

    def _joined(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._name(value)
        if isinstance(value, list):
            return [self._joined(part) for part in value]
        if isinstance(value, dict):
            return {
                name: part if name in _WRITTEN else self._joined(part)
                for name, part in value.items()
            }
        return value

    def _name(self, text: str) -> str:
        person = self._person(text)
        if person == FORMER_COLLEAGUE or not _is_person(person):
            return text
        digest = hashlib.blake2b(person.encode(), key=self._key, digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=4))
