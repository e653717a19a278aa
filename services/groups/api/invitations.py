"""Routes about invitations into a group."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import count_groups_left
from services.groups.api.models import (
    MembershipView,
    changed_membership,
    page_of_memberships,
)
from services.groups.commands.invitations import (
    AcceptInvitation,
    DeclineInvitation,
    Invite,
    RevokeInvitation,
)
from services.groups.domain.group import GroupIsBuiltIn
from services.groups.domain.membership import (
    AlreadyMember,
    InvitationNotFound,
    Membership,
    MembershipStanding,
    TooManyGroups,
)
from services.groups.domain.person import AlreadyLeft, PersonNotFound
from shared.contract.access import AccountSuspended, NotAllowed, PersonNotActive
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.web.http import (
    AnswerId,
    Caller,
    Id,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    execute,
    problems,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1/groups/{group_id}", tags=["admission"])


class InvitationIn(InputModel):
    """Whom to invite."""

    person_id: Id


class InvitationView(OutputModel):
    """Somebody who was invited."""

    person_id: AnswerId
    name: str = Field(examples=["Mia Schön"])
    since: datetime


@router.post(
    "/invitations",
    status_code=201,
    operation_id="invite",
    summary="Invite somebody",
    description="Whoever has asked already is a member at once.",
    responses=problems(
        DailyQuotaReached,
        GroupNotFound,
        PersonNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
        GroupIsBuiltIn,
        AlreadyMember,
        AlreadyLeft,
    ),
)
async def invite(
    request: Request, caller: Caller, group_id: PathId, body: InvitationIn
) -> MembershipView:
    command = Invite(caller, group_id, body.person_id)
    return changed_membership(request, await execute(request, command, once=Membership))


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="List who is invited, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, GroupIsBuiltIn),
)
async def list_invitations(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[InvitationView]:
    return await page_of_memberships(
        request,
        caller,
        group_id,
        MembershipStanding.INVITED,
        paging=paging,
        view=lambda row: InvitationView(
            person_id=row.membership.person_id, name=row.name, since=row.membership.since
        ),
    )


@router.post(
    "/invitations/me:accept",
    operation_id="accept_invitation",
    summary="Accept my invitation",
    responses=problems(
        DailyQuotaReached,
        TooManyGroups,
        GroupNotFound,
        InvitationNotFound,
        NotAllowed,
        AccountSuspended,
        PersonNotActive,
        GroupIsArchived,
    ),
)
async def accept_invitation(request: Request, caller: Caller, group_id: PathId) -> MembershipView:
    command = AcceptInvitation(
        caller, group_id, groups_left=await count_groups_left(request, caller)
    )
    return changed_membership(request, await execute(request, command))


@router.post(
    "/invitations/me:decline",
    status_code=204,
    operation_id="decline_invitation",
    summary="Decline my invitation",
    responses=problems(GroupNotFound, InvitationNotFound, NotAllowed, AccountSuspended),
)
async def decline_invitation(request: Request, caller: Caller, group_id: PathId) -> None:
    await execute(request, DeclineInvitation(caller, group_id))


@router.delete(
    "/invitations/{person_id}",
    status_code=204,
    operation_id="revoke_invitation",
    summary="Take an invitation back",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended),
)
async def revoke_invitation(
    request: Request, caller: Caller, group_id: PathId, person_id: PathId
) -> None:
    await execute(request, RevokeInvitation(caller, group_id, person_id))
