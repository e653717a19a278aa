"""Routes about people: inviting, reading, changing, erasing them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from msgspec import UNSET, UnsetType

from services.groups.api.dependencies import settings_of
from services.groups.api.models import (
    Department,
    Email,
    Location,
    PersonIn,
    PersonName,
    PersonView,
    invite_command,
    person_view,
)
from services.groups.commands.people import (
    ChangePerson,
    ErasePerson,
)
from services.groups.domain.person import (
    AccountStatus,
    Person,
    PersonChangedMeanwhile,
    PersonNotFound,
)
from services.groups.domain.profile import NotInVocabulary
from services.groups.domain.registration import PersonExists, PersonIdInvalid
from services.groups.domain.visibility import sees_record
from services.groups.queries import people as queries
from services.groups.queries.confusables import confusable_people
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.principal import Principal
from shared.web.http import (
    CONDITIONAL,
    CREATED,
    NAMED_IDS,
    Caller,
    Ids,
    IfMatch,
    Page,
    PageOf,
    PatchModel,
    PathId,
    etag,
    execute,
    ids_alone,
    in_order,
    problems,
    revalidate,
    set_etag,
    set_location,
    store_of,
)
from shared.web.identity import LONGEST_EXTERNAL_ID
from shared.web.quotas import DailyQuotaReached

router = APIRouter(prefix="/v1", tags=["people"])


class PersonPatchIn(PatchModel):
    """What to change; what is left out stays, and null forgets what was there."""

    name: PersonName | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    department: Department | UnsetType | None = UNSET
    location: Location | UnsetType | None = UNSET


@router.post(
    "/people",
    status_code=201,
    operation_id="create_person",
    summary="Invite a person",
    description="For administrators and directories. The first visit activates the account.",
    responses=problems(NotAllowed, AccountSuspended, PersonExists, PersonIdInvalid, NotInVocabulary)
    | CREATED,
)
async def create_person(request: Request, caller: Caller, body: PersonIn) -> PersonView:
    result = await execute(request, invite_command(request, caller, body), once=Person)
    set_etag(request, etag(result.reply.version))
    set_location(request, "people", result.reply.id)
    return person_view(result.reply, record=True)


@router.get(
    "/people",
    operation_id="list_people",
    summary="List people",
    description="Colleagues: the active and the invited. A status can be asked for by those who"
    " run the platform. With `ids` it shows these people, whatever their status is, as reading each"
    " of them would.",
    responses=problems(NotAllowed, AccountSuspended),
)
async def list_people(
    *,
    request: Request,
    caller: Caller,
    paging: PageOf,
    ids: Annotated[Ids | None, NAMED_IDS] = None,
    status: Annotated[
        Literal["invited", "active", "suspended", "left"] | None, Query(description="Only these")
    ] = None,
    external_id: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=LONGEST_EXTERNAL_ID,
            description="The one whom tokens and the directory call so; for those who run the"
            " platform and for directories",
        ),
    ] = None,
    q: Annotated[
        str | None, Query(max_length=100, description="Beginnings of words of the name")
    ] = None,
) -> Page[PersonView]:
    if ids is not None:
        return await _people_by_id(request, caller, ids_alone(request, ids))
    rows = await queries.list_people(
        store_of(request),
        caller,
        login=None if external_id is None else settings_of(request).login_of(external_id),
        status=None if status is None else AccountStatus(status),
        q=q,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    resembles = await confusable_people(store_of(request), rows)
    return paging.page(
        rows,
        position=lambda person: (person.id,),
        view=lambda person: person_view(
            person, record=sees_record(caller, person.id), resembles=resembles[person.id]
        ),
    )


async def _people_by_id(request: Request, caller: Principal, ids: list[str]) -> Page[PersonView]:
    people = await queries.people_by_id(store_of(request), caller, ids)
    resembles = await confusable_people(store_of(request), people.values())
    return in_order(
        ids,
        people,
        lambda person: person_view(
            person, record=sees_record(caller, person.id), resembles=resembles[person.id]
        ),
    )


@router.get(
    "/people/{person_id}",
    operation_id="read_person",
    summary="Read a person",
    responses=problems(PersonNotFound) | CONDITIONAL,
)
async def read_person(request: Request, caller: Caller, person_id: PathId) -> PersonView:
    person = await queries.read_person(store_of(request), caller, person_id)
    record = sees_record(caller, person_id)
    resembles = (await confusable_people(store_of(request), [person]))[person.id]
    revalidate(request, etag(person.version, record, resembles))
    return person_view(person, record=record, resembles=resembles)


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
        PersonChangedMeanwhile,
    ),
)
async def change_person(
    request: Request, caller: Caller, person_id: PathId, body: PersonPatchIn, expected: IfMatch
) -> PersonView:
    named = body.sent()
    command = ChangePerson(
        caller,
        person_id,
        name=named.pop("name", None),
        others=named,
        vocabularies=settings_of(request).vocabularies(),
        expected=expected,
    )
    return await changed_person(request, (await execute(request, command)).reply, caller)


async def changed_person(request: Request, person: Person, caller: Principal) -> PersonView:
    """A person, answered to somebody who has changed them."""
    record = sees_record(caller, person.id)
    resembles = (await confusable_people(store_of(request), [person]))[person.id]
    set_etag(request, etag(person.version, record, resembles))
    return person_view(person, record=record, resembles=resembles)


@router.post(
    "/people/{person_id}:erase",
    status_code=204,
    operation_id="erase_person",
    summary="Erase a person",
    description="Every personal field is removed at once, and every membership within seconds."
    " Other services forget them within a minute, as `/v1/people/{person_id}/erasure` tells. It"
    " can't be undone; the id can't be used again.",
    responses=problems(PersonNotFound, NotAllowed, AccountSuspended, PersonChangedMeanwhile),
)
async def erase_person(
    request: Request, caller: Caller, person_id: PathId, expected: IfMatch
) -> None:
    command = ErasePerson(
        caller, person_id, texts=settings_of(request).erased_texts, expected=expected
    )
    await execute(request, command)
