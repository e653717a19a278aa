"""Routes about groups: founding, reading, changing, archiving and deleting them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType
from pydantic import Field

from services.groups.api.dependencies import count_groups_left
from services.groups.api.models import GroupView, MyMembershipView, Trimmed, group_etag, group_view
from services.groups.commands.groups import (
    ArchiveGroup,
    ChangeGroup,
    CreateGroup,
    DeleteGroup,
    RestoreGroup,
)
from services.groups.domain.group import (
    LONGEST_NAME,
    LONGEST_PURPOSE,
    Group,
    GroupChangedMeanwhile,
    GroupIsBuiltIn,
    GroupNotEmpty,
)
from services.groups.domain.membership import MembershipStanding, TooManyGroups
from services.groups.queries import groups as queries
from services.groups.queries.confusables import confusable_groups
from shared.contract.access import AccountSuspended, NotAllowed, PersonNotActive
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.contract.tags import LONGEST_TAG, MOST_TAGS, TagInvalid, normalise_tags
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    NAMED_IDS,
    AnyText,
    Caller,
    Ids,
    IfMatch,
    InputModel,
    Page,
    PageOf,
    PatchModel,
    PathId,
    SomeLine,
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

router = APIRouter(prefix="/v1", tags=["groups"])

Name = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME, examples=["Lunchtime runners"]), SomeLine
]
Purpose = Annotated[
    str,
    Trimmed,
    Field(max_length=LONGEST_PURPOSE, examples=["Five kilometres, twice a week, no rush."]),
    AnyText,
]
Topics = Annotated[
    tuple[Annotated[str, Field(max_length=2 * LONGEST_TAG)], ...],
    Field(
        max_length=MOST_TAGS,
        description="In any spelling; answered as lower-case words joined by hyphens. `+` and `#`"
        " belong to the word that they end (c++, c#) and elsewhere separate words",
        examples=[["running", "health"]],
    ),
]


class GroupIn(InputModel):
    """A group to found."""

    kind: Literal["working_group", "community", "pilot"] = Field(examples=["community"])
    visibility: Visibility = Field(
        default="open",
        description="open: everybody reads and joins; closed: everybody sees that it exists, and"
        " people are let in; secret: only members and the invited know of it",
    )
    name: Name
    purpose: Purpose = ""
    topics: Topics = ()


class GroupPatchIn(PatchModel):
    """What to change; what is left out stays. Topics are replaced together."""

    visibility: Visibility | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    purpose: Purpose | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET


@router.post(
    "/groups",
    status_code=201,
    operation_id="create_group",
    summary="Found a group",
    description="The founder owns it. A first channel for discussion comes with it. Pilots are"
    " founded by editors and administrators.",
    responses=problems(
        DailyQuotaReached,
        TooManyGroups,
        GroupNotFound,
        NotAllowed,
        AccountSuspended,
        PersonNotActive,
        TagInvalid,
    )
    | CREATED,
)
async def create_group(request: Request, caller: Caller, body: GroupIn) -> GroupView:
    command = CreateGroup(
        caller,
        id_for(request),
        id_for(request),
        kind=body.kind,
        visibility=body.visibility,
        name=body.name,
        purpose=body.purpose,
        tags=body.topics,
        groups_left=await count_groups_left(request, caller),
    )
    group: Group = (await execute(request, command, once=Group)).reply
    resembles = await confusable_groups(store_of(request), [group])
    view = group_view(queries.GroupDetails(group, 1, None, resembles[group.id])).model_copy(
        update={"mine": MyMembershipView(standing=MembershipStanding.MEMBER, role="owner")}
    )
    set_etag(request, group_etag(view))
    set_location(request, "groups", group.id)
    return view


async def _changed(request: Request, caller: Principal, group_id: str) -> GroupView:
    """A group, answered to somebody who has changed it."""
    view = group_view(await queries.read_group(store_of(request), caller, group_id))
    set_etag(request, group_etag(view))
    return view


@router.patch(
    "/groups/{group_id}",
    operation_id="change_group",
    summary="Change a group",
    responses=problems(
        DailyQuotaReached,
        GroupNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        GroupIsBuiltIn,
        GroupChangedMeanwhile,
        TagInvalid,
    ),
)
async def change_group(
    request: Request, caller: Caller, group_id: PathId, body: GroupPatchIn, expected: IfMatch
) -> GroupView:
    command = ChangeGroup(
        caller,
        group_id,
        name=given(body.name),
        purpose=given(body.purpose),
        tags=given(body.topics),
        visibility=given(body.visibility),
        expected=expected,
    )
    await execute(request, command)
    return await _changed(request, caller, group_id)


@router.post(
    "/groups/{group_id}:archive",
    operation_id="archive_group",
    summary="Archive a group",
    description="It is read-only from then on, until it is restored.",
    responses=problems(
        DailyQuotaReached,
        GroupNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsBuiltIn,
        GroupChangedMeanwhile,
    ),
)
async def archive_group(
    request: Request, caller: Caller, group_id: PathId, expected: IfMatch
) -> GroupView:
    await execute(request, ArchiveGroup(caller, group_id, expected=expected))
    return await _changed(request, caller, group_id)


@router.post(
    "/groups/{group_id}:restore",
    operation_id="restore_group",
    summary="Restore an archived group",
    responses=problems(
        DailyQuotaReached, GroupNotFound, NotAllowed, AccountSuspended, GroupChangedMeanwhile
    ),
)
async def restore_group(
    request: Request, caller: Caller, group_id: PathId, expected: IfMatch
) -> GroupView:
    await execute(request, RestoreGroup(caller, group_id, expected=expected))
    return await _changed(request, caller, group_id)


@router.delete(
    "/groups/{group_id}",
    status_code=204,
    operation_id="delete_group",
    summary="Delete a group",
    description="Owners delete a group without other members; administrators delete any.",
    responses=problems(
        GroupNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsBuiltIn,
        GroupNotEmpty,
        GroupChangedMeanwhile,
    ),
)
async def delete_group(
    request: Request, caller: Caller, group_id: PathId, expected: IfMatch
) -> None:
    others = await queries.count_other_members(store_of(request), caller, group_id)
    await execute(request, DeleteGroup(caller, group_id, others=others, expected=expected))


@router.get(
    "/groups",
    operation_id="list_groups",
    summary="List groups, the newest first",
    description="Those that the caller may know of. With `ids` it shows these of them, archived"
    " ones too.",
    responses=problems(TagInvalid),
)
async def list_groups(
    request: Request,
    caller: Caller,
    paging: PageOf,
    *,
    ids: Annotated[Ids | None, NAMED_IDS] = None,
    kind: Annotated[GroupKind | None, Query(description="Only these")] = None,
    topic: Annotated[
        str | None, Query(max_length=2 * LONGEST_TAG, description="Only those about this")
    ] = None,
    q: Annotated[
        str | None,
        Query(max_length=100, description="Beginnings of words of name, purpose or topics"),
    ] = None,
    mine: Annotated[bool, Query(description="Only those that I belong to")] = False,
    archived: Annotated[
        bool, Query(description="The archived ones instead of those in use")
    ] = False,
) -> Page[GroupView]:
    if ids is not None:
        asked = ids_alone(request, ids)
        return in_order(
            asked, await queries.groups_by_id(store_of(request), caller, asked), group_view
        )
    wanted = queries.GroupFilter(
        kind=kind,
        tag=None if topic is None else normalise_tags([topic])[0],
        q=q,
        mine=mine,
        archived=archived,
    )
    rows = await queries.list_groups(
        store_of(request),
        caller,
        wanted,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    return paging.page(rows, position=lambda row: (row.group.id,), view=group_view)


@router.get(
    "/groups/{group_id}",
    operation_id="read_group",
    summary="Read a group",
    responses=problems(GroupNotFound) | CONDITIONAL,
)
async def read_group(request: Request, caller: Caller, group_id: PathId) -> GroupView:
    view = group_view(await queries.read_group(store_of(request), caller, group_id))
    revalidate(request, group_etag(view))
    return view
