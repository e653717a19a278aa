"""Access tokens of any content, signed with any key."""

import time
from typing import Any

import jwt

from tests.support.web import PRIVATE_PEM

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
