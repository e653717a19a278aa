"""Routes of those who own groups: found, change, archive, restore, delete one."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import Trimmed, places_left, store_of, tagged
from services.groups.api.groups import GroupView, MyMembershipView, tag, view
from services.groups.commands.groups import (
    ArchiveGroup,
    ChangeGroup,
    CreateGroup,
    DeleteGroup,
    RestoreGroup,
)
from services.groups.domain.groups import (
    LONGEST_NAME,
    LONGEST_PURPOSE,
    Group,
    GroupChangedMeanwhile,
    GroupIsBuiltIn,
    GroupNotEmpty,
)
from services.groups.domain.memberships import MembershipStanding, TooManyGroups
from services.groups.domain.people import PersonNotActive
from services.groups.queries import groups as queries
from services.groups.queries.confusables import groups_alike
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import Visibility
from shared.contract.ids import new_id
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.contract.tags import LONGEST_TAG, MOST_TAGS, TagInvalid
from shared.web.http import (
    AnyText,
    Caller,
    IfMatch,
    InputModel,
    PathId,
    SomeLine,
    execute,
    problems,
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


class NewGroup(InputModel):
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


class GroupPatch(InputModel):
    """What to change; what is null or left out stays."""

    visibility: Visibility | None = None
    name: Name | None = None
    purpose: Purpose | None = None
    topics: Topics | None = None


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
        NotAllowed,
        AccountSuspended,
        PersonNotActive,
        TagInvalid,
    ),
)
async def create_group(request: Request, caller: Caller, body: NewGroup) -> GroupView:
    command = CreateGroup(
        caller,
        new_id(),
        new_id(),
        kind=body.kind,
        visibility=body.visibility,
        name=body.name,
        purpose=body.purpose,
        topics=body.topics,
        left=await places_left(request, caller),
    )
    group: Group = (await execute(request, command, once=Group)).reply
    alike = await groups_alike(store_of(request), [group])
    seen = view(queries.viewed(group, 1, None, alike[group.id])).model_copy(
        update={"mine": MyMembershipView(standing=MembershipStanding.MEMBER, role="owner")}
    )
    tagged(request, tag(seen))
    return seen


async def _after(request: Request, caller: Principal, group_id: str) -> GroupView:
    seen = view(await queries.group(store_of(request), caller, group_id))
    tagged(request, tag(seen))
    return seen


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
    request: Request, caller: Caller, group_id: PathId, body: GroupPatch, if_match: IfMatch
) -> GroupView:
    command = ChangeGroup(
        caller,
        group_id,
        name=body.name,
        purpose=body.purpose,
        topics=body.topics,
        visibility=body.visibility,
        expected=if_match,
    )
    await execute(request, command)
    return await _after(request, caller, group_id)


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
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> GroupView:
    await execute(request, ArchiveGroup(caller, group_id, expected=if_match))
    return await _after(request, caller, group_id)


@router.post(
    "/groups/{group_id}:restore",
    operation_id="restore_group",
    summary="Restore an archived group",
    responses=problems(
        DailyQuotaReached, GroupNotFound, NotAllowed, AccountSuspended, GroupChangedMeanwhile
    ),
)
async def restore_group(
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> GroupView:
    await execute(request, RestoreGroup(caller, group_id, expected=if_match))
    return await _after(request, caller, group_id)


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
    request: Request, caller: Caller, group_id: PathId, if_match: IfMatch
) -> None:
    others = await queries.others(store_of(request), caller, group_id)
    await execute(request, DeleteGroup(caller, group_id, others=others, expected=if_match))
