"""Routes about people who are there: reading, changing, suspending, erasing."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from services.groups.api.dependencies import settings_of, store_of, tagged
from services.groups.commands.people import (
    ChangePerson,
    ErasePerson,
    ReinstatePerson,
    SuspendPerson,
)
from services.groups.domain.people import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    AccountStatus,
    NotInVocabulary,
    Person,
    PersonChanged,
    PersonNotFound,
)
from services.groups.queries import people as queries
from services.groups.queries.confusables import people_alike
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.events.vocabulary import AccountKind
from shared.contract.principal import Principal
from shared.web.http import (
    CONDITIONAL,
    AnyLine,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    PersonId,
    etag,
    execute,
    problems,
    revalidate,
)
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["people"])

Name = Annotated[
    str,
    Field(max_length=LONGEST_NAME, description="As colleagues read it", examples=["Mia Schön"]),
    AnyLine,
]
Email = Annotated[
    str,
    Field(
        max_length=LONGEST_EMAIL,
        # Spelt out: engines differ in what they call a blank, and clients have other ones.
        pattern=r"^[^@\x00-\x20\x7f-\xa0]+@[^@\x00-\x20\x7f-\xa0]+$",
        description="Shown to the person and to those who run the platform",
        examples=["mia.schoen@example.org"],
    ),
    AnyLine,
]
Department = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["sales"])
]
Location = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["branch"])
]


class PersonPatch(InputModel):
    """What to change; what is left out stays, and null forgets what was there."""

    name: Name = ""
    email: Email | None = None
    department: Department | None = None
    location: Location | None = None


class PersonRecord(OutputModel):
    """What only the person and those who run the platform see."""

    status: AccountStatus
    email: str | None
    created_at: datetime
    activated_at: datetime | None = Field(description="The first visit")
    suspended_at: datetime | None


class PersonView(OutputModel):
    """A person."""

    id: str = Field(examples=["mia.schoen"])
    name: str = Field(examples=["Mia Schön"])
    account: AccountKind
    department: str | None = Field(examples=["sales"])
    location: str | None = Field(examples=["branch"])
    resembles: list[str] | None = Field(
        description="Ids of colleagues whose name can't be told from this one, at most five; null"
        " in answers to an invitation and about the caller"
    )
    record: PersonRecord | None = Field(
        description="Null for everybody but the person and those who run the platform"
    )
    version: int = Field(examples=[1])


def view(person: Person, *, record: bool, alike: list[str] | None = None) -> PersonView:
    """A person as the caller sees them, and the ids of those whose name looks the same."""
    profile = person.profile
    return PersonView(
        id=person.id,
        name=profile.name,
        account=person.account,
        department=profile.department,
        location=profile.location,
        resembles=alike,
        record=PersonRecord(
            status=person.status,
            email=profile.email,
            created_at=person.created_at,
            activated_at=person.activated_at,
            suspended_at=person.suspended_at,
        )
        if record
        else None,
        version=person.version,
    )


@router.get(
    "/people",
    operation_id="list_people",
    summary="List people",
    description="Colleagues: the active and the invited. A status can be asked for by those who"
    " run the platform.",
    responses=problems(NotAllowed),
)
async def list_people(
    request: Request,
    caller: Caller,
    paging: PageOf,
    status: Annotated[
        Literal["invited", "active", "suspended"] | None, Query(description="Only these")
    ] = None,
    q: Annotated[
        str | None, Query(max_length=100, description="Beginnings of words of the name")
    ] = None,
) -> Page[PersonView]:
    rows = await queries.people(
        store_of(request),
        caller,
        status=None if status is None else AccountStatus(status),
        q=q,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    alike = await people_alike(store_of(request), rows)
    return paging.page(
        rows,
        position=lambda person: (person.id,),
        view=lambda person: view(
            person, record=queries.sees_record(caller, person.id), alike=alike[person.id]
        ),
    )


@router.get(
    "/people/{person_id}",
    operation_id="read_person",
    summary="Read a person",
    responses=problems(PersonNotFound) | CONDITIONAL,
)
async def read_person(request: Request, caller: Caller, person_id: PersonId) -> PersonView:
    person = await queries.person(store_of(request), caller, person_id)
    record = queries.sees_record(caller, person_id)
    alike = (await people_alike(store_of(request), [person]))[person.id]
    revalidate(request, etag(person.version, record, alike))
    return view(person, record=record, alike=alike)


@router.patch(
    "/people/{person_id}",
    operation_id="change_person",
    summary="Change a person",
    description="People change their own name; the rest is for administrators and directories.",
    responses=problems(
        DailyQuotaReached,
        PersonNotFound,
        NotAllowed,
        AccountSuspended,
        NotInVocabulary,
        PersonChanged,
    ),
)
async def change_person(
    request: Request, caller: Caller, person_id: PersonId, body: PersonPatch, if_match: IfMatch
) -> PersonView:
    named = body.model_dump(include=body.model_fields_set)
    command = ChangePerson(
        caller,
        person_id,
        name=named.pop("name", None),
        others=named,
        vocabularies=settings_of(request).vocabularies(),
        expected=if_match,
    )
    return await _changed(request, (await execute(request, command)).reply, caller)


async def _changed(request: Request, person: Person, caller: Principal) -> PersonView:
    record = queries.sees_record(caller, person.id)
    alike = (await people_alike(store_of(request), [person]))[person.id]
    tagged(request, etag(person.version, record, alike))
    return view(person, record=record, alike=alike)


@router.post(
    "/people/{person_id}:suspend",
    operation_id="suspend_person",
    summary="Suspend a person",
    description="A suspended person reads what is open to all and does nothing.",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChanged),
)
async def suspend_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> PersonView:
    outcome = await execute(request, SuspendPerson(caller, person_id, expected=if_match))
    return await _changed(request, outcome.reply, caller)


@router.post(
    "/people/{person_id}:reinstate",
    operation_id="reinstate_person",
    summary="End a suspension",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChanged),
)
async def reinstate_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> PersonView:
    outcome = await execute(request, ReinstatePerson(caller, person_id, expected=if_match))
    return await _changed(request, outcome.reply, caller)


@router.post(
    "/people/{person_id}:erase",
    status_code=204,
    operation_id="erase_person",
    summary="Erase a person",
    description="Every personal field is removed at once, and every membership within seconds."
    " It can't be undone; the id can't be used again.",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChanged),
)
async def erase_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> None:
    await execute(request, ErasePerson(caller, person_id, expected=if_match))
