"""Acts of before, many in one request: each is what its route would be asked, at its own time.

    add_history_route(router, "posts", {
        "react_to_post": lambda asked: ReactToPost(
            asked.principal, asked.target, asked.read(ReactionIn).kind
        ),
    })

They are recorded together and in their order (`shared.delivery.committer.history`); one that is
refused, or can't even be read, leaves the others alone.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import msgspec
from fastapi import APIRouter
from msgspec import Meta
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import State

from shared.contract.access import AccountSuspended, NotAllowed, check_standing
from shared.contract.errors import Category, Refusal
from shared.contract.history import EARLIEST, check_moment
from shared.contract.ids import made_at, milliseconds
from shared.contract.principal import Identity, Principal, Standing
from shared.delivery.command import (
    Changes,
    Command,
    Entity,
    Found,
    Key,
    OrderedCommand,
    PastAct,
)
from shared.delivery.committer import MOST_ACTS, ActOutcome, IdempotencyKeyReused
from shared.delivery.consistency.token import place_in
from shared.web.http.context import fingerprint
from shared.web.http.context.history import (
    HistoryClosed,
    acting_as,
    check_recorder,
    identity_of,
    own_account,
    read_roles,
)
from shared.web.http.problems import STATUS, FieldError, InputInvalid, refusal_of, type_of
from shared.web.http.requests.bodies import decode_body
from shared.web.http.requests.ids import AnswerId, StructId
from shared.web.http.routing.measured import Call, Reply, measured

log = logging.getLogger(__name__)

HISTORY = "/v1/history/"
"""Where the routes are that record many acts."""

T = TypeVar("T")

_encode = msgspec.json.Encoder().encode


class PastActIn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An act of before: what a request to its route would say."""

    act: Annotated[
        str, Meta(description="The `operationId` of its route", examples=["react_to_post"])
    ]
    occurred_at: Annotated[
        datetime,
        Meta(tz=True, description="When it happened", examples=["2026-05-04T07:30:00Z"]),
    ]
    act_as: StructId | None = None
    roles: Annotated[
        list[str], Meta(description="The platform roles that they had", max_length=5)
    ] = msgspec.field(default_factory=list)
    id: Annotated[
        StructId | None,
        Meta(
            description="That of what it makes, of version 7 and carrying the moment; or of whom it"
            " is about, of version 4"
        ),
    ] = None
    target: Annotated[
        StructId | None, Meta(description="The id that is in the path of its route")
    ] = None
    body: Annotated[dict[str, Any], Meta(description="As for its route")] = msgspec.field(
        default_factory=dict
    )


class PastActsIn(msgspec.Struct, forbid_unknown_fields=True):
    """Acts in the order in which they happened."""

    acts: Annotated[list[PastActIn], Meta(min_length=1, max_length=MOST_ACTS)]


class RecordedActView(msgspec.Struct):
    """What became of one act.

    Attributes:
        event_ids: The events that it caused; none where it changed nothing.
        problem: Why it was refused: the type that a single request's problem would have.
        status: The status that this would have.
        detail: What is to be said about it.
    """

    event_ids: list[AnswerId]
    problem: str | None
    status: int | None
    detail: str | None


class RecordedActsView(msgspec.Struct):
    """One report per act, in the order in which they were sent."""

    items: list[RecordedActView]


