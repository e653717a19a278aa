"""What routes take from the running application, and what they count before a command."""

from fastapi import Request

from services.groups.config import GroupsSettings
from services.groups.queries import channels, memberships
from shared.contract.principal import Principal
from shared.web.http import store_of


def settings_of(request: Request) -> GroupsSettings:
    """The service's settings."""
    settings: GroupsSettings = request.app.state.settings
    return settings


async def count_groups_left(request: Request, caller: Principal) -> int:
    """How many more groups the caller may be in."""
    taken = await memberships.count_places_taken(store_of(request), caller)
    return settings_of(request).groups_per_person - taken


async def count_channels_left(request: Request, group_id: str) -> int:
    """How many more channels a group may have."""
    opened = await channels.count_channels(store_of(request), group_id)
    return settings_of(request).channels_per_group - opened
