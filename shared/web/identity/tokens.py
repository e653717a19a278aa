"""From a bearer token to its `Claims`: checked once, remembered until the token expires."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import jwt

from shared.contract.principal import ROLES, Claims, login_of
from shared.web.identity.keys import ALGORITHMS, REFRESH_INTERVAL, KeyStore
from shared.web.identity.parsing import audiences_of, check_times, claim_at, parse, required
from shared.web.identity.refusals import (
    KeysUnavailable,
    TokenAlgorithmRefused,
    TokenClaimInvalid,
    TokenExpired,
    TokenForged,
    TokenForOthers,
    TokenFromElsewhere,
    TokenHeaderRefused,
    TokenInvalid,
    TokenKeyUnknown,
    TokenNotYetValid,
    TokenOfWrongType,
)
from shared.web.identity.subjects import fault_of

LEEWAY = 30
"""Seconds that the clocks of two machines may differ."""

CACHED = 50_000
"""Verified tokens that are kept, about 1 KiB each.

More than the people who are signed in at once in a large organisation.
"""

_REFUSED_HEADERS = frozenset({"jku", "x5u", "jwk", "x5c", "crit", "b64"})
# What some providers write into a claim `typ` of tokens that aren't for access.
_OTHER_TOKENS = frozenset({"id", "refresh", "offline", "logout"})


class TokenVerifier:
    """Checks tokens; `verify` takes about a microsecond for a token that was seen before.

    Args:
        keys: The keys that tokens may be signed with.
        issuer: The `iss` that tokens must have.
        audience: What must be their `aud`, or among several.
        pseudonym_key: The secret that turns subjects into logins.
        types: Accepted `typ` headers, lower case, without `application/`.
        roles_claim: Name or dotted path of the claim with the roles.
        person_claim: Name or dotted path of the claim with the person's id.
        cached: How many verified tokens are remembered at most.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        keys: KeyStore,
        *,
        issuer: str,
        audience: str,
        pseudonym_key: bytes,
        types: tuple[str, ...] = ("jwt", "at+jwt"),
        roles_claim: str = "roles",
        person_claim: str = "sub",
        cached: int = CACHED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._pseudonym_key = pseudonym_key
        self._types = frozenset(types)
        self._roles_claim = roles_claim
        self._person_claim = person_claim
        self._most = cached
        self._clock = clock
        # By the token itself. By its digest would keep tokens out of memory dumps, at the price of
        # a hash per request.
        self._verified: OrderedDict[str, tuple[Claims, float]] = OrderedDict()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["TokenVerifier"]:
        """Fetches keys on entry and regularly; a provider that is down stops nothing."""
        await self._refresh()
        task = asyncio.create_task(self._refresh_regularly(), name="identity keys")
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _refresh_regularly(self) -> None:
        while True:
            # The second is the least time between two fetches: an API without keys serves nobody.
            await asyncio.sleep(REFRESH_INTERVAL if self._keys else 10.0)
            await self._refresh()

    async def _refresh(self) -> None:
        if await self._keys.refresh():
            self._verified.clear()  # a key may have been withdrawn

    def recall(self, token: str) -> Claims | None:
        """The claims of a token that was verified before and hasn't expired, or None."""
        known = self._verified.get(token)
        if known is None:
            return None
        if known[1] <= self._clock():
            del self._verified[token]
            return None
        self._verified.move_to_end(token)
        return known[0]

    def verify(self, token: str) -> Claims:
        """What the token says of its owner, checked with the keys at hand.

        Raises:
            TokenInvalid: One of its subclasses says why.
            KeysUnavailable: No key has been had yet.
        """
        known = self.recall(token)
        if known is not None:
            return known
        checked, expires = self._check(token)
        self._verified[token] = (checked, expires)
        if len(self._verified) > self._most:
            self._verified.popitem(last=False)
        return checked

    async def authenticate(self, token: str) -> Claims:
        """Like `verify`, but asks the provider once more when the token names an unknown key."""
        try:
            return self.verify(token)
        except (TokenKeyUnknown, KeysUnavailable):
            await self._refresh()
            return self.verify(token)

    def _check(self, token: str) -> tuple[Claims, float]:
        """Cheap checks first, the signature last: see `_verified_claims` for what it costs."""
        unverified = parse(token)
        algorithm, kid = self._check_header(unverified.header)
        self._check_claims(unverified.claims)
        if not self._keys:
            raise KeysUnavailable
        candidates = self._keys.candidates(kid)
        if not candidates:
            raise TokenKeyUnknown
        usable = [key for key in candidates if algorithm in key.algorithms]
        if not usable:
            raise TokenAlgorithmRefused
        claims = self._verified_claims(token, usable, algorithm)
        return self._read(claims), float(claims["exp"]) + LEEWAY

    def _check_header(self, header: dict[str, Any]) -> tuple[str, str | None]:
        """Algorithm and key id of a header whose fields have the right types."""
        if not _REFUSED_HEADERS.isdisjoint(header):
            raise TokenHeaderRefused
        algorithm, kind, kid = header.get("alg"), header.get("typ"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise TokenAlgorithmRefused
        if (
            not isinstance(kind, str)
            or kind.lower().removeprefix("application/") not in self._types
        ):
            raise TokenOfWrongType
        if not isinstance(kid, str | None) or (kid is None and "kid" in header):
            raise TokenInvalid("The header `kid` isn't a text.")
        return algorithm, kid

    def _check_claims(self, claims: dict[str, Any]) -> None:
        """What can be said of claims that nobody has verified; not whether they have expired.

        A token that was ours and has expired is told apart from a forged one: its times are judged
        after its signature, since whoever holds it has only to sign in again.
        """
        issuer = required(claims, "iss")
        if not isinstance(issuer, str):
            raise TokenClaimInvalid("iss", "isn't a text")
        if issuer != self._issuer:
            raise TokenFromElsewhere
        if self._audience not in audiences_of(claims):
            raise TokenForOthers
        check_times(claims)
        if str(claims.get("typ", "")).lower() in _OTHER_TOKENS:
            raise TokenOfWrongType
        fault = fault_of(required(claims, self._person_claim))
        if fault is not None:
            raise TokenClaimInvalid(self._person_claim, fault)

    def _verified_claims(self, token: str, keys: list[Any], algorithm: str) -> dict[str, Any]:
        """The claims, once the signature and the times are right.

        One check of a signature costs 22 us with RS256 (2048 bits), 70 us with ES256 or RS256 (4096
        bits), 105 us with Ed25519 and 490 us with ES512, on one core of a small server, where a
        request that is refused for want of a token costs some 150 us with its HTTP. That is why a
        token is always judged, however many forged ones came from the same address before: refusing
        unseen would spare the victim of a flood less than half of the work with the usual keys, and
        lock out everybody who shares the address. A token that names no key is tried with all of
        the provider's, so a flood of those costs as many checks as it has keys.
        """
        for key in keys:
            try:
                return jwt.decode(
                    token,
                    key.public,
                    algorithms=[algorithm],
                    audience=self._audience,
                    issuer=self._issuer,
                    leeway=LEEWAY,
                    options={
                        "require": ["exp", "iat", "iss", "aud"],
                        "verify_sub": False,  # what must be of the person's claim was checked
                        "verify_jti": False,  # nothing here reads it
                    },
                )
            except jwt.InvalidSignatureError:
                continue  # another key without a name may fit
            except jwt.ExpiredSignatureError:
                raise TokenExpired from None
            except jwt.ImmatureSignatureError:
                raise TokenNotYetValid from None
            except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError):
                # Not foreseen: all that can be wrong was looked at before. Still nobody's bug but
                # the sender's, as long as the signature hasn't been found right.
                raise TokenInvalid from None
        raise TokenForged

    def _read(self, claims: dict[str, Any]) -> Claims:
        subject: str = claim_at(claims, self._person_claim)
        named = claim_at(claims, self._roles_claim)
        roles = (
            {role for role in named if isinstance(role, str)} if isinstance(named, list) else set()
        )
        return Claims(subject, ROLES & roles, login_of(self._pseudonym_key, subject))


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A key for another purpose, made from a secret that is known already."""
    return hashlib.blake2b(purpose.encode(), key=secret[:64], digest_size=32).digest()
