"""Routes about people."""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from pydantic import Field

from services.groups.api.shared import PersonId, Trimmed, settings_of, store_of, tagged
from services.groups.commands.people import (
    ChangePerson,
    ErasePerson,
    InvitePerson,
    ReinstatePerson,
    SuspendPerson,
)
from services.groups.domain.people import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PERSON_ID,
    NotInVocabulary,
    Person,
    PersonChanged,
    PersonExists,
    PersonIdInvalid,
    PersonNotFound,
    Profile,
    Status,
)
from services.groups.queries import people as queries
from shared.access import NotAllowed, PersonSuspended
from shared.committer import Once
from shared.errors import Refusal
from shared.events.vocabulary import AccountKind
from shared.http import (
    CONDITIONAL,
    Caller,
    IfMatch,
    InputModel,
    OutputModel,
    Page,
    PageOf,
    edge_of,
    etag,
    exchange_of,
    execute,
    fingerprint,
    problems,
    revalidate,
)
from shared.http.edge import KEY_PATTERN, LONGEST_KEY
from shared.http.problems import type_of
from shared.identity import Principal, pseudonym
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["people"])

MOST_AT_ONCE = 500

Name = Annotated[
    str,
    Trimmed,
    Field(max_length=LONGEST_NAME, description="As colleagues read it", examples=["Mia Schön"]),
]
Email = Annotated[
    str,
    Field(
        max_length=LONGEST_EMAIL,
        pattern=r"^[^@\s]+@[^@\s]+$",
        description="Shown to the person and to those who run the platform",
        examples=["mia.schoen@example.org"],
    ),
]
Department = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["sales"])
]
Location = Annotated[
    str, Field(max_length=64, description="One of the organisation's list", examples=["branch"])
]


class NewPerson(InputModel):
    """Somebody to invite."""

    id: str | None = Field(
        default=None,
        max_length=LONGEST_PERSON_ID,
        description="The `sub` of their tokens, from the directory; made when left out",
        examples=["mia.schoen"],
    )
    name: Name = ""
    email: Email | None = None
    account: AccountKind = Field(
        default="human", description="Programs are left out of every figure about people"
    )
    department: Department | None = None
    location: Location | None = None


class PersonPatch(InputModel):
    """What to change; what is left out stays, and null forgets what was there."""

    name: Name = ""
    email: Email | None = None
    department: Department | None = None
    location: Location | None = None


class PersonRecord(OutputModel):
    """What only the person and those who run the platform see."""

    status: Status
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
    record: PersonRecord | None = Field(
        description="Null for everybody but the person and those who run the platform"
    )
    version: int = Field(examples=[1])


class NewPeople(InputModel):
    """People to invite, each for itself."""

    people: list[NewPerson] = Field(min_length=1, max_length=MOST_AT_ONCE)


class EntryProblem(OutputModel):
    """Why an entry was refused."""

    type: str = Field(examples=["urn:mitmach:problem:person-exists"])
    title: str
    detail: str


class Invited(OutputModel):
    """What became of one entry."""

    status: Literal["created", "refused"]
    person: PersonView | None
    event_ids: list[str] = Field(description="The events that this entry caused")
    problem: EntryProblem | None


class InvitedPeople(OutputModel):
    """What became of each entry, in their order."""

    items: list[Invited]


