"""What the routes have in common."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import StringConstraints

from services.groups.config import GroupsSettings
from services.groups.domain.people import LONGEST_PERSON_ID, PERSON_ID
from services.groups.store import Store
from shared.http import exchange_of

PersonId = Annotated[
    str,
    Path(
        max_length=LONGEST_PERSON_ID,
        pattern=f"^{PERSON_ID}$",
        description="The id of a person, as the organisation's directory gives it",
        examples=["mia.schoen"],
    ),
]
"""A person in the path. One of another shape names nobody, so it answers 404 and not 422."""

Trimmed = StringConstraints(strip_whitespace=True)
"""Blanks around a text mean nothing."""


def store_of(request: Request) -> Store:
    """The service's store."""
    store: Store = request.app.state.store
    return store


def settings_of(request: Request) -> GroupsSettings:
    """The service's settings."""
    settings: GroupsSettings = request.app.state.settings
    return settings


def tagged(request: Request, tag: str) -> None:
    """Sets the ETag of an answer to a change, so that the next one needs no reading in between."""
    exchange_of(request).answer_headers.append((b"etag", tag.encode()))
