"""Routes about accounts: whose they are, and whether they are in use."""

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import settings_of
from services.groups.api.models import PersonView
from services.groups.api.people import changed_person
from services.groups.commands.external_ids import ChangeExternalId
from services.groups.commands.leaving import LeaveOrganisation
from services.groups.commands.people import ReinstatePerson, SuspendPerson
from services.groups.domain.person import AlreadyLeft, PersonChangedMeanwhile, PersonNotFound
from services.groups.domain.registration import OwnExternalId, PersonIdInvalid
from shared.contract.access import AccountSuspended, NotAllowed
from shared.web.http import Caller, IfMatch, InputModel, PathId, execute, problems
from shared.web.identity import LONGEST_EXTERNAL_ID

router = APIRouter(prefix="/v1", tags=["people"])


class ExternalIdIn(InputModel):
    """What the identity provider and the directory call somebody."""

    external_id: str = Field(
        max_length=LONGEST_EXTERNAL_ID,
        description="The `sub` of their tokens",
        examples=["mia.schoen"],
    )


@router.put(
    "/people/{person_id}/external-id",
    operation_id="change_external_id",
    summary="Say what the identity provider calls a person now",
    description="From now on tokens with this subject are this person's, and those with the one"
    " before are nobody's. Where it led to another account, that loses it and is marked as left;"
    " where it led to somebody erased, it is free again.",
    responses=problems(
        PersonNotFound,
        NotAllowed,
        AccountSuspended,
        PersonChangedMeanwhile,
        PersonIdInvalid,
        OwnExternalId,
    ),
)
async def change_external_id(
    request: Request, caller: Caller, person_id: PathId, body: ExternalIdIn, expected: IfMatch
) -> PersonView:
    login = settings_of(request).login_of(body.external_id)
    command = ChangeExternalId(caller, person_id, body.external_id, login, expected=expected)
    return await changed_person(request, (await execute(request, command)).reply, caller)


@router.post(
    "/people/{person_id}:suspend",
    operation_id="suspend_person",
    summary="Suspend a person",
    description="A suspended person reads what is open to all and does nothing.",
    responses=problems(
        PersonNotFound, NotAllowed, AccountSuspended, PersonChangedMeanwhile, AlreadyLeft
    ),
)
async def suspend_person(
    request: Request, caller: Caller, person_id: PathId, expected: IfMatch
) -> PersonView:
    result = await execute(request, SuspendPerson(caller, person_id, expected=expected))
    return await changed_person(request, result.reply, caller)


@router.post(
    "/people/{person_id}:reinstate",
    operation_id="reinstate_person",
    summary="End a suspension, or bring somebody back",
    description="The person is active again, or invited if they were never here. Who had left finds"
    " their memberships as they were; what they owned has passed on.",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChangedMeanwhile),
)
async def reinstate_person(
    request: Request, caller: Caller, person_id: PathId, expected: IfMatch
) -> PersonView:
    result = await execute(request, ReinstatePerson(caller, person_id, expected=expected))
    return await changed_person(request, result.reply, caller)


@router.post(
    "/people/{person_id}:leave",
    operation_id="leave_organisation",
    summary="Have a person leave the organisation",
    description="They have no more access, and colleagues aren't shown them any more but beside"
    " what they wrote. Groups that they owned pass to their longest moderator or member within"
    " seconds; a group without one is archived. After a time that the organisation sets they are"
    " erased.",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChangedMeanwhile),
)
async def leave_organisation(
    request: Request, caller: Caller, person_id: PathId, expected: IfMatch
) -> PersonView:
    result = await execute(request, LeaveOrganisation(caller, person_id, expected=expected))
    return await changed_person(request, result.reply, caller)
