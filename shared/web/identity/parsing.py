"""Reading a token's header and claims before its signature is checked: shapes and types only.

Everything here is written by whoever sends the token. So nothing is believed, each field has one
type, and what can't be read ends as one of the refusals, never as an error of ours.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from shared.web.identity.refusals import TokenClaimInvalid, TokenClaimMissing, TokenInvalid

LONGEST = 8192
"""Characters of a token at most. Longer ones are never read: work that an attacker gets free."""
# The end of the year 9999 in seconds since 1970: the last moment that our time types can hold.
_END_OF_TIME = 253_402_300_799

_BASE64URL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


class Unverified(NamedTuple):
    """What a token says of itself, before anybody has checked that its issuer wrote it.

    Attributes:
        header: The JSON object of its first part: algorithm, type, name of the key.
        claims: The JSON object of its second part: issuer, person, times, roles.
    """

    header: dict[str, Any]
    claims: dict[str, Any]


def parse(token: str) -> Unverified:
    """Header and claims of a token in its compact form.

    Raises:
        TokenInvalid: It isn't three parts of base64url with two JSON objects in them.
    """
    if len(token) > LONGEST:
        raise TokenInvalid(f"The token is too long: {LONGEST} characters are the most.")
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenInvalid("The token isn't a signed JWT in its compact form.")
    return Unverified(_object(parts[0]), _object(parts[1]))


def _object(part: str) -> dict[str, Any]:
    text = part.rstrip("=")  # some issuers pad, although they should not
    # Python's decoder skips what isn't base64; then one token could be spelt in many ways.
    if not _BASE64URL.issuperset(text):
        raise TokenInvalid("The token isn't base64url.")
    try:
        found = json.loads(
            urlsafe_b64decode(text + "=" * (-len(text) % 4)),
            parse_constant=_no_number,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError):  # JSON, UTF-8 and base64 errors are kinds of ValueError
        raise TokenInvalid("The token's header and claims must be JSON.") from None
    if not isinstance(found, dict):
        raise TokenInvalid("The token's header and claims must be JSON objects.")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and Infinity, which aren't JSON


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses names that occur twice: readers differ in which one they take (RFC 7519, 4)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of this name; else the one that a dotted path leads to; else None.

    The name comes first, because namespaced claims have dots in their names
    (`https://example.org/roles`).
    """
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def required(claims: Mapping[str, Any], path: str) -> Any:
    """The claim that a path leads to.

    Raises:
        TokenClaimMissing: There is none.
    """
    found = claim_at(claims, path)
    if found is None:
        raise TokenClaimMissing(path)
    return found


def check_times(claims: Mapping[str, Any]) -> None:
    """Checks that `exp`, `iat` and, where it is there, `nbf` are moments; not which.

    Raises:
        TokenClaimMissing: `exp` or `iat` isn't there.
        TokenClaimInvalid: One isn't a number of seconds that can be a moment.
    """
    required(claims, "exp")
    required(claims, "iat")
    for name in ("exp", "iat", "nbf"):
        moment = claims.get(name)
        if name not in claims:
            continue
        if isinstance(moment, bool) or not isinstance(moment, int | float):
            raise TokenClaimInvalid(name, "isn't a number of seconds since 1970")
        if not 0 <= moment <= _END_OF_TIME:
            raise TokenClaimInvalid(name, "isn't a moment between the years 1970 and 9999")


def audiences_of(claims: Mapping[str, Any]) -> list[str]:
    """The audiences that `aud` names, one or a list.

    Raises:
        TokenClaimMissing: It isn't there.
        TokenClaimInvalid: It isn't text or a list of texts.
    """
    named = required(claims, "aud")
    found = [named] if isinstance(named, str) else named
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise TokenClaimInvalid("aud", "isn't a text or a list of texts")
    return found
