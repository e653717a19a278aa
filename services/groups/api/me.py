"""Routes about the caller."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import Field

from services.groups.api.dependencies import settings_of
from services.groups.api.models import PersonView, person_view
from services.groups.commands.visits import RecordPastVisit, RecordVisit
from services.groups.domain.person import PersonNotFound, Visited
from services.groups.domain.registration import NotInvited, PersonIdInvalid
from services.groups.queries import memberships as membership_queries
from services.groups.queries import people as queries
from shared.contract.access import AccountSuspended
from shared.contract.events.vocabulary import GroupKind, Visibility
from shared.contract.principal import new_person_id
from shared.web.http import (
    CONDITIONAL,
    AnswerId,
    Caller,
    OutputModel,
    Page,
    PageOf,
    etag,
    execute,
    problems,
    request_context,
    revalidate,
    store_of,
)

router = APIRouter(prefix="/v1/me", tags=["me"])


class MeView(OutputModel):
    """The caller."""

    person: PersonView
    roles: list[str] = Field(
        description="Roles of the platform, from the token", examples=[["editor"]]
    )


class VisitView(OutputModel):
    """What a visit was."""

    person_id: AnswerId = Field(description="Who the caller is on the platform")
    visited_on: str = Field(description="The UTC day", examples=["2025-03-03"])
    counted: bool = Field(description="It is the first on this day")
    activated: bool = Field(description="It is the first ever")


class InvitingGroupView(OutputModel):
    """What the invited need to know of a group."""

    id: AnswerId
    name: str = Field(examples=["Runners"])
    purpose: str
    kind: GroupKind
    visibility: Visibility


class MyInvitationView(OutputModel):
    """An invitation."""

    group: InvitingGroupView | None = Field(description="Null if it has just been deleted")
    since: datetime


@router.get(
    "",
    operation_id="read_me",
    summary="Read who I am",
    responses=problems(PersonNotFound) | CONDITIONAL,
)
async def read_me(request: Request, caller: Caller) -> MeView:
    person = await queries.read_person(store_of(request), caller, caller.person_id)
    roles = sorted(caller.roles)
    revalidate(request, etag(person.version, roles))
    return MeView(person=person_view(person, record=True), roles=roles)


@router.post(
    "/visits",
    operation_id="visit",
    summary="Be here",
    description="To be posted when a frontend opens. The first visit activates the account; further"
    " ones count once a day, so repeating it does no harm.",
    responses=problems(AccountSuspended, NotInvited, PersonIdInvalid),
)
async def visit(request: Request, caller: Caller) -> VisitView:
    assert caller.claims is not None  # who asks over HTTP has a token
    command: RecordVisit | RecordPastVisit
    if request_context(request).moment is not None:
        command = RecordPastVisit(caller)
    else:
        command = RecordVisit(
            caller,
            caller.claims,
            new_id=new_person_id(),
            self_registration=settings_of(request).self_registration,
        )
    visited: Visited = (await execute(request, command)).reply
    return VisitView(
        person_id=visited.person_id,
        visited_on=visited.visited_on,
        counted=visited.counted,
        activated=visited.activated,
    )


@router.get("/invitations", operation_id="list_my_invitations", summary="List my invitations")
async def list_my_invitations(
    request: Request, caller: Caller, paging: PageOf
) -> Page[MyInvitationView]:
    rows = await membership_queries.list_invitations(
        store_of(request),
        caller,
        after=membership_queries.position_of(paging.after),
        limit=paging.limit,
    )
    return paging.page(
        rows,
        position=lambda row: (row.membership.since, row.membership.id),
        view=_invitation,
    )


def _invitation(row: membership_queries.Invitation) -> MyInvitationView:
    group = row.group
    return MyInvitationView(
        group=None
        if group is None
        else InvitingGroupView(
            id=group.id,
            name=group.name,
            purpose=group.purpose,
            kind=group.kind,
            visibility=group.visibility,
        ),
        since=row.membership.since,
    )
