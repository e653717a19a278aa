"""Routes about requests to be let into a group."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import count_groups_left
from services.groups.api.models import (
    MembershipView,
    Trimmed,
    changed_membership,
    page_of_memberships,
)
from services.groups.commands.membership_requests import (
    ApproveRequest,
    DeclineRequest,
    RequestMembership,
    WithdrawRequest,
)
from services.groups.domain.group import GroupIsBuiltIn
from services.groups.domain.membership import (
    LONGEST_MESSAGE,
    AlreadyMember,
    GroupIsOpen,
    Membership,
    MembershipStanding,
    RequestNotFound,
    TooManyGroups,
)
from services.groups.domain.person import PersonNotFound
from shared.contract.access import AccountSuspended, NotAllowed, PersonNotActive
from shared.contract.refusals import GroupIsArchived, GroupNotFound
from shared.web.http import (
    AnswerId,
    AnyText,
    Caller,
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


class MembershipRequestIn(InputModel):
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


class MembershipRequestView(OutputModel):
    """Somebody who has asked."""

    person_id: AnswerId
    name: str = Field(examples=["Mia Schön"])
    message: str = Field(examples=["I run every Tuesday."])
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
        NotAllowed,
        AccountSuspended,
        PersonNotActive,
        GroupIsArchived,
        GroupIsOpen,
        AlreadyMember,
    ),
)
async def request_membership(
    request: Request, caller: Caller, group_id: PathId, body: MembershipRequestIn
) -> MembershipView:
    command = RequestMembership(
        caller,
        group_id,
        message=body.message,
        groups_left=await count_groups_left(request, caller),
    )
    return changed_membership(request, await execute(request, command, once=Membership))


@router.get(
    "/requests",
    operation_id="list_requests",
    summary="List who has asked, the longest waiting first",
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended, GroupIsBuiltIn),
)
async def list_requests(
    request: Request, caller: Caller, group_id: PathId, paging: PageOf
) -> Page[MembershipRequestView]:
    return await page_of_memberships(
        request,
        caller,
        group_id,
        MembershipStanding.REQUESTED,
        paging=paging,
        view=lambda row: MembershipRequestView(
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
    responses=problems(GroupNotFound, NotAllowed, AccountSuspended),
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
    request: Request, caller: Caller, group_id: PathId, person_id: PathId
) -> MembershipView:
    return changed_membership(
        request, await execute(request, ApproveRequest(caller, group_id, person_id))
    )


@router.post(
    "/requests/{person_id}:decline",
    status_code=204,
    operation_id="decline_request",
    summary="Turn somebody down who asked",
    responses=problems(GroupNotFound, RequestNotFound, NotAllowed, AccountSuspended),
)
async def decline_request(
    request: Request, caller: Caller, group_id: PathId, person_id: PathId
) -> None:
    await execute(request, DeclineRequest(caller, group_id, person_id))
