"""Who is asking: a person of the platform, where they stand, and their platform roles.

A token says what the identity provider calls somebody, the subject. Nobody but the groups service
keeps that: everywhere else a token is found again by its login, a keyed digest of the subject, and
leads to an id that the platform made itself.
"""

import hashlib
import hmac
import uuid
from base64 import b32encode
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

ROLES = frozenset({"admin", "editor", "moderator", "analyst", "service", "importer"})
"""The platform roles of tokens; roles in a group are no business of the identity provider."""


class Standing(StrEnum):
    """Where a person stands on the platform: the first thing that is looked at."""

    UNKNOWN = "unknown"  # nothing has been heard of them, here or at all
    INVITED = "invited"  # known to the organisation, was never here
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says of its owner.

    Attributes:
        subject: What the identity provider calls them: the `sub` of the token, or whichever claim
            the settings name. Not shown, logged or stored by anybody but the groups service.
        roles: The platform roles of the token, nothing but members of `ROLES`.
        login: What stands for the subject in stores, see `login_of`.
    """

    subject: str = field(repr=False)
    roles: frozenset[str]
    login: str


class Identity(NamedTuple):
    """Whom a login leads to.

    Attributes:
        person_id: The id that the platform made for them; empty where there is nobody.
        standing: Where they stand: what else holds of them comes after it.
        human: Whether the account is a human being's, not a program's.
    """

    person_id: str
    standing: Standing
    human: bool = True


NOBODY = Identity("", Standing.UNKNOWN)
"""Whom a login leads to of which nothing has been heard."""


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller.

    Attributes:
        person_id: The id that the platform made for them; empty for somebody unknown.
        roles: The platform roles of the token; none for somebody who isn't active.
        standing: Where they stand: what else holds of them comes after it.
        human: Whether a human being acts, not a program: neither the account nor the token says so.
        claims: What their token says; None for a caller without one.
    """

    person_id: str
    roles: frozenset[str] = field(default=frozenset())
    standing: Standing = Standing.UNKNOWN
    human: bool = True
    claims: Claims | None = field(default=None, repr=False)

    @property
    def login(self) -> str:
        """What their token is found by; empty without one."""
        return "" if self.claims is None else self.claims.login


def principal_of(claims: Claims, identity: Identity) -> Principal:
    """The caller that a token and what is known of its owner make: roles only for the active.

    A token with the role `service` is a program's, whatever is known of the account.
    """
    active = identity.standing is Standing.ACTIVE
    return Principal(
        identity.person_id,
        claims.roles if active else frozenset(),
        identity.standing,
        identity.human and "service" not in claims.roles,
        claims,
    )


def standing_as(principal: Principal, standing: Standing) -> Principal:
    """The caller as they stand now, where that isn't what was known when they were looked up."""
    if standing is principal.standing or principal.claims is None:
        return principal
    return principal_of(principal.claims, Identity(principal.person_id, standing, principal.human))


def login_of(key: bytes, subject: str) -> str:
    """The login of a subject: HMAC-SHA256, its first 16 bytes in lower-case base32 (26 characters).

    Keyed, because subjects can be guessed and a plain hash of them could be looked up. 128 bits: no
    two people of any organisation have the same.
    """
    digest = hmac.digest(key, subject.encode(), hashlib.sha256)
    return b32encode(digest[:16]).decode("ascii").rstrip("=").lower()


def new_person_id() -> str:
    """An id for somebody new: a UUID of version 4, which doesn't even tell when it was made."""
    return str(uuid.uuid4())
