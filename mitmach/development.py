"""Secrets of a platform on one machine: made at the first start, kept with its data.

In an organisation the identity provider signs tokens and a secret store keeps the pseudonym key.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from shared.web.identity import development

_KEYS = "keys"
_PRIVATE = "private.pem"


def has_keys(data: Path) -> bool:
    """Whether a platform has made its keys in this folder."""
    return (data / _KEYS / _PRIVATE).is_file()


class DevelopmentSecrets:
    """Keys in a folder, private to its owner.

    The pseudonym key must outlive a restart as the data does: with another one everybody would be
    a new person to the metrics.

    Args:
        data: The platform's folder; `keys` in it is made if missing.
    """

    def __init__(self, data: Path) -> None:
        folder = data / _KEYS
        self.public_file = folder / "public.json"
        private_file = folder / _PRIVATE
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        development.create_keys(private_file, self.public_file)
        self._private = private_file.read_bytes()
        self.pseudonym_key = _kept(folder / "pseudonym.key")

    def token(self, person: str, roles: Iterable[str] = (), *, lifetime: int = 24 * 3600) -> str:
        """Signs a token.

        Args:
            person: The person's id; becomes the token's `sub`.
            roles: The platform roles that the token gives.
            lifetime: Seconds until the token expires.
        """
        return development.issue_token(self._private, person, roles, lifetime=lifetime)


def _kept(file: Path) -> str:
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
    return file.read_text()
