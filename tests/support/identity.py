"""Who calls, in tests: one signing key, tokens made with it, and a verifier that knows it."""

import hashlib
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.contract.events.logins import LoginTold
from shared.contract.events.vocabulary import AccountKind, LoginStanding
from shared.contract.principal import login_of
from shared.web.identity import TokenVerifier, issue_token, public_jwks
from shared.web.identity.keys import KeyStore, parse_keys

PRIVATE_PEM = Ed25519PrivateKey.from_private_bytes(b"7" * 32).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
)
PSEUDONYM_KEY = b"a key for tests only"


class FixedKeys(KeyStore):
    """The keys of a text instead of a file."""

    def __init__(self, text: str | bytes) -> None:
        super().__init__()
        self._fixed = parse_keys(text)


def make_verifier(clock: Callable[[], float] | None = None, **options: Any) -> TokenVerifier:
    """A verifier that knows the tests' key."""
    arguments: dict[str, Any] = {
        "issuer": "mitmach-development",
        "audience": "mitmach",
        "pseudonym_key": PSEUDONYM_KEY,
    } | options
    if clock is not None:
        arguments["clock"] = clock
    return TokenVerifier(FixedKeys(public_jwks(PRIVATE_PEM)), **arguments)


def person_id_of(subject: str) -> str:
    """The id of somebody on the platform, where a test makes it: always the same for a subject."""
    return str(
        uuid.UUID(bytes=hashlib.blake2b(subject.encode(), digest_size=16).digest(), version=4)
    )


def login_told(
    subject: str, standing: LoginStanding = "active", account: AccountKind = "human"
) -> LoginTold:
    """That somebody's login leads to them, as the groups service tells it."""
    gone = standing in ("erased", "unknown")
    return LoginTold(
        login=login_of(PSEUDONYM_KEY, subject),
        person=None if gone else person_id_of(subject),
        standing=standing,
        account=account,
    )


def token_of(person_id: str, roles: Iterable[str] = (), **options: Any) -> str:
    """A valid token for a person."""
    return issue_token(PRIVATE_PEM, person_id, roles, **options)
