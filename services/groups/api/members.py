"""Routes about the members of a group."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.groups.api.dependencies import places_left, store_of, tagged
from services.groups.commands.memberships import ChangeRole, JoinGroup, LeaveGroup, RemoveMember
from services.groups.domain.groups import GroupIsBuiltIn, LastOwner, TooManyOwners
from services.groups.domain.memberships import (
    ApprovalNeeded,
    MemberNotFound,
    Membership,
    MembershipChanged,
    MembershipStanding,
    TooManyGroups,
)
from services.groups.domain.people import PersonNotActive, PersonNotFound
from services.groups.queries import memberships as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import AccountKind, MemberRole
from shared.contract.principal import Principal
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.delivery.committer import CommandResult
from shared.web.http import (
    CONDITIONAL,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    Paging,
    PathId,
    PersonId,
    etag,
    execute,
    problems,
    revalidate,
)
from shared.web.quotas import DailyQuotaReached

V = TypeVar("V")

router = APIRouter(prefix="/v1/groups/{group_id}/members", tags=["members"])


class NewRole(InputModel):
    """The role to give."""

    role: MemberRole = Field(examples=["moderator"])


class MembershipView(OutputModel):
    """How a person stands with a group."""

    group_id: str
    person_id: str = Field(examples=["mia.schoen"])
    standing: MembershipStanding
    role: MemberRole | None = Field(description="Of members")
    since: datetime
    version: int = Field(examples=[1])


class MemberView(OutputModel):
    """A member."""

    person_id: str = Field(examples=["mia.schoen"])
    name: str = Field(examples=["Mia Schön"])
    role: MemberRole
    since: datetime
    account: AccountKind = Field(description="Programs are members and aren't counted as such")
    suspended: bool = Field(
        description="Shown to those who run the platform, and to the person; others don't see"
        " suspended members, and nobody counts them"
    )
    version: int = Field(examples=[1])


def changed(request: Request, outcome: CommandResult) -> MembershipView:
    """A membership, answered to somebody who has changed it."""
    membership: Membership = outcome.reply
    tagged(request, etag(membership.version))
    member = membership.standing is MembershipStanding.MEMBER
    return MembershipView(
        group_id=membership.group_id,
        person_id=membership.person_id,
        standing=membership.standing,
        role=membership.role if member else None,
        since=membership.since,
        version=membership.version,
    )


def _member(seen: queries.MembershipView) -> MemberView:
    return MemberView(
        person_id=seen.membership.person_id,
        name=seen.name,
        role=seen.membership.role,
        since=seen.membership.since,
        account=seen.membership.account,
        suspended=seen.membership.suspended,
        version=seen.membership.version,
    )


async def listed(
    request: Request,
    caller: Principal,
    group_id: str,
    standing: MembershipStanding,
    *,
    paging: Paging,
    view: Callable[[queries.MembershipView], V],
    role: MemberRole | None = None,
) -> Page[V]:
    """Those who stand so with the group, the longest first."""
    rows = await queries.memberships(
        store_of(request),
        caller,
        group_id,
        standing,
        role=role,
        after=queries.position_of(paging.after),
        limit=paging.limit,
    )
    return paging.page(
        rows, position=lambda row: (row.membership.since, row.membership.id), view=view
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
    return await listed(
        request, caller, group_id, MembershipStanding.MEMBER, paging=paging, view=_member, role=role
    )


@router.put(
    "/me",
    operation_id="join_group",
    summary="Join a group",
    description="At once where the group is open or an invitation waits; else post a request.",
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
async def join_group(request: Request, caller: Caller, group_id: PathId) -> MembershipView:
    command = JoinGroup(caller, group_id, left=await places_left(request, caller))
    return changed(request, await execute(request, command))


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
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> MemberView:
    whose = caller.person_id if person_id == "me" else person_id
    seen = await queries.membership(store_of(request), caller, group_id, whose)
    revalidate(request, etag(seen.membership.version, seen.name))
    return _member(seen)


@router.delete(
    "/{person_id}",
    status_code=204,
    operation_id="remove_member",
    summary="Remove a member",
    description="Moderators remove members; owners and administrators anybody but the last owner.",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, LastOwner, GroupIsBuiltIn),
)
async def remove_member(
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
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
        GroupIsArchived,
        MembershipChanged,
    ),
)
async def change_role(
    request: Request,
    caller: Caller,
    group_id: PathId,
    person_id: PersonId,
    *,
    body: NewRole,
    if_match: IfMatch,
) -> MembershipView:
    whose = caller.person_id if person_id == "me" else person_id
    command = ChangeRole(caller, group_id, whose, role=body.role, expected=if_match)
    return changed(request, await execute(request, command))
