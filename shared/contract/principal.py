"""Who is asking: a person, their platform roles, the pseudonym that stands for them in events."""

import hashlib
import hmac
from base64 import b32encode
from dataclasses import dataclass, field

ROLES = frozenset({"admin", "editor", "moderator", "analyst", "service"})
"""The platform roles of tokens; roles in a group are no business of the identity provider."""


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller.

    Attributes:
        person_id: The token's `sub`, or whichever claim the settings name.
        roles: The platform roles of the token, nothing but members of `ROLES`.
        pseudonym: What stands for the person in events and metrics.
    """

    person_id: str
    roles: frozenset[str] = field(default=frozenset())
    pseudonym: str = ""


def pseudonym(key: bytes, person_id: str) -> str:
    """A person's pseudonym: HMAC-SHA256, its first 16 bytes in lower-case base32 (26 characters).

    Keyed, because person ids can be guessed and a plain hash of them could be looked up. 128 bits:
    no two people of any organisation have the same.
    """
    digest = hmac.digest(key, person_id.encode(), hashlib.sha256)
    return b32encode(digest[:16]).decode("ascii").rstrip("=").lower()
