"""Routes that invite people: one, or many at once."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request
from pydantic import Field

from services.groups.api.dependencies import settings_of, store_of, tagged
from services.groups.api.people import Department, Email, Location, Name, PersonView, view
from services.groups.commands.people import InvitePerson
from services.groups.domain.people import (
    NotInVocabulary,
    Person,
    PersonExists,
    PersonIdInvalid,
    Profile,
)
from services.groups.queries import people as queries
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.errors import Refusal
from shared.contract.events.vocabulary import AccountKind
from shared.contract.ids import new_id
from shared.contract.principal import Principal, pseudonym
from shared.delivery.committer import IdempotencyKey
from shared.web.http import (
    Caller,
    InputModel,
    OutputModel,
    etag,
    execute,
    fingerprint,
    problems,
    request_context,
    web_context,
)
from shared.web.http.context import KEY_PATTERN, LONGEST_KEY
from shared.web.http.problems import InputInvalid, ProblemField, type_of
from shared.web.http.routing.batches import BatchItem
from shared.web.identity import LONGEST_PERSON_ID

router = APIRouter(prefix="/v1", tags=["people"])

# A quarter of what the committer lets wait: an organisation is brought in by several of these, and
# one of them must not push out what everybody else is waiting for.
MOST_AT_ONCE = 500


class NewPerson(InputModel):
    """Somebody to invite."""

    id: str | None = Field(
        default=None,
        max_length=LONGEST_PERSON_ID,
        description="What their tokens call them (`sub`), from the directory; made when left out",
        examples=["mia.schoen"],
    )
    name: Name = ""
    email: Email | None = None
    account: AccountKind = Field(
        default="human", description="Programs are left out of every figure about people"
    )
    department: Department | None = None
    location: Location | None = None


class NewPeople(InputModel):
    """People to invite, each for itself."""

    people: list[BatchItem[NewPerson]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class EntryProblem(OutputModel):
    """Why an entry was refused."""

    type: str = Field(examples=["urn:mitmach:problem:person-exists"])
    title: str
    detail: str
    errors: list[ProblemField] = Field(description="What is wrong, field by field")


class Invited(OutputModel):
    """What became of one entry."""

    status: Literal["created", "refused"]
    person: PersonView | None
    event_ids: list[str] = Field(description="The events that this entry caused")
    problem: EntryProblem | None


class InvitedPeople(OutputModel):
    """What became of each entry, in their order."""

    items: list[Invited]


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
    responses=problems(
        NotAllowed, AccountSuspended, PersonExists, PersonIdInvalid, NotInVocabulary
    ),
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
        "Each entry stands for itself: one that is refused, or can't be read, doesn't keep others"
        " from being created."
        " Repeating the request is safe for entries with ids, and for all with an Idempotency-Key."
    ),
    responses=problems(NotAllowed, AccountSuspended),
)
async def create_people(
    request: Request,
    caller: Caller,
    body: NewPeople,
    idempotency_key: Annotated[  # noqa: ARG001 - for the documentation; read by the context
        str | None,
        Header(max_length=LONGEST_KEY, pattern=KEY_PATTERN, description="Makes repeating safe"),
    ] = None,
) -> InvitedPeople:
    await queries.may_invite(store_of(request), caller)
    context = request_context(request)
    path = request.url.path
    once = context.idempotency_key("POST", path, path, b"", Person)
    items = await asyncio.gather(
        *(_invite(request, caller, entry, once, n) for n, entry in enumerate(body.people))
    )
    return InvitedPeople(items=items)


async def _invite(
    request: Request,
    caller: Principal,
    entry: BatchItem[NewPerson],
    once: IdempotencyKey | None,
    position: int,
) -> Invited:
    """One entry. They wait side by side and so share a few transactions."""
    committer = web_context(request).committer
    assert committer is not None
    try:
        person = entry.read("people", position)
        outcome = await committer.execute(
            _invitation(request, caller, person),
            once=None if once is None else _own(once, person, position),
            traceparent=request_context(request).traceparent,
        )
    except Refusal as refusal:
        return Invited(status="refused", person=None, event_ids=[], problem=_problem(refusal))
    return Invited(
        status="created",
        person=view(outcome.reply, record=True),
        event_ids=list(outcome.event_ids),
        problem=None,
    )


def _own(once: IdempotencyKey, person: NewPerson, position: int) -> IdempotencyKey:
    """The entry's own part in the Idempotency-Key of the request."""
    content = fingerprint("POST", once.key, person.model_dump_json().encode())
    return IdempotencyKey(f"{position} {once.key}", content, Person)


def _problem(refusal: Refusal) -> EntryProblem:
    errors = refusal.errors if isinstance(refusal, InputInvalid) else ()
    return EntryProblem(
        type=type_of(refusal.slug),
        title=refusal.title,
        detail=refusal.detail,
        errors=[ProblemField(field=error.field, message=error.message) for error in errors],
    )