def view(person: Person, *, record: bool) -> PersonView:
    """A person as the caller sees them."""
    profile = person.profile
    return PersonView(
        id=person.id,
        name=profile.name,
        account=person.account,
        department=profile.department,
        location=profile.location,
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


def _invitation(request: Request, caller: Principal, body: NewPerson) -> InvitePerson:
    settings = settings_of(request)
    person_id = body.id if body.id is not None else new_id()
    key = settings.pseudonym_key.get_secret_value().encode()
    return InvitePerson(
        caller,
        person_id,
        pseudonym=pseudonym(key, person_id),
        account=body.account,
        profile=Profile(
            name=body.name, email=body.email, department=body.department, location=body.location
        ),
        vocabularies=settings.vocabularies(),
    )


@router.post(
    "/people",
    status_code=201,
    operation_id="create_person",
    summary="Invite a person",
    description="For administrators and directories. The first visit activates the account.",
    responses=problems(NotAllowed, PersonSuspended, PersonExists, PersonIdInvalid, NotInVocabulary),
)
async def create_person(request: Request, caller: Caller, body: NewPerson) -> PersonView:
    outcome = await execute(request, _invitation(request, caller, body), once=Person)
    tagged(request, etag(outcome.reply.version))
    return view(outcome.reply, record=True)


@router.post(
    "/people:batch",
    operation_id="create_people",
    summary="Invite many people",
    description=(
        "Each entry stands for itself: one that is refused doesn't keep others from being created."
        " Repeating the request is safe for entries with ids, and for all with an Idempotency-Key."
    ),
    responses=problems(NotAllowed, PersonSuspended),
)
async def create_people(
    request: Request,
    caller: Caller,
    body: NewPeople,
    idempotency_key: Annotated[  # noqa: ARG001 - for the documentation; read by the exchange
        str | None,
        Header(max_length=LONGEST_KEY, pattern=KEY_PATTERN, description="Makes repeating safe"),
    ] = None,
) -> InvitedPeople:
    await queries.may_invite(store_of(request), caller)
    exchange = exchange_of(request)
    path = request.url.path
    once = exchange.once("POST", path, path, b"", Person)
    items = await asyncio.gather(
        *(_invite(request, caller, entry, once, n) for n, entry in enumerate(body.people))
    )
    return InvitedPeople(items=items)


async def _invite(
    request: Request, caller: Principal, entry: NewPerson, once: Once | None, position: int
) -> Invited:
    """One entry. They wait side by side and so share a few transactions."""
    committer = edge_of(request).committer
    assert committer is not None
    own = None
    if once is not None:
        content = fingerprint("POST", once.key, entry.model_dump_json().encode())
        own = Once(f"{once.key} {position}", content, Person)
    try:
        outcome = await committer.execute(
            _invitation(request, caller, entry),
            once=own,
            traceparent=exchange_of(request).traceparent,
        )
    except Refusal as refusal:
        problem = EntryProblem(
            type=type_of(refusal.slug()), title=refusal.title, detail=refusal.detail
        )
        return Invited(status="refused", person=None, event_ids=[], problem=problem)
    return Invited(
        status="created",
        person=view(outcome.reply, record=True),
        event_ids=list(outcome.event_ids),
        problem=None,
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
        status=None if status is None else Status(status),
        q=q,
        after=None if paging.after is None else paging.after[0],
        limit=paging.limit,
    )
    return paging.page(
        rows,
        position=lambda person: (person.id,),
        view=lambda person: view(person, record=queries.sees_record(caller, person.id)),
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
    revalidate(request, etag(person.version, record))
    return view(person, record=record)


@router.patch(
    "/people/{person_id}",
    operation_id="change_person",
    summary="Change a person",
    description="People change their own name; the rest is for administrators and directories.",
    responses=problems(PersonNotFound, NotAllowed, PersonSuspended, NotInVocabulary, PersonChanged),
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
    return _changed(request, (await execute(request, command)).reply, caller)


def _changed(request: Request, person: Person, caller: Principal) -> PersonView:
    record = queries.sees_record(caller, person.id)
    tagged(request, etag(person.version, record))
    return view(person, record=record)


@router.post(
    "/people/{person_id}:suspend",
    operation_id="suspend_person",
    summary="Suspend a person",
    description="A suspended person reads what is open to all and does nothing.",
    responses=problems(PersonNotFound, NotAllowed, PersonSuspended, PersonChanged),
)
async def suspend_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> PersonView:
    outcome = await execute(request, SuspendPerson(caller, person_id, expected=if_match))
    return _changed(request, outcome.reply, caller)


@router.post(
    "/people/{person_id}:reinstate",
    operation_id="reinstate_person",
    summary="End a suspension",
    responses=problems(PersonNotFound, NotAllowed, PersonSuspended, PersonChanged),
)
async def reinstate_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> PersonView:
    outcome = await execute(request, ReinstatePerson(caller, person_id, expected=if_match))
    return _changed(request, outcome.reply, caller)


@router.post(
    "/people/{person_id}:erase",
    status_code=204,
    operation_id="erase_person",
    summary="Erase a person",
    description="Every personal field is removed at once, and every membership within seconds."
    " It can't be undone; the id can't be used again.",
    responses=problems(PersonNotFound, NotAllowed, PersonSuspended, PersonChanged),
)
async def erase_person(
    request: Request, caller: Caller, person_id: PersonId, if_match: IfMatch
) -> None:
    await execute(request, ErasePerson(caller, person_id, expected=if_match))
