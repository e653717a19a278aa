"""Routes about asking to be let into a group, and being invited."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import Trimmed, places_left
from services.groups.api.members import MembershipView, changed, listed
from services.groups.commands.admission import (
    AcceptInvitation,
    ApproveRequest,
    DeclineInvitation,
    DeclineRequest,
    Invite,
    RequestMembership,
    RevokeInvitation,
    WithdrawRequest,
)
from services.groups.domain.groups import GroupIsBuiltIn
from services.groups.domain.memberships import (
    LONGEST_MESSAGE,
    AlreadyMember,
    GroupIsOpen,
    InvitationNotFound,
    Membership,
    MembershipStanding,
    RequestNotFound,
    TooManyGroups,
)
from services.groups.domain.people import (
    PersonNotActive,
    PersonNotFound,
)
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.web.http import (
    AnyText,
    Caller,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    PersonId,
    execute,
    problems,
)
from shared.web.identity import LONGEST_PERSON_ID
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1/groups/{group_id}", tags=["admission"])


class NewRequest(InputModel):
    """A request to be let in."""

    message: Annotated[
        str,
        Trimmed,
        Field(
            max_length=LONGEST_MESSAGE,
            description="For those who decide",
            examples=["I run every Tuesday."],
        ),
        AnyText,
    ] = ""


class NewInvitation(InputModel):
    """Whom to invite."""

    person_id: str = Field(max_length=LONGEST_PERSON_ID, examples=["mia.schoen"])


class RequestView(OutputModel):
    """Somebody who has asked."""

    person_id: str = Field(examples=["mia.schoen"])
    name: str = Field(examples=["Mia Schön"])
    message: str = Field(examples=["I run every Tuesday."])
    since: datetime


class InvitationView(OutputModel):
    """Somebody who was invited."""

    person_id: str = Field(examples=["mia.schoen"])
    name: str = Field(examples=["Mia Schön"])
    since: datetime


@router.post(
    "/requests",
    status_code=201,
    operation_id="request_membership",
    summary="Ask to be let in",
    description="For closed groups. Whoever was invited is a member at once.",
    responses=problems(
        DailyQuotaReached,
        TooManyGroups,
        GroupNotFound,
        AccountSuspended,
        PersonNotActive,
        GroupIsArchived,
        GroupIsOpen,
        AlreadyMember,
    ),
)
async def request_membership(
    request: Request, caller: Caller, group_id: PathId, body: NewRequest
) -> MembershipView:
    left = await places_left(request, caller)
    command = RequestMembership(caller, group_id, message=body.message, left=left)
    return changed(request, await execute(request, command, once=Membership))


@router.get(
    "/requests",
    operation_id="list_requests",
    summary="List who has asked, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, GroupIsBuiltIn),
)
async def list_requests(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[RequestView]:
    return await listed(
        request,
        caller,
        group_id,
        MembershipStanding.REQUESTED,
        paging=paging,
        view=lambda row: RequestView(
            person_id=row.membership.person_id,
            name=row.name,
            message=row.membership.message,
            since=row.membership.since,
        ),
    )


@router.delete(
    "/requests/me",
    status_code=204,
    operation_id="withdraw_request",
    summary="Take my request back",
    responses=problems(GroupNotFound, AccountSuspended),
)
async def withdraw_request(request: Request, caller: Caller, group_id: PathId) -> None:
    await execute(request, WithdrawRequest(caller, group_id))


@router.post(
    "/requests/{person_id}:approve",
    operation_id="approve_request",
    summary="Let somebody in who asked",
    responses=problems(
        GroupNotFound,
        RequestNotFound,
        PersonNotFound,
        NotAllowed,
        AccountSuspended,
        GroupIsArchived,
    ),
)
async def approve_request(
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> MembershipView:
    return changed(request, await execute(request, ApproveRequest(caller, group_id, person_id)))


@router.post(
    "/requests/{person_id}:decline",
    status_code=204,
    operation_id="decline_request",
    summary="Turn somebody down who asked",
    responses=problems(GroupNotFound, RequestNotFound, NotAllowed, AccountSuspended),
)
async def decline_request(
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> None:
    await execute(request, DeclineRequest(caller, group_id, person_id))


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
    ),
)
async def invite(
    request: Request, caller: Caller, group_id: PathId, body: NewInvitation
) -> MembershipView:
    command = Invite(caller, group_id, body.person_id)
    return changed(request, await execute(request, command, once=Membership))


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="List who is invited, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, GroupIsBuiltIn),
)
async def list_invitations(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[InvitationView]:
    return await listed(
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
        AccountSuspended,
        PersonNotActive,
        GroupIsArchived,
    ),
)
async def accept_invitation(request: Request, caller: Caller, group_id: PathId) -> MembershipView:
    command = AcceptInvitation(caller, group_id, left=await places_left(request, caller))
    return changed(request, await execute(request, command))


@router.post(
    "/invitations/me:decline",
    status_code=204,
    operation_id="decline_invitation",
    summary="Decline my invitation",
    responses=problems(GroupNotFound, InvitationNotFound, AccountSuspended),
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
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> None:
    await execute(request, RevokeInvitation(caller, group_id, person_id))
