"""Refusals: what a command or a query answers instead of doing it, each of one category.

Who refuses says what is wrong, never which status code that is: one table in `shared/web` maps each
category to an HTTP status. A consumer asks where it was raised. Folding an event, it is a failure
like any other, and the event becomes a dead letter. Storing what was folded, it is something that
passes: that is tried again, and no event is blamed (`shared/delivery/consumer/quarantine.py`).
"""

import re
from enum import Enum
from typing import Any, ClassVar


class Category(Enum):
    """Why a request can't be served. One category, one HTTP status, one way to react."""

    MALFORMED = "malformed"  # can't be read at all
    INVALID = "invalid"  # can be read, but breaks a rule of the input
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"  # may be seen, may not be done
    MISSING = "missing"  # isn't there, or may not be seen
    GONE = "gone"  # was there for the one who asks, and won't be again
    CONFLICT = "conflict"  # the state doesn't allow it
    STALE = "stale"  # If-Match named another version
    TOO_LARGE = "too-large"
    UNSUPPORTED = "unsupported"  # media type
    TOO_MANY = "too-many"
    TOO_SLOW = "too-slow"  # the request didn't arrive in time
    UNAVAILABLE = "unavailable"  # overload or an outage: repeating later is right


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """An honest no: raised by `decide` and by queries, answered as a problem document.

    Subclasses set `category` and `title`.

    Attributes:
        category: Why it is refused; decides the HTTP status.
        title: What is wrong, in a few words that are the same for each occurrence.
        slug: The stable name, which clients decide by: the class name in kebab case
            (`post-not-found`). A class whose name had to change gives its slug explicitly; a
            subclass doesn't inherit it.
        retry_after: Seconds after which repeating makes sense, sent as Retry-After; None where
            waiting doesn't help.

    Args:
        detail: What the caller can do about it, in one sentence. Never personal data, never a free
            text of someone. The title where it is left out.
    """

    category: ClassVar[Category]
    title: ClassVar[str]
    slug: ClassVar[str]
    retry_after: ClassVar[int | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "slug" not in cls.__dict__:
            cls.slug = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title


class Unavailable(Refusal):
    """The database or the broker doesn't answer in time; nothing was acknowledged."""

    category = Category.UNAVAILABLE
    title = "The service can't store this right now"
    retry_after = 1


class Overloaded(Unavailable):
    """More work waits than can be done before the deadline: refused before any work."""

    title = "The service has more to do than it can finish in time"


class OutcomeUnknown(Unavailable):
    """The commit was sent and its answer lost for longer than the deadline.

    Repeating the same request is safe: PUT and DELETE by their nature, POST with its
    Idempotency-Key.
    """

    title = "It isn't known whether this was stored; repeat the same request"