class RecordedBefore(Refusal):
    """What the act would make is there: it was recorded by an earlier request."""

    category = Category.CONFLICT
    title = "This was recorded before"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAct:
    """An act of before, as its route's function needs it.

    Attributes:
        principal: The person who did it, with the platform roles that they had.
        moment: When it happened, in UTC.
        state: The settings and stores that the routes of the service share.
        act: The act as the request tells it.
    """

    principal: Principal
    moment: datetime
    state: State
    act: PastActIn

    @property
    def target(self) -> str:
        """The id that is in the path of the act's route.

        Raises:
            InputInvalid: It is missing.
        """
        if self.act.target is None:
            raise InputInvalid([FieldError("target", "say on what")])
        return self.act.target.lower()

    @property
    def id(self) -> str:
        """The id of what it makes: that of a thing carries the moment.

        Raises:
            InputInvalid: It is missing, or carries another moment.
        """
        made = self._named
        if made[14] != "7" or made[19] not in "89ab" or made_at(made) != milliseconds(self.moment):
            raise InputInvalid([FieldError("id", "a UUID of version 7 that carries the moment")])
        return made

    @property
    def person_id(self) -> str:
        """The id of a person, who may be new: one of the form that the platform gives to people.

        Aliases are turned back into ids of that form alone, so figures would miss everybody else.

        Raises:
            InputInvalid: It is missing, or of another form.
        """
        person = self._named
        if person[14] != "4" or person[19] not in "89ab":
            raise InputInvalid([FieldError("id", "that of a person: a UUID of version 4")])
        return person

    @property
    def _named(self) -> str:
        if self.act.id is None:
            raise InputInvalid([FieldError("id", "say which id it is")])
        return self.act.id.lower()

    def read(self, kind: type[T]) -> T:
        """The body, as the act's route takes it.

        Raises:
            Refusal: It breaks a rule.
        """
        raw, shape = _encode(self.act.body), cast(Any, kind)
        if issubclass(kind, BaseModel):
            try:
                model: T = _adapter(shape).validate_json(raw)
            except ValidationError as error:
                raise refusal_of(error.errors(include_url=False, include_input=False)) from None
            return model
        read: T = decode_body(_decoder(shape), kind, raw)
        return read


BuildAct: TypeAlias = Callable[[AskedAct], Command]
"""Makes the command of an act; raises a `Refusal` where its body can't be read."""


@dataclass(frozen=True, slots=True)
class MadeOnce:
    """A command that makes something under an id that was given to it.

    Attributes:
        command: The command that makes it.
        kind: The class of the entity that it makes.
        id: The id that the entity gets.
    """

    command: Command
    kind: type[Entity]
    id: str

    def reads(self, found: Found) -> Iterable[Key]:
        """What is there under this id, and what the command reads."""
        return ((self.kind, self.id), *self.command.reads(found))

    def rests_on(self, found: Found) -> datetime | None:
        """As the command does; asked first, so that what was made is told before what came since.

        Raises:
            RecordedBefore: There is such a thing.
        """
        if found.get(self.kind, self.id) is not None:
            raise RecordedBefore
        if not hasattr(self.command, "rests_on"):
            return None
        ordered: OrderedCommand = self.command  # type: ignore[assignment]
        return ordered.rests_on(found)

    def stands_anyway(self, found: Found) -> bool:
        """Whether there is such a thing."""
        return found.get(self.kind, self.id) is not None

    def decide(self, found: Found, now: datetime) -> Changes:
        """Decides as the command does, unless that was done.

        Raises:
            RecordedBefore: There is such a thing.
        """
        if self.stands_anyway(found):
            raise RecordedBefore
        return self.command.decide(found, now)


@dataclass(frozen=True, slots=True)
class _Unread:
    """Stands for an act that can't be read, or isn't theirs to do."""

    refusal: Refusal

    def reads(self, found: Found) -> Iterable[Key]:  # noqa: ARG002
        return ()

    def decide(self, found: Found, now: datetime) -> Changes:  # noqa: ARG002
        raise self.refusal


