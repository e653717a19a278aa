"""Keys and tokens for development and tests: what an identity provider does elsewhere."""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from shared.contract.ids import new_id

KID = "development"


def create_keys(private_file: Path, public_file: Path) -> None:
    """Makes an Ed25519 key pair: a private file for its owner only, and a public JWKS.

    What exists is kept, so tokens of an earlier run stay valid.
    """
    if private_file.exists() and public_file.exists():
        return
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private_file.parent.mkdir(parents=True, exist_ok=True)
    private_file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(private_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        file.write(pem)
    public_file.write_text(public_jwks(pem), encoding="utf-8")


def public_jwks(private_pem: bytes) -> str:
    """The public half of a development key as a JWKS document."""
    private = load_pem_private_key(private_pem, None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("a development key is an Ed25519 key")
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return json.dumps(
        {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "x": jwt.utils.base64url_encode(raw).decode("ascii"),
                    "kid": KID,
                    "use": "sig",
                    "alg": "EdDSA",
                }
            ]
        }
    )


def issue_token(
    private_pem: bytes,
    person_id: str,
    roles: Iterable[str] = (),
    *,
    issuer: str = "mitmach-development",
    audience: str = "mitmach",
    lifetime: int = 24 * 3600,
    now: float | None = None,
) -> str:
    """Signs an access token.

    Args:
        private_pem: What `create_keys` wrote.
        person_id: The person that the token is for; its `sub`.
        roles: The person's platform roles.
        issuer: The `iss` of the token, which the verifier must expect.
        audience: The `aud` of the token, which the verifier must expect.
        lifetime: Seconds until it expires.
        now: Seconds since 1970; the clock's when left out.
    """
    issued = int(time.time() if now is None else now)
    claims = {
        "sub": person_id,
        "roles": sorted(roles),
        "iss": issuer,
        "aud": audience,
        "iat": issued,
        "nbf": issued,
        "exp": issued + lifetime,
        "jti": new_id(),
    }
    return jwt.encode(claims, private_pem, algorithm="EdDSA", headers={"kid": KID, "typ": "at+jwt"})
