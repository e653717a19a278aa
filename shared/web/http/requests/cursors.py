"""Cursors: where the next page of a list begins, opaque and signed.

A cursor carries the sort position of the last item and belongs to one query of one person. It is
signed, because a position is written into a database query: what comes back is what was given out.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec

from shared.contract.errors import Category, Refusal

_SIGNATURE = 16  # bytes: a forgery needs 2^128 tries
_QUERY = 8  # bytes that name the query; only to tell a mix-up from a forgery
# Characters. Positions are a few values; a longer text isn't ours.
LONGEST = 1024


class CursorInvalid(Refusal):
    """The cursor wasn't given out by us, or has been cut or changed."""

    category = Category.INVALID
    title = "The cursor can't be used"

    def __init__(self, detail: str = "Start again without a cursor.") -> None:
        super().__init__(detail)


class CursorOfAnotherQuery(CursorInvalid):
    """The cursor was given out for another list, filter, order or person."""

    title = "The cursor belongs to another query"


class Cursors:
    """Makes and reads cursors.

    Args:
        key: Secret, the same in all replicas; a new one makes clients start again.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, query: str, position: tuple[Any, ...]) -> str:
        """The cursor after an item.

        Args:
            query: Whatever makes the list what it is: route, filters, order, person.
            position: The item's sort values: text, numbers, times, None.
        """
        content = _digest(query) + msgspec.msgpack.encode(position)
        return _text(self._sign(content) + content)

    def decode(self, query: str, cursor: str) -> tuple[Any, ...]:
        """The position that was encoded.

        Raises:
            CursorInvalid: It wasn't made with our key.
            CursorOfAnotherQuery: It was made for another query.
        """
        if len(cursor) > LONGEST:
            raise CursorInvalid
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except ValueError:
            raise CursorInvalid from None
        if _text(raw) != cursor:
            raise CursorInvalid  # base64 can be written in several ways; ours is one of them
        signature, content = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(content)):
            raise CursorInvalid
        if not hmac.compare_digest(content[:_QUERY], _digest(query)):
            raise CursorOfAnotherQuery
        return tuple(msgspec.msgpack.decode(content[_QUERY:]))

    def _sign(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, hashlib.sha256)[:_SIGNATURE]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _digest(query: str) -> bytes:
    return hashlib.blake2b(query.encode(), digest_size=_QUERY).digest()
