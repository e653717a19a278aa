"""Routes about channels."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType
from pydantic import Field

from services.groups.api.dependencies import count_channels_left
from services.groups.api.models import Trimmed
from services.groups.commands.channels import ArchiveChannel, ChangeChannel, CreateChannel
from services.groups.domain.channel import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    Channel,
    ChannelChangedMeanwhile,
    TooManyChannels,
)
from services.groups.queries import channels as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import ChannelKind
from shared.contract.refusals import (
    ChannelIsArchived,
    ChannelNotFound,
    GroupIsArchived,
    GroupNotFound,
)
from shared.delivery.committer import CommandResult
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    NAMED_IDS,
    AnswerId,
    AnyText,
    Caller,
    Ids,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PatchModel,
    PathId,
    SomeLine,
    etag,
    execute,
    given,
    id_for,
    ids_alone,
    in_order,
    problems,
    revalidate,
    set_etag,
    set_location,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["channels"])

Name = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME, examples=["Routes and times"]), SomeLine
]
Description = Annotated[
    str,
    Trimmed,
    Field(max_length=LONGEST_DESCRIPTION, examples=["Where we run, and when."]),
    AnyText,
]


class ChannelIn(InputModel):
    """A channel to open."""

    kind: ChannelKind = Field(
        description="In news only those who lead the group post", examples=["discussion"]
    )
    name: Name
    description: Description = ""


class ChannelPatchIn(PatchModel):
    """What to change; what is left out stays."""

    kind: ChannelKind | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET


class ChannelView(OutputModel):
    """A channel."""

    id: AnswerId
    group_id: AnswerId
    kind: ChannelKind
    name: str = Field(examples=["Routes and times"])
    description: str
    created_at: datetime
    archived_at: datetime | None
    version: int = Field(examples=[1])


def channel_view(channel: Channel) -> ChannelView:
    """A channel as everybody sees it who sees into the group."""
    return ChannelView(
        id=channel.id,
        group_id=channel.group_id,
        kind=channel.kind,
        name=channel.name,
        description=channel.description,
        created_at=channel.created_at,
        archived_at=channel.archived_at,
        version=channel.version,
    )


def _changed(request: Request, result: CommandResult) -> ChannelView:
    channel: Channel = result.reply
    set_etag(request, etag(channel.version))
    return channel_view(channel)


@router.post(
    "/groups/{group_id}/channels",
    status_code=201,
    operation_id="create_channel",
    summary="Open a channel",
    responses=problems(
        DailyQuotaReached,
        TooManyChannels,
        GroupNotFound,
        ChannelNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
    )
    | CREATED,
)
async def create_channel(
    request: Request, caller: Caller, group_id: PathId, body: ChannelIn
) -> ChannelView:
    command = CreateChannel(
        caller,
        group_id,
        id_for(request),
        kind=body.kind,
        name=body.name,
        description=body.description,
        channels_left=await count_channels_left(request, group_id),
    )
    result = await execute(request, command, once=Channel)
    channel: Channel = result.reply
    set_location(request, "channels", channel.id)
    return _changed(request, result)


@router.get(
    "/groups/{group_id}/channels",
    operation_id="list_channels",
    summary="List a group's channels, the oldest first",
    responses=problems(GroupNotFound),
)
async def list_channels(
    request: Request,
    caller: Caller,
    group_id: PathId,
    paging: PageOf,
    archived: Annotated[
        bool, Query(description="The archived ones instead of those in use")
    ] = False,
) -> Page[ChannelView]:
    rows = await queries.list_channels(
        store_of(request),
        caller,
        group_id,
        archived=archived,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    return paging.page(rows, position=lambda channel: (channel.id,), view=channel_view)


@router.get(
    "/channels",
    operation_id="read_channels",
    summary="Read channels by their ids",
    description="As reading each of them would, archived ones too; what is in a group is listed by"
    " the group.",
)
async def read_channels(
    request: Request, caller: Caller, ids: Annotated[Ids, NAMED_IDS]
) -> Page[ChannelView]:
    asked = ids_alone(request, ids)
    found = await queries.channels_by_id(store_of(request), caller, asked)
    return in_order(asked, found, channel_view)


@router.get(
    "/channels/{channel_id}",
    operation_id="read_channel",
    summary="Read a channel",
    responses=problems(ChannelNotFound) | CONDITIONAL,
)
async def read_channel(request: Request, caller: Caller, channel_id: PathId) -> ChannelView:
    channel = await queries.read_channel(store_of(request), caller, channel_id)
    revalidate(request, etag(channel.version))
    return channel_view(channel)


@router.patch(
    "/channels/{channel_id}",
    operation_id="change_channel",
    summary="Change a channel",
    responses=problems(
        DailyQuotaReached,
        ChannelNotFound,
        NotAllowed,
        AccountSuspended,
        ChannelIsArchived,
        GroupIsArchived,
        ChannelChangedMeanwhile,
    ),
)
async def change_channel(
    request: Request, caller: Caller, channel_id: PathId, body: ChannelPatchIn, expected: IfMatch
) -> ChannelView:
    command = ChangeChannel(
        caller,
        channel_id,
        kind=given(body.kind),
        name=given(body.name),
        description=given(body.description),
        expected=expected,
    )
    return _changed(request, await execute(request, command))


@router.post(
    "/channels/{channel_id}:archive",
    operation_id="archive_channel",
    summary="Archive a channel",
    description="It is read-only from then on.",
    responses=problems(
        DailyQuotaReached, ChannelNotFound, NotAllowed, AccountSuspended, ChannelChangedMeanwhile
    ),
)
async def archive_channel(
    request: Request, caller: Caller, channel_id: PathId, expected: IfMatch
) -> ChannelView:
    return _changed(
        request, await execute(request, ArchiveChannel(caller, channel_id, expected=expected))
    )