def add_history_route(
    router: APIRouter, service: str, acts: Mapping[str, BuildAct], *, owns_people: bool = False
) -> None:
    """Adds the route that records many acts of a service.

    Args:
        router: The router that it is added to.
        service: The name of the service.
        acts: How commands are made, by the `operationId` of the routes that they stand for.
        owns_people: Whether the service itself looks where people stand as it decides.
    """

    @measured(
        router,
        "POST",
        f"/history/{service}",
        body=PastActsIn,
        answer=RecordedActsView,
        operation_id=f"record_{service}_history",
        summary="Record acts of before",
        description="For who has the role importer, where the operator allows it. Acts are recorded"
        f" together and in their order: {', '.join(sorted(acts))}. One that is refused leaves the"
        " others alone. With the same Idempotency-Key, which has to be there, and the same acts the"
        " answer is the same for 60 days.",
        refusals=(
            *(NotAllowed, AccountSuspended, HistoryClosed),
            *(InputInvalid, IdempotencyKeyReused, RecordedBefore),
        ),
        tags=["history"],
    )
    async def record(call: Call[PastActsIn]) -> Reply:
        web, context, recorder = call.web, call.context, call.principal
        check_recorder(web, recorder)
        key = context.headers.get(b"idempotency-key", b"").decode("latin-1")
        if not key:
            raise InputInvalid([FieldError("Idempotency-Key", "say which request this is")])
        asked = call.body.acts
        named = {act.act_as.lower() for act in asked if act.act_as is not None}
        people = await web.people.standings(named) if named else {}
        reader = _Reader(
            acts, people, identity_of(recorder), datetime.now(UTC), call.state, owns_people
        )
        recorded = [
            PastAct(
                reader.command(act),
                reader.moment(act),
                own_account(recorder, frozenset(act.roles)) if act.act_as is None else "",
            )
            for act in asked
        ]
        committer = web.committer
        assert committer is not None
        outcome = await committer.record(
            recorded,
            key=fingerprint(f"POST /history/{service} {key} {recorder.person_id}"),
            fingerprint=fingerprint(key, body=context.body),
            traceparent=context.traceparent,
        )
        log.info(
            "acts of before were recorded",
            extra={"recorder": recorder.person_id, "acts": len(outcome.outcomes)},
        )
        if outcome.last:
            places = [place_in(topic, partition) for topic, partition, _ in outcome.last]
            context.tell_written([event_id for *_, event_id in outcome.last], places)
        return Reply(_encode(RecordedActsView(list(map(_view, outcome.outcomes)))))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes commands of what one request asks.

    Attributes:
        acts: Functions that make commands, by the `operationId` of their routes.
        people: Where the people stand now whom the acts name, by their ids.
        recorder: The caller, who acts where nobody is named.
        present: The present time: no act happens after it.
        state: The settings and stores that the routes of the service share.
        owns_people: Whether the service itself looks where people stand as it decides.
    """

    acts: Mapping[str, BuildAct]
    people: Mapping[str, Identity]
    recorder: Identity
    present: datetime
    state: State
    owns_people: bool

    def command(self, act: PastActIn) -> Command:
        """The command of an act; one that can't be read is refused when its turn comes."""
        try:
            check_moment(act.occurred_at, self.present)
            principal = acting_as(self._identity(act.act_as), read_roles(act.roles))
            if not self.owns_people:
                check_standing(principal)
            build = self.acts.get(act.act)
            if build is None:
                raise InputInvalid([FieldError("act", f"one of {', '.join(sorted(self.acts))}")])
            moment = self.moment(act)
            return build(AskedAct(principal=principal, moment=moment, state=self.state, act=act))
        except Refusal as refusal:
            return _Unread(refusal)

    def moment(self, act: PastActIn) -> datetime:
        """As of when it is decided; of one that is refused for its moment, as of now."""
        in_reach = EARLIEST <= act.occurred_at <= self.present
        return act.occurred_at.astimezone(UTC) if in_reach else self.present

    def _identity(self, person: str | None) -> Identity:
        if person is None:
            return self.recorder
        person = person.lower()
        return self.people.get(person, Identity(person, Standing.UNKNOWN))


def _view(outcome: ActOutcome) -> RecordedActView:
    if not outcome.refusal:
        return RecordedActView(list(outcome.event_ids), None, None, None)
    status = STATUS.get(Category(outcome.category)) if outcome.category != "fault" else 500
    return RecordedActView([], type_of(outcome.refusal), status, outcome.detail)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _decoder(kind: Any) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(kind).decode
