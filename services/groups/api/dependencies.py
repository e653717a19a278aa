"""What the routes have in common."""

from fastapi import Request
from pydantic import StringConstraints

from services.groups.config import GroupsSettings
from services.groups.queries import channels, memberships
from shared.contract.principal import Principal
from shared.delivery.mongo import EntityStore
from shared.web.http import request_context

Trimmed = StringConstraints(strip_whitespace=True)
"""Blanks around a text mean nothing."""


def store_of(request: Request) -> EntityStore:
    """The service's store."""
    store: EntityStore = request.app.state.store
    return store


def settings_of(request: Request) -> GroupsSettings:
    """The service's settings."""
    settings: GroupsSettings = request.app.state.settings
    return settings


async def places_left(request: Request, caller: Principal) -> int:
    """How many more groups the caller may be in."""
    held = await memberships.held(store_of(request), caller)
    return settings_of(request).groups_per_person - held


async def channels_left(request: Request, group_id: str) -> int:
    """How many more channels a group may have."""
    opened = await channels.opened(store_of(request), group_id)
    return settings_of(request).channels_per_group - opened


def tagged(request: Request, tag: str) -> None:
    """Sets the ETag of an answer to a change, so that the next one needs no reading in between."""
    request_context(request).answer_headers.append((b"etag", tag.encode()))
