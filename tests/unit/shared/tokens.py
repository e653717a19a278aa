"""Access tokens of any content, signed with any key."""

import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.support.identity import PRIVATE_PEM

HEADERS = {"kid": "development", "typ": "at+jwt"}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {
        "sub": "anna",
        "roles": ["editor"],
        "iss": "mitmach-development",
        "aud": "mitmach",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    } | changes
    return {name: value for name, value in found.items() if value is not None}


def signed(
    content: dict[str, Any],
    headers: dict[str, Any] | None = None,
    key: Any = PRIVATE_PEM,
    **options: Any,
) -> str:
    algorithm = options.get("algorithm", "EdDSA")
    return jwt.encode(
        content, key, algorithm=algorithm, headers=HEADERS if headers is None else headers
    )


def raw_token(header: Any, content: Any) -> str:
    """A token of any JSON, or of any text, that a library would refuse to make; signed rightly."""
    private = load_pem_private_key(PRIVATE_PEM, None)
    assert isinstance(private, Ed25519PrivateKey)
    head, body = (
        _base64url(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in (header, content)
    )
    return b".".join((head, body, _base64url(private.sign(head + b"." + body)))).decode()


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
