"""Recording: acts in the order of time become requests, which are sent as soon as they may be.

Up to `WINDOW` acts are looked at together. What doesn't depend on each other is sent side by side,
so that acts of one service aren't held up by those of another; `order.py` says what depends on
what. What a request has to know of another service's answer before it (who is a member since), the
consistency token of that answer brings along.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote

import msgspec

from mitmach.importing.acts import AnyAct
from mitmach.importing.recording.api import Answer, Api
from mitmach.importing.recording.ids import ThingUnknown
from mitmach.importing.recording.lead import MOST as MOST_AHEAD
from mitmach.importing.recording.lead import Lead
from mitmach.importing.recording.order import Order, Waiting
from mitmach.importing.recording.requests import Request, Service, World
from mitmach.importing.recording.translation import requests_of
from shared.runtime.process import Stopped

WINDOW = 4_000
"""Acts that are looked at together: with more, fewer wait for others; looking takes longer."""

MOST_ACTS = 250
MOST_BYTES = 180_000
"""Bytes of acts in one request: with the rest of it below the platform's limit for a body."""

# Requests that are on their way to a service at once: one is decided while the other is read. Of
# posts a third may wait for news of groups.
_FLYING: Mapping[Service, int] = {"groups": 1, "posts": 3}

# The service whose answers others have to hear of.
_TELLS: Service = "groups"

# Refusals that say: this was recorded before.
_DONE = frozenset({"recorded-before"})
_EXISTS = "person-exists"

_encode = msgspec.json.Encoder().encode

K = TypeVar("K")


class Outcome(NamedTuple):
    """What became of an act.

    Attributes:
        event_ids: The events that it caused.
        refusal: The slug of why it wasn't taken; empty where it was.
        detail: What the platform says about it.
    """

    event_ids: tuple[str, ...] = ()
    refusal: str = ""
    detail: str = ""


class Batch(NamedTuple, Generic[K]):
    """Requests that are sent together.

    Attributes:
        service: The service that they are sent to.
        requests: The requests, with the acts that they belong to.
        key: What the platform records them once for.
        body: The bytes that are sent, the same each time.
    """

    service: Service
    requests: Sequence[Waiting[K]]
    key: str
    body: bytes


class SentAct(NamedTuple):
    """An act of a batch that was sent, perhaps.

    Attributes:
        moment: When it happened.
        requests: How many requests it takes, in this batch or in others.
    """

    moment: datetime
    requests: int


class Journal(Generic[K]):
    """Keeps what is on its way, and what became of it; this one keeps nothing."""

    def note(self, act: AnyAct) -> None:
        """Called with each act when it is taken up, in their order."""

    def leaves(self, batch: Batch[K]) -> None:
        """Called before a batch is sent for the first time."""

    def settled(self, batch: Batch[K] | None, outcomes: Sequence[tuple[K, Outcome]]) -> None:
        """Called when it is known what became of acts: of a batch, or of acts sent alone."""

    def is_another(self, source_id: str, person_id: str) -> None:
        """Called when somebody of the source turns out to have an account already."""


class _Act(Generic[K]):
    """An act whose requests aren't all answered."""

    __slots__ = ("events", "left", "moment", "outcome")

    def __init__(self, moment: datetime, left: int) -> None:
        self.moment = moment
        self.left = left
        self.events: list[str] = []
        self.outcome: Outcome | None = None


class _Flight(NamedTuple):
    """Requests that are on their way together.

    Attributes:
        service: The service that they are sent to.
        numbers: Their numbers in the order.
        news: Which answer of another service has to have been heard of there.
    """

    service: Service
    numbers: Sequence[int]
    news: int


