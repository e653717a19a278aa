"""Routes about asking to be let into a group, and being invited."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.members import MembershipView, view
from services.groups.api.shared import PersonId, store_of, tagged
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
from services.groups.domain.groups import GroupIsArchived, GroupIsBuiltIn, GroupNotFound
from services.groups.domain.memberships import (
    LONGEST_MESSAGE,
    AlreadyMember,
    GroupIsOpen,
    InvitationNotFound,
    Membership,
    RequestNotFound,
    Standing,
)
from services.groups.domain.people import (
    LONGEST_PERSON_ID,
    PersonNotActive,
    PersonNotFound,
    PersonUnavailable,
)
from services.groups.queries import memberships as queries
from shared.access import NotAllowed, PersonSuspended
from shared.command import Command
from shared.http import (
    Caller,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PathId,
    etag,
    execute,
    problems,
)

router = APIRouter(prefix="/v1/groups/{group_id}", tags=["admission"])


class NewRequest(InputModel):
    """A request to be let in."""

    message: str = Field(
        default="",
        max_length=LONGEST_MESSAGE,
        description="For those who decide",
        examples=["I run every Tuesday."],
    )


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


async def _answered(request: Request, command: Command, *, creates: bool = False) -> MembershipView:
    outcome = await execute(request, command, once=Membership if creates else None)
    membership: Membership = outcome.reply
    tagged(request, etag(membership.version))
    return view(membership)


@router.post(
    "/requests",
    status_code=201,
    operation_id="request_membership",
    summary="Ask to be let in",
    description="For closed groups. Whoever was invited is a member at once.",
    responses=problems(
        GroupNotFound,
        PersonSuspended,
        PersonNotActive,
        GroupIsArchived,
        GroupIsOpen,
        AlreadyMember,
    ),
)
async def request_membership(
    request: Request, caller: Caller, group_id: PathId, body: NewRequest
) -> MembershipView:
    command = RequestMembership(caller, group_id, message=body.message.strip())
    return await _answered(request, command, creates=True)


@router.get(
    "/requests",
    operation_id="list_requests",
    summary="List who has asked, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, PersonSuspended, GroupIsBuiltIn),
)
async def list_requests(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[RequestView]:
    rows = await queries.memberships(
        store_of(request),
        caller,
        group_id,
        Standing.REQUESTED,
        after=queries.position_of(paging.after),
        limit=paging.limit,
    )
    return paging.page(
        rows,
        position=lambda row: (row.membership.since, row.membership.id),
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
    responses=problems(GroupNotFound, PersonSuspended),
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
        PersonUnavailable,
        NotAllowed,
        PersonSuspended,
        GroupIsArchived,
    ),
)
async def approve_request(
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> MembershipView:
    return await _answered(request, ApproveRequest(caller, group_id, person_id))


@router.post(
    "/requests/{person_id}:decline",
    status_code=204,
    operation_id="decline_request",
    summary="Turn somebody down who asked",
    responses=problems(GroupNotFound, RequestNotFound, NotAllowed, PersonSuspended),
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
        GroupNotFound,
        PersonNotFound,
        PersonUnavailable,
        NotAllowed,
        PersonSuspended,
        GroupIsArchived,
        GroupIsBuiltIn,
        AlreadyMember,
    ),
)
async def invite(
    request: Request, caller: Caller, group_id: PathId, body: NewInvitation
) -> MembershipView:
    return await _answered(request, Invite(caller, group_id, body.person_id), creates=True)


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="List who is invited, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, PersonSuspended, GroupIsBuiltIn),
)
async def list_invitations(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[InvitationView]:
    rows = await queries.memberships(
        store_of(request),
        caller,
        group_id,
        Standing.INVITED,
        after=queries.position_of(paging.after),
        limit=paging.limit,
    )
    return paging.page(
        rows,
        position=lambda row: (row.membership.since, row.membership.id),
        view=lambda row: InvitationView(
            person_id=row.membership.person_id, name=row.name, since=row.membership.since
        ),
    )


@router.post(
    "/invitations/me:accept",
    operation_id="accept_invitation",
    summary="Accept my invitation",
    responses=problems(
        GroupNotFound,
        InvitationNotFound,
        PersonSuspended,
        PersonNotActive,
        GroupIsArchived,
    ),
)
async def accept_invitation(request: Request, caller: Caller, group_id: PathId) -> MembershipView:
    return await _answered(request, AcceptInvitation(caller, group_id))


@router.post(
    "/invitations/me:decline",
    status_code=204,
    operation_id="decline_invitation",
    summary="Decline my invitation",
    responses=problems(GroupNotFound, InvitationNotFound, PersonSuspended),
)
async def decline_invitation(request: Request, caller: Caller, group_id: PathId) -> None:
    await execute(request, DeclineInvitation(caller, group_id))


@router.delete(
    "/invitations/{person_id}",
    status_code=204,
    operation_id="revoke_invitation",
    summary="Take an invitation back",
    responses=problems(GroupNotFound, NotAllowed, PersonSuspended),
)
async def revoke_invitation(
    request: Request, caller: Caller, group_id: PathId, person_id: PersonId
) -> None:
    await execute(request, RevokeInvitation(caller, group_id, person_id))
