"""The path that routes are matched with, and the ids of people in it.

A server hands over the path decoded, where an id with a slash can't be told from two segments, nor
`jane%3Asuspend` (a person) from `jane:suspend` (something to be done to a person). So the
separators that a client encoded stay encoded until the route is found, and are decoded in the id
that it took out of the path. Everything else is decoded before: `/v1/%70eople` is `/v1/people`, as
HTTP says.
"""

import re
from typing import Annotated
from urllib.parse import unquote

from fastapi import Path
from pydantic import BeforeValidator

from shared.web.identity import LONGEST_PERSON_ID, PERSON_ID_PATTERN

# A slash, a colon, and the sign that would make one of what follows it.
_SEPARATORS = re.compile("%(2[Ff]|3[Aa]|25)")


def matched_path(raw: bytes) -> str:
    """The decoded path, in which `/`, `:` and `%` are encoded where the client had encoded them.

    Args:
        raw: The path as it came over the wire, without the query.
    """
    return unquote(_SEPARATORS.sub(r"%25\1", raw.decode("latin-1")))


def _decoded(value: object) -> object:
    return unquote(value) if isinstance(value, str) else value


PersonId = Annotated[
    str,
    Path(
        max_length=LONGEST_PERSON_ID,
        pattern=PERSON_ID_PATTERN,
        description="The id of a person, as the organisation's directory gives it, percent-encoded",
        examples=["mia.schoen"],
    ),
    BeforeValidator(_decoded),  # last, so that it comes before the bounds above
]
"""A person in the path. One of another shape names nobody, so it answers 404 and not 422."""
