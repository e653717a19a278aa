"""Headers whose name comes more than once: one value per name, or a refusal.

HTTP lets a list be sent in several lines, and the lines mean what they mean joined by commas (RFC
9110, 5.3): a second `X-Forwarded-For` of an inner proxy, a second `If-Match`. A field that isn't a
list may come once; of two credentials or two lengths nobody knows which one the proxies in front
have looked at, so there is no right one to take. A second `traceparent` makes a value that is
none, and so a new trace, as W3C says.
"""

from collections.abc import Iterable

from shared.contract.errors import Category, Refusal

_ONCE = frozenset(
    {
        b"act-as",
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"last-event-id",
        b"occurred-at",
    }
)


Lines = Iterable[tuple[bytes, bytes]]
"""The lines of a request's head as they came, names in lower case."""


class HeaderRepeated(Refusal):
    """A header that can have one value came twice.

    Args:
        name: The name of the header, as it is usually written.
    """

    category = Category.MALFORMED
    title = "A header was sent twice that can be sent once"

    def __init__(self, name: str = "Authorization") -> None:
        super().__init__(f"Send one `{name}` header.")


def join_lines(lines: Lines) -> dict[bytes, bytes]:
    """One value per name; the names are in lower case already.

    Args:
        lines: The lines as they came, their order kept.
    """
    values: dict[bytes, list[bytes]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(value)
    return {name: b", ".join(several) for name, several in values.items()}


def refuse_repeated(lines: Lines) -> None:
    """Returns if no header came twice that can come once.

    Raises:
        HeaderRepeated: One did.
    """
    seen: set[bytes] = set()
    for name, _ in lines:
        if name in seen and name in _ONCE:
            raise HeaderRepeated(name.decode("ascii").title())
        seen.add(name)
