"""Public keys that tokens may be signed with: from a file, or from the identity provider.

A key says which algorithms it can be used with, so a token can't pick one for it. What has been
fetched stays in use while the provider is down; a fetch happens at most once in `FETCH_SPACING`
seconds however many unknown keys are named.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shared.runtime.telemetry.outages import Outage

log = logging.getLogger(__name__)

REFRESH_INTERVAL = 300.0
"""Seconds between regular fetches.

Shorter loads the provider for nothing; longer keeps a withdrawn key alive longer.
"""

FETCH_SPACING = 10.0
"""Seconds between two fetches at least.

A flood of tokens with invented key ids costs the provider a request in this time, and no more.
"""

FETCH_TIMEOUT = 5.0
"""Seconds that a fetch may take: a provider that hangs must not hang us."""

MOST_BYTES = 1 << 20
"""Bytes of the provider's answer at most."""

LEAST_RSA_BITS = 2048
"""RSA keys with fewer bits can be broken; PyJWT would only warn."""

_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
ALGORITHMS = _RSA | frozenset(_CURVES.values()) | {"EdDSA"}
"""The allow-list: asymmetric signatures only."""


class KeysUnreadable(Exception):  # noqa: N818 - the caller turns it into a setting's error or a log line
    """The text holds no usable public key."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the algorithms it may be used with.

    Attributes:
        kid: Its name, which tokens name it by; None if it has none.
        public: The key, as the `cryptography` package has it.
        algorithms: Names of JWS algorithms, such as `ES256`.
    """

    kid: str | None
    public: Any
    algorithms: frozenset[str]


def _key(public: Any, kid: str | None, algorithm: str | None = None) -> Key:
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= LEAST_RSA_BITS:
        allowed = _RSA
    elif isinstance(public, ec.EllipticCurvePublicKey) and public.curve.name in _CURVES:
        allowed = frozenset({_CURVES[public.curve.name]})
    elif isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        allowed = frozenset({"EdDSA"})
    else:
        raise KeysUnreadable(
            "a key of another kind than RSA (2048 bits or more), EC P-256/384/521 or Ed25519/448"
        )
    if algorithm is not None:
        allowed &= {algorithm}
    if not allowed:
        raise KeysUnreadable("a key whose `alg` doesn't belong to its kind")
    return Key(kid, public, allowed)


