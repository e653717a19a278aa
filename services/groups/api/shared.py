"""What the routes have in common."""

from fastapi import Request
from pydantic import StringConstraints

from services.groups.config import GroupsSettings
from services.groups.store import Store
from shared.http import exchange_of

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
