"""Routes about the members of a group."""

import asyncio
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.groups.api.dependencies import count_groups_left
from services.groups.api.models import (
    MembershipView,
    changed_membership,
    membership_view,
    page_of_memberships,
)
from services.groups.commands.members import (
    ChangeRole,
    JoinedGroup,
    JoinGroup,
    LeaveGroup,
    RemoveMember,
)
from services.groups.domain.counts import MemberCount, members_shown
from services.groups.domain.group import GroupIsBuiltIn, LastOwner, TooManyOwners
from services.groups.domain.membership import (
    ApprovalNeeded,
    MemberNotFound,
    MembershipChangedMeanwhile,
    MembershipStanding,
    TooManyGroups,
)
from services.groups.domain.person import AlreadyLeft, PersonNotFound
from services.groups.queries import memberships as queries
from services.groups.queries.memberships import NamedMembership
from shared.contract.access import AccountSuspended, NotAllowed, PersonNotActive
from shared.contract.events.vocabulary import AccountKind, MemberRole
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.web.http import (
    CONDITIONAL,
    AnswerId,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    OwnOrPathId,
    Page,
    PageOf,
    PathId,
    etag,
    execute,
    problems,
    revalidate,
    set_etag,
    store_of,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1/groups/{group_id}/members", tags=["members"])


class RoleIn(InputModel):
    """The role to give."""

    role: MemberRole = Field(examples=["moderator"])


class MemberView(OutputModel):
    """A member."""

    person_id: AnswerId
    name: str = Field(examples=["Mia Schön"])
    role: MemberRole
    since: datetime
    account: AccountKind = Field(description="Programs are members and aren't counted as such")
    suspended: bool = Field(
        description="Shown to those who run the platform, and to the person; others don't see"
        " suspended members, and nobody counts them"
    )
    version: int = Field(examples=[1])


class JoinedGroupView(MembershipView):
    """How the caller stands with a group since they joined it."""

    member_count: int = Field(description="As in the group, with the caller", examples=[12])


def member_view(member: NamedMembership) -> MemberView:
    """A member as the caller sees them."""
    membership = member.membership
    return MemberView(
        person_id=membership.person_id,
        name=member.name,
        role=membership.role,
        since=membership.since,
        account=membership.account,
        suspended=membership.suspended,
        version=membership.version,
    )


@router.get(
    "",
    operation_id="list_members",
    summary="List members, the longest first",
    responses=problems(GroupNotFound, GroupIsBuiltIn),
)
async def list_members(
    request: Request,
    caller: Caller,
    group_id: PathId,
    paging: PageOf,
    role: Annotated[MemberRole | None, Query(description="Only these")] = None,
) -> Page[MemberView]:
    return await page_of_memberships(
        request,
        caller,
        group_id,
        MembershipStanding.MEMBER,
        paging=paging,
        view=member_view,
        role=role,
    )


@router.put(
    "/me",
    operation_id="join_group",
    summary="Join a group",
    description="At once where the group is open or an invitation waits; else post a request."
    " Answered with the number of members after it.",
    responses=problems(
        DailyQuotaReached,
        TooManyGroups,
        GroupNotFound,
        ApprovalNeeded,
        NotAllowed,
        AccountSuspended,
        PersonNotActive,
        GroupIsArchived,
        GroupIsBuiltIn,
    ),
)
async def join_group(request: Request, caller: Caller, group_id: PathId) -> JoinedGroupView:
    left, counted = await asyncio.gather(
        count_groups_left(request, caller), store_of(request).get(MemberCount, group_id)
    )
    result = await execute(request, JoinGroup(caller, group_id, groups_left=left))
    joined: JoinedGroup = result.reply
    set_etag(request, etag(joined.membership.version))
    # No person: to the group of everyone, where they would matter, nobody comes by joining.
    members = members_shown(joined.group, counted, joined.membership, None)
    view = membership_view(joined.membership)
    return JoinedGroupView(**dict(view), member_count=members)


@router.delete(
    "/me",
    status_code=204,
    operation_id="leave_group",
    summary="Leave a group",
    description="The last owner can't.",
    responses=problems(GroupNotFound, AccountSuspended, LastOwner, GroupIsBuiltIn),
)
async def leave_group(request: Request, caller: Caller, group_id: PathId) -> None:
    await execute(request, LeaveGroup(caller, group_id))


@router.get(
    "/{person_id}",
    operation_id="read_member",
    summary="Read a member",
    responses=problems(GroupNotFound, MemberNotFound) | CONDITIONAL,
)
async def read_member(
    request: Request, caller: Caller, group_id: PathId, person_id: OwnOrPathId
) -> MemberView:
    member_id = caller.person_id if person_id == "me" else person_id
    member = await queries.read_member(store_of(request), caller, group_id, member_id)
    revalidate(request, etag(member.membership.version, member.name))
    return member_view(member)


@router.delete(
    "/{person_id}",
    status_code=204,
    operation_id="remove_member",
    summary="Remove a member",
    description="Moderators remove members; owners and administrators anybody but the last owner.",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, LastOwner, GroupIsBuiltIn),
)
async def remove_member(
    request: Request, caller: Caller, group_id: PathId, person_id: PathId
) -> None:
    await execute(request, RemoveMember(caller, group_id, person_id))


@router.put(
    "/{person_id}/role",
    operation_id="change_role",
    summary="Give a member another role",
    responses=problems(
        DailyQuotaReached,
        GroupNotFound,
        MemberNotFound,
        PersonNotFound,
        NotAllowed,
        AccountSuspended,
        LastOwner,
        TooManyOwners,
        AlreadyLeft,
        GroupIsArchived,
        MembershipChangedMeanwhile,
    ),
)
async def change_role(
    request: Request,
    caller: Caller,
    group_id: PathId,
    person_id: OwnOrPathId,
    *,
    body: RoleIn,
    expected: IfMatch,
) -> MembershipView:
    member_id = caller.person_id if person_id == "me" else person_id
    command = ChangeRole(caller, group_id, member_id, role=body.role, expected=expected)
    return changed_membership(request, await execute(request, command))
