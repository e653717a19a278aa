"""The refusals of the web layer itself: what can be wrong with any request."""

from collections.abc import Sequence

import msgspec

from shared.contract.errors import Category, Refusal


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field: a JSON pointer into the body, or the parameter's name."""

    field: str
    message: str


class RouteMissing(Refusal):
    """No route has this path."""

    category = Category.MISSING
    title = "There is no such route"

    def __init__(
        self, detail: str = "Correct the path; the /openapi.json of an API lists its routes."
    ) -> None:
        super().__init__(detail)


class BodyMalformed(Refusal):
    """The body can't be read as JSON."""

    category = Category.MALFORMED
    title = "The body isn't valid JSON"

    def __init__(self, detail: str = "Send one JSON value in UTF-8.") -> None:
        super().__init__(detail)


class InputInvalid(Refusal):
    """The request can be read, but fields or parameters break the rules."""

    category = Category.INVALID
    title = "The input breaks a rule"

    def __init__(self, errors: Sequence[FieldError] = (), detail: str = "") -> None:
        super().__init__(detail or "Correct what `errors` names.")
        self.errors = tuple(errors)


class TextUnreadable(InputInvalid):
    """A text has nothing to read in it, or something that nobody can see."""

    title = "A text can't be read as it is"


class BodyTooLarge(Refusal):
    """The body is larger than the limit, announced or in fact."""

    category = Category.TOO_LARGE
    title = "The body is too large"

    def __init__(self, detail: str = "Send less at once; the limit is 256 KiB.") -> None:
        super().__init__(detail)


class MediaTypeUnsupported(Refusal):
    """The body has another media type, or none."""

    category = Category.UNSUPPORTED
    title = "The body must be JSON"

    def __init__(self, detail: str = "Send the header `Content-Type: application/json`.") -> None:
        super().__init__(detail)


class ContentCodingUnsupported(Refusal):
    """The body is compressed: read as it is, it would be no JSON.

    Bodies are small (views and reactions are some 30 bytes), so there is nothing to gain; and what
    unpacks to a thousand times its size is a weapon.
    """

    category = Category.UNSUPPORTED
    title = "Compressed bodies aren't read"

    def __init__(self, detail: str = "Send the body without Content-Encoding.") -> None:
        super().__init__(detail)


class BodyTooSlow(Refusal):
    """The body didn't arrive within the time that it may take."""

    category = Category.TOO_SLOW
    title = "The body didn't arrive in time"

    def __init__(self, detail: str = "Send the request again, or less at once.") -> None:
        super().__init__(detail)


class TooManyRequests(Refusal):
    """One person, or one address with bad tokens, asks faster than allowed."""

    category = Category.TOO_MANY
    title = "Too many requests"

    def __init__(self, wait: float = 1.0) -> None:
        super().__init__("Wait as long as Retry-After says.")
        self.wait = wait


class TooManyRequestsAtOnce(Refusal):
    """As many requests of this person as allowed are being served or sent at this moment."""

    category = Category.TOO_MANY
    title = "Too many requests at once"
    retry_after = 1

    def __init__(self, detail: str = "Wait for an answer before sending the next.") -> None:
        super().__init__(detail)


class TooBusy(Refusal):
    """More requests are being served than the process can take: refused before any work."""

    category = Category.UNAVAILABLE
    title = "The service is serving as many requests as it can"
    retry_after = 1

    def __init__(self, detail: str = "Try again in a moment.") -> None:
        super().__init__(detail)
