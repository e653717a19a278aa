"""Inviting many people at once."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request
from pydantic import Field

from services.groups.api.models import PersonIn, PersonView, invite_command, person_view
from services.groups.domain.person import Person
from services.groups.queries.people import check_may_invite
from shared.contract.access import AccountSuspended, NotAllowed
from shared.contract.errors import Refusal
from shared.contract.principal import Principal
from shared.delivery.committer import IdempotencyKey
from shared.web.http import (
    AnswerId,
    Caller,
    InputModel,
    OutputModel,
    fingerprint,
    problems,
    request_context,
    store_of,
    web_context,
)
from shared.web.http.context import KEY_PATTERN, LONGEST_KEY
from shared.web.http.problems import InputInvalid, ProblemField, type_of
from shared.web.http.routing.batches import BatchItem

router = APIRouter(prefix="/v1", tags=["people"])

# A quarter of what the committer lets wait: an organisation is brought in by several of these, and
# one of them must not push out what everybody else is waiting for.
MOST_AT_ONCE = 500


class PeopleIn(InputModel):
    """People to invite, each for itself."""

    people: list[BatchItem[PersonIn]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class BatchProblemView(OutputModel):
    """Why an entry was refused."""

    type: str = Field(examples=["urn:mitmach:problem:person-exists"])
    title: str
    detail: str
    errors: list[ProblemField] = Field(description="What is wrong, field by field")


class PersonInvitedView(OutputModel):
    """What became of one entry."""

    status: Literal["created", "refused"]
    person: PersonView | None
    event_ids: list[AnswerId] = Field(description="The events that this entry caused")
    problem: BatchProblemView | None


class PeopleInvitedView(OutputModel):
    """What became of each entry, in their order."""

    items: list[PersonInvitedView]


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
    body: PeopleIn,
    idempotency_key: Annotated[  # noqa: ARG001 - for the documentation; read by the context
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=LONGEST_KEY,
            pattern=KEY_PATTERN,
            description="Makes repeating safe",
        ),
    ] = None,
) -> PeopleInvitedView:
    await check_may_invite(store_of(request), caller)
    context = request_context(request)
    path = request.url.path
    once = context.idempotency_key("POST", path, path, b"", Person)
    items = await asyncio.gather(
        *(_invite(request, caller, item, once, n) for n, item in enumerate(body.people))
    )
    return PeopleInvitedView(items=items)


async def _invite(
    request: Request,
    caller: Principal,
    item: BatchItem[PersonIn],
    once: IdempotencyKey | None,
    position: int,
) -> PersonInvitedView:
    """Invites the person of an item. Items wait side by side and so share a few transactions."""
    committer = web_context(request).committer
    assert committer is not None
    try:
        person = item.read("people", position)
        result = await committer.execute(
            invite_command(request, caller, person),
            once=None if once is None else _own(once, person, position),
            traceparent=request_context(request).traceparent,
            moment=request_context(request).moment,
            recorder=request_context(request).recorder,
        )
    except Refusal as refusal:
        return PersonInvitedView(
            status="refused", person=None, event_ids=[], problem=_problem(refusal)
        )
    return PersonInvitedView(
        status="created",
        person=person_view(result.reply, record=True),
        event_ids=list(result.event_ids),
        problem=None,
    )


def _own(once: IdempotencyKey, person: PersonIn, position: int) -> IdempotencyKey:
    """The Idempotency-Key of an item, made from that of the request and its place in it."""
    key = f"{position} {once.key}"
    content = fingerprint(key, body=person.model_dump_json().encode())
    return IdempotencyKey(fingerprint(key), content, Person)


def _problem(refusal: Refusal) -> BatchProblemView:
    errors = refusal.errors if isinstance(refusal, InputInvalid) else ()
    return BatchProblemView(
        type=type_of(refusal.slug),
        title=refusal.title,
        detail=refusal.detail,
        errors=[ProblemField(field=error.field, message=error.message) for error in errors],
    )
