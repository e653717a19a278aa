"""Other names for people, where an event may not say who they are: one for each kind of act.

An alias is a letter that tells the kind of act, and the person's id, encrypted: 16 bytes, the size
of AES's block. Inside of a scope (a poll, a contest, a group that isn't open) the person has an
alias of its own; then a tag of the scope follows, so that the platform, which has the key, can turn
any alias back without knowing where it comes from. For everybody else an alias tells that two acts
of a kind, in a scope, are the same person's, and nothing more: it joins neither with what the API
shows nor with the person's aliases for anything else.
"""

import hashlib
import hmac
import re
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

VIEW: Final = "v"
REACTION: Final = "r"
SHARE: Final = "s"
POLL_VOTE: Final = "p"
FLAG: Final = "f"
BALLOT: Final = "b"
ENTRY: Final = "e"
MEMBER: Final = "g"
MODERATION: Final = "m"

KINDS: Final[dict[str, str]] = {
    VIEW: "seeing something, or confirming to have read it",
    REACTION: "reacting",
    SHARE: "passing a post on",
    POLL_VOTE: "voting in a poll; another one for each poll",
    FLAG: "asking a moderator to look at something; another one for each post",
    BALLOT: "voting in a contest; another one for each contest",
    ENTRY: "entering a contest, where that isn't shown; another one for each entry",
    MEMBER: (
        "whatever is shown in a group that isn't open; another one for each group, and each time"
        " that it is closed"
    ),
    MODERATION: "deciding about what others made; another one for each post and contest",
}
"""What each kind of alias stands for: the letters are part of the event contract."""

PATTERN: Final = "[a-z][0-9a-f]{32}([0-9a-f]{16})?"
"""How an alias looks, as a regular expression, also one of a kind that is added some day."""

_TOLD = re.compile(rb"(?<![0-9a-z])[a-z][0-9a-f]{32}(?:[0-9a-f]{16})?(?![0-9a-f])")
_BLOCK = 16  # bytes: of a block of AES, and of a person's id
# Bytes: two of a million scopes have the same tag with a probability of one to 37 million.
_TAG = 8
_PLAIN = 1 + 2 * _BLOCK  # characters: of an alias without a scope
_LENGTHS = frozenset({_PLAIN, _PLAIN + 2 * _TAG})
# Aliases that are remembered, in 3 MB: one takes 1 to 5 microseconds, and whoever acts now acts
# again soon.
_REMEMBERED = 10_000


class Aliases:
    """Makes aliases and turns them back: the same key, the same aliases.

    For one thread at a time.

    Args:
        key: The platform's pseudonym key.
    """

    def __init__(self, key: bytes) -> None:
        self._encrypt: dict[str, CipherContext] = {}
        self._decrypt: dict[str, CipherContext] = {}
        # A key for each kind, so that no two kinds have an alias in common.
        for kind in KINDS:
            cipher = _cipher(key, f"aliases {kind}")
            self._encrypt[kind], self._decrypt[kind] = cipher.encryptor(), cipher.decryptor()
        self._tag_key = derived(key, "tags of scopes")
        self._mask_of_tag = _cipher(key, "masks of scopes").encryptor()
        self._remembered = lru_cache(_REMEMBERED)(self._alias)

    def of(self, kind: str, person: str, scope: str | None = None) -> str:
        """A person's alias.

        Args:
            kind: What they did, one of `KINDS`.
            person: Their id, a UUID.
            scope: In which the alias is to tell that two acts are the same person's, and nowhere
                else; None: everywhere.

        Raises:
            ValueError: What should be a person's id is none.
        """
        return self._remembered(kind, person, scope)

    def _alias(self, kind: str, person: str, scope: str | None) -> str:
        encrypting, block = self._encrypt[kind], _block(person)
        if scope is None:
            return kind + encrypting.update(block).hex()
        tag = hashlib.blake2b(scope.encode(), key=self._tag_key, digest_size=_TAG).digest()
        return f"{kind}{self._masked(encrypting, block, tag).hex()}{tag.hex()}"

    def person(self, text: str) -> str:
        """Whom an alias stands for. What isn't an alias of this platform is returned as it is."""
        decrypting = self._decrypt.get(text[:1])
        length = len(text)
        if decrypting is None or length not in _LENGTHS:
            return text
        try:
            told = bytes.fromhex(text[1:])
        except ValueError:
            return text
        if 1 + 2 * len(told) != length:
            return text  # there were blanks in it
        if length == _PLAIN:
            plain = decrypting.update(told)
        else:
            plain = self._masked(decrypting, told[:_BLOCK], told[_BLOCK:])
        digits = plain.hex()
        if digits[12] != "4" or digits[16] not in "89ab":
            return text  # not the id of a person: made with another key
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def names(self, value: bytes, person: str) -> bool:
        """Whether a person is named in what was sent, by their id or by an alias.

        Args:
            value: The bytes of an event, or of anything else.
            person: The id of the person.
        """
        told = (found.decode() for found in _TOLD.findall(value))
        return person.encode() in value or any(self.person(alias) == person for alias in told)

    def _masked(self, cipher: CipherContext, block: bytes, tag: bytes) -> bytes:
        """Encrypts or decrypts under a mask, before and after: the mode that is called XEX."""
        mask = int.from_bytes(self._mask_of_tag.update(tag.ljust(_BLOCK, b"\0")), "big")
        masked = (int.from_bytes(block, "big") ^ mask).to_bytes(_BLOCK, "big")
        return (int.from_bytes(cipher.update(masked), "big") ^ mask).to_bytes(_BLOCK, "big")


def _block(person: str) -> bytes:
    block = bytes.fromhex(person.replace("-", ""))
    if len(block) != _BLOCK:
        raise ValueError("an alias is made of a person's id")
    return block


def _cipher(key: bytes, purpose: str) -> Cipher[modes.ECB]:
    # A single block each time: there is nothing for a mode to chain.
    return Cipher(algorithms.AES256(derived(key, purpose)), modes.ECB())  # noqa: S305


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose alone, of 32 bytes.

    Args:
        key: The platform's pseudonym key.
        purpose: What nothing else is derived for.
    """
    return hmac.digest(key, f"mitmach {purpose}".encode(), hashlib.sha256)