class Recorder(Generic[K]):
    """Records acts through the API.

    Args:
        api: The platform.
        world: What is known of the source.
        journal: Told of each batch and of what became of each act.
        lead: Acts that may be recorded and not counted yet.
    """

    def __init__(
        self, api: Api, world: World, journal: Journal[K] | None = None, *, lead: int = MOST_AHEAD
    ) -> None:
        self._api = api
        self._world = world
        self._journal = journal or Journal()
        self._order: Order[K] = Order()
        self._acts: dict[K, _Act[K]] = {}
        self._flying: dict[asyncio.Task[None], _Flight] = {}
        self._news: dict[int, str] = {}  # tokens of answers that perhaps weren't heard of
        self._told = 0
        self._heard = 0
        self._settled: list[tuple[K, Outcome]] = []
        self._lead = Lead(api, lead)
        self._most_acts = max(1, min(MOST_ACTS, lead // 2))

    async def record(self, acts: Iterable[tuple[K, AnyAct]]) -> AsyncIterator[tuple[K, Outcome]]:
        """Records acts; gives what became of each, in any order.

        Args:
            acts: In the order of time, each with what names it.
        """
        source = iter(acts)
        more = True
        self._lead.grow(0)
        if not self._told and (token := self._api.last_of(_TELLS)):
            # What was recorded before this run: nobody knows who has heard of it.
            self._told, self._news = 1, {1: token}
            self._order.begin(news=1)
        try:
            while more or len(self._order):
                while more and len(self._order) < WINDOW:
                    try:
                        self._take(*next(source))
                    except StopIteration:
                        more = False
                self._launch()
                await self._progress()
                for settled in self._settled:
                    yield settled
                self._settled.clear()
        finally:
            for task in self._flying:
                task.cancel()
            await asyncio.gather(*self._flying, return_exceptions=True)
            await self._lead.close()

    async def repeat(
        self, batch: Batch[K], acts: Mapping[K, SentAct]
    ) -> Sequence[tuple[K, Outcome]]:
        """Sends a batch once more whose answer isn't known; the journal is told.

        An act that has further requests isn't settled by it: nobody knows whether those were sent.
        It is recorded as a whole again, which changes nothing of what was done.

        Args:
            batch: As the journal has kept it.
            acts: When its acts happened, and how many requests each takes.

        Returns:
            What became of the acts that are settled by it.
        """
        for key, act in acts.items():
            self._acts[key] = _Act(act.moment, act.requests)
        await self._send(batch)
        settled, self._settled = self._settled, []
        for key in acts:
            self._acts.pop(key, None)
        return settled

    def _take(self, key: K, act: AnyAct) -> None:
        try:
            requests = list(requests_of(self._world, act))
        except ThingUnknown as unknown:
            self._finish(None, [(key, Outcome(refusal="unknown", detail=str(unknown)))])
            return
        self._journal.note(act)
        if not requests:
            self._finish(None, [(key, Outcome())])
            return
        self._acts[key] = _Act(act.at, len(requests))
        for request in requests:
            size = 300 + len(_encode(request.body))
            self._order.add(Waiting(key, request, size))

    async def _progress(self) -> None:
        """Waits for an answer, or for the figures."""
        awaited = {*self._flying, *self._lead.looks}
        if not awaited:
            if len(self._order):
                raise RuntimeError("acts wait for each other, or for nothing")
            return
        done, _ = await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        for task in done & self._flying.keys():
            flight = self._flying.pop(task)
            task.result()
            self._land(flight)
            self._lead.grow(len(flight.numbers))
        self._lead.looked()

    def _land(self, flight: _Flight) -> None:
        if flight.service == _TELLS:
            self._told += 1
            self._news[self._told] = self._api.last_of(_TELLS)
            self._order.done(flight.numbers, told=self._told)
            return
        self._order.done(flight.numbers)
        if flight.news > self._heard:
            self._heard = flight.news
            self._news = {told: token for told, token in self._news.items() if told > self._heard}
            self._order.heard(self._heard)

    def _launch(self) -> None:
        if self._lead.is_too_long:
            return
        for service, most in _FLYING.items():
            flying = [flight for flight in self._flying.values() if flight.service == service]
            # At most one waits for news: it takes all that has to.
            if service != _TELLS and all(flight.news <= self._heard for flight in flying):
                flying += self._leave(service, after=self._heard)
            while len(flying) < most and (left := self._leave(service, until=self._heard)):
                flying += left

    def _leave(self, service: Service, **news: int) -> Sequence[_Flight]:
        """Sends the next batch to a service, if there is one."""
        chosen = self._order.next_batch(
            service,
            most=self._most_acts,
            most_bytes=MOST_BYTES,
            **({} if service == _TELLS else news),
        )
        if not chosen:
            return ()
        numbers = [number for number, _ in chosen]
        flight = _Flight(service, numbers, self._order.news_for(numbers))
        sending = self._started(flight, [waiting for _, waiting in chosen])
        self._flying[asyncio.ensure_future(sending)] = flight
        return (flight,)

    def _started(
        self, flight: _Flight, requests: Sequence[Waiting[K]]
    ) -> Coroutine[Any, Any, None]:
        service = flight.service
        brings = None
        if service != _TELLS:
            brings = (self._api.last_of(service), self._news.get(flight.news, ""))
        if requests[0].request.alone is not None:
            return self._send_alone(requests[0], brings)
        body = _encode({"acts": [self._item(one) for one in requests]})
        key = blake2b(body, digest_size=16).hexdigest()
        batch = Batch(service, requests, key, body)
        self._journal.leaves(batch)
        return self._send(batch, brings)

    def _item(self, one: Waiting[K]) -> dict[str, Any]:
        request, ids = one.request, self._world.ids
        item: dict[str, Any] = {
            "act": request.operation,
            "occurred_at": self._acts[one.key].moment.astimezone(UTC).isoformat(),
            "roles": request.roles,
            "body": request.body,
        }
        target, made = request.target, request.id
        if request.about is not None:
            person = ids.person(request.about)
            if request.operation in {"create_person", "change_role"}:
                made = person
            else:
                target = person
        actor = None if request.actor is None else ids.person(request.actor)
        named = {"act_as": actor, "id": made, "target": target}
        return item | {name: value for name, value in named.items() if value is not None}

    async def _send(self, batch: Batch[K], brings: Sequence[str] | None = None) -> None:
        answer = await self._api.send(
            "POST",
            f"/v1/history/{batch.service}",
            body=batch.body,
            headers={"Idempotency-Key": batch.key},
            wrote=batch.service,
            brings=brings,
        )
        if answer.status != HTTPStatus.OK:
            raise Stopped(f"The platform took no acts: {answer.status} {answer.detail}")
        settled: list[tuple[K, Outcome]] = []
        known: set[K] = set()
        for one, item in zip(batch.requests, answer.body["items"], strict=True):
            refusal = (item["problem"] or "").rpartition(":")[2]
            if refusal == _EXISTS and one.request.operation == "create_person":
                outcome = await self._welcome(one.request)
                known.add(one.key)
            elif one.key in known:  # they were named by the id that they would have got
                outcome = await self._visit(one)
            elif refusal in _DONE:
                outcome = Outcome()
            else:
                outcome = Outcome(tuple(item["event_ids"]), refusal, item["detail"] or "")
            settled += self._answered(one.key, outcome)
        self._finish(batch, settled)

    async def _send_alone(self, one: Waiting[K], brings: Sequence[str] | None) -> None:
        request, ids = one.request, self._world.ids
        assert request.alone is not None
        method, path = request.alone
        headers = {"Occurred-At": self._acts[one.key].moment.astimezone(UTC).isoformat()}
        if request.actor is not None:
            headers["Act-As"] = ids.person(request.actor)
        if request.roles:
            headers["Act-As-Roles"] = ",".join(request.roles)
        answer = await self._api.send(
            method, path, headers=headers, wrote=request.service, brings=brings
        )
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Stopped(f"The platform failed at {method} {path}: {answer.status}.")
        gone = answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        outcome = (
            Outcome(answer.event_ids)
            if not answer.refusal or gone
            else Outcome(refusal=answer.refusal, detail=answer.detail)
        )
        self._finish(None, self._answered(one.key, outcome))

    async def _visit(self, one: Waiting[K]) -> Outcome:
        """Makes an account an active one that was there before, unless it is already."""
        assert one.request.actor is not None
        headers = {
            "Occurred-At": self._acts[one.key].moment.astimezone(UTC).isoformat(),
            "Act-As": self._world.ids.person(one.request.actor),
        }
        answer = await self._api.send("POST", "/v1/me/visits", headers=headers, wrote="groups")
        return Outcome(answer.event_ids)

    async def _welcome(self, request: Request) -> Outcome:
        """Finds out whose account the one is that somebody of the source has already."""
        assert request.about is not None
        external = quote(str(request.body["external_id"]), safe="")
        headers: dict[str, str] = {}
        answer: Answer = await self._api.send(
            "GET", f"/v1/people?external_id={external}", headers=headers
        )
        if answer.refusal:
            raise Stopped(
                f"Accounts that are there already can't be looked up: {answer.detail} The token"
                " needs the role service beside importer."
            )
        items = answer.body.get("items", []) if isinstance(answer.body, dict) else []
        if not items:
            return Outcome(refusal=_EXISTS, detail="Their account can't be found.")
        person = items[0]["id"]
        self._world.ids.is_another(request.about, person)
        self._journal.is_another(request.about, person)
        return Outcome()

    def _answered(self, key: K, outcome: Outcome) -> list[tuple[K, Outcome]]:
        """Notes the answer to one of an act's requests; gives the act if it was the last."""
        act = self._acts[key]
        act.left -= 1
        act.events += outcome.event_ids
        if outcome.refusal and act.outcome is None:
            act.outcome = outcome
        if act.left:
            return []
        del self._acts[key]
        return [(key, act.outcome or Outcome(tuple(act.events)))]

    def _finish(self, batch: Batch[K] | None, settled: list[tuple[K, Outcome]]) -> None:
        self._journal.settled(batch, settled)
        self._settled += settled