def parse_keys(text: str | bytes) -> tuple[Key, ...]:
    """Reads a PEM public key, a JWK or a JWKS; keys for other purposes are left out.

    Raises:
        KeysUnreadable: Nothing usable is in it.
    """
    raw = text.encode() if isinstance(text, str) else text
    try:
        if b"-----BEGIN" in raw:
            return (_key(load_pem_public_key(raw), None),)
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise KeysUnreadable("neither PEM with a public key nor JSON") from error
    if not isinstance(found, dict):
        raise KeysUnreadable("JSON, but no JWK or JWKS")
    keys = []
    for jwk in found["keys"] if isinstance(found.get("keys"), list) else [found]:
        try:
            keys.append(_from_jwk(jwk))
        except (KeysUnreadable, jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue  # a set may hold keys for encryption or of a kind to come
    if not keys:
        raise KeysUnreadable("no public key for signatures in it")
    return tuple(keys)


def _from_jwk(jwk: Any) -> Key:
    if (
        not isinstance(jwk, dict)
        or jwk.get("use", "sig") != "sig"
        or jwk.get("kty") not in {"RSA", "EC", "OKP"}
    ):
        raise KeysUnreadable("not a key for asymmetric signatures")
    public_part = {
        name: value
        for name, value in jwk.items()
        if name not in {"d", "p", "q", "dp", "dq", "qi", "alg"}
    }
    kid, algorithm = jwk.get("kid"), jwk.get("alg")
    default = {"RSA": "RS256", "OKP": "EdDSA"}.get(jwk["kty"])
    if default is None:
        default = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[jwk["crv"]]
    public = jwt.PyJWK.from_dict(public_part, algorithm=default).key
    return _key(
        public,
        kid if isinstance(kid, str) else None,
        algorithm if isinstance(algorithm, str) else None,
    )


async def fetch(url: str) -> bytes:
    """Gets the provider's keys from the very address that was set: no redirects."""
    body = bytearray()
    async with (
        asyncio.timeout(FETCH_TIMEOUT),
        httpx.AsyncClient(timeout=FETCH_TIMEOUT) as client,
        client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
    ):
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise KeysUnreadable("an answer that is too large")
    return bytes(body)


class KeyStore:
    """The keys in use: those of a file for good, those of an address refreshed."""

    def __init__(
        self,
        *,
        file: Path | None = None,
        url: str | None = None,
        get: Callable[[str], Awaitable[bytes]] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads the file, fetches nothing yet.

        Args:
            file: PEM, JWK or JWKS with keys that stay; None for none.
            url: The address that keys are fetched from; None for none.
            get: Fetches what is at an address.
            clock: Monotonic seconds.

        Raises:
            KeysUnreadable: The file can't be read or holds no key.
        """
        self._url = url
        self._get = get
        self._clock = clock
        self._tried: float | None = None
        self._outage = Outage(
            log, "the identity provider's keys can't be fetched; see MITMACH_JWKS_URL"
        )
        self._fetching: asyncio.Task[bool] | None = None
        self._fixed: tuple[Key, ...] = ()
        self._fetched: tuple[Key, ...] = ()
        if file is not None:
            try:
                self._fixed = parse_keys(file.read_bytes())
            except OSError as error:
                raise KeysUnreadable(f"{file} can't be read: {error.strerror}") from error
            except KeysUnreadable as error:
                raise KeysUnreadable(f"{file} holds {error}") from error

    def __bool__(self) -> bool:
        return bool(self._fixed or self._fetched)

    def candidates(self, kid: str | None) -> tuple[Key, ...]:
        """The keys for a token with this `kid`: those of that name, or else those without any."""
        keys = self._fixed + self._fetched
        if kid is None:
            return keys
        return tuple(key for key in keys if key.kid == kid) or tuple(
            key for key in keys if key.kid is None
        )

    async def refresh(self) -> bool:
        """Fetches anew, at most once in `FETCH_SPACING` seconds; tells whether a key went or came.

        Callers at the same time share one fetch. A failure keeps the keys of before.
        """
        if self._url is None:
            return False
        if self._fetching is None:
            now = self._clock()
            if self._tried is not None and now - self._tried < FETCH_SPACING:
                return False
            self._tried = now
            self._fetching = asyncio.create_task(self._fetch(self._url))
        task = self._fetching
        try:
            return await asyncio.shield(task)
        finally:
            if self._fetching is task and task.done():
                self._fetching = None

    async def _fetch(self, url: str) -> bool:
        try:
            keys = parse_keys(await self._get(url))
        except (OSError, httpx.HTTPError, httpx.InvalidURL, KeysUnreadable) as error:
            self._outage.failed(_reason(error))
            return False
        self._outage.over()
        changed = {key.kid: _numbers(key) for key in keys} != {
            key.kid: _numbers(key) for key in self._fetched
        }
        self._fetched = keys
        return changed


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"it answers {error.response.status_code}"
    if isinstance(error, KeysUnreadable):
        return f"it answers {error}"
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no answer"
    said = str(error)
    if "Name or service not known" in said or "name resolution" in said:
        return "the name of its host isn't known"
    if "refused" in said or "All connection attempts failed" in said:
        return "connection refused"
    return f"TLS: {said}"[:160] if "CERTIFICATE" in said else type(error).__name__


def _numbers(key: Key) -> Any:
    public = key.public
    return (
        public.public_numbers() if hasattr(public, "public_numbers") else public.public_bytes_raw()
    )
