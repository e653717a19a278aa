"""Failed validation as a refusal: nothing there, not JSON, or fields to correct."""

from collections.abc import Sequence
from typing import Any

from shared.contract.access import NotVisible
from shared.contract.errors import Refusal
from shared.web.http.problems.refusals import (
    BodyMalformed,
    FieldError,
    InputInvalid,
    TextUnreadable,
)

UNREADABLE = "text_unreadable"
"""pydantic's type of the errors of the rule for texts, see `shared/web/http/routing/fields.py`."""

# Errors told at once, and characters of a name that the client chose: answers stay small.
MOST_ERRORS = 20
_LONGEST_NAME = 80


def refusal_of(errors: Sequence[Any]) -> Refusal:
    """What a failed validation means: nothing there, not JSON, or fields to correct."""
    if any(error["loc"][:1] == ("path",) for error in errors):
        return NotVisible()  # ids are made here; one of another shape names nothing
    if any(error["type"] == "json_invalid" for error in errors):
        return BodyMalformed()
    texts = all(error["type"] == UNREADABLE for error in errors)
    kind = TextUnreadable if texts else InputInvalid
    return kind([_field(error) for error in errors[:MOST_ERRORS]])


def _field(error: Any) -> FieldError:
    place, *steps = error["loc"] or ("body",)
    names = [str(step)[:_LONGEST_NAME] for step in steps]
    pointer = "".join(f"/{name}" for name in names) if place == "body" else "/".join(names)
    if error["type"] == "extra_forbidden":
        return FieldError(pointer, "Unknown field")
    if error["type"] in {"uuid_parsing", "datetime_parsing", "datetime_from_date_parsing"}:
        # pydantic's message quotes what it stumbled over
        return FieldError(pointer, f"Not a valid {error['type'].partition('_')[0]}")
    return FieldError(pointer, error["msg"].removeprefix("Value error, "))
