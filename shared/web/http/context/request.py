"""What is known of one request, from before its route runs until its answer is sent."""

import hashlib
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from fastapi.routing import APIRoute

from shared.contract.ids import milliseconds, new_id
from shared.contract.principal import Principal
from shared.delivery.command import Command, check_repeatable
from shared.delivery.committer import CommandResult, IdempotencyKey, RepliedWith
from shared.delivery.consistency import ConsistencyToken, Place, consistency_token
from shared.delivery.mongo import EntityStore
from shared.web.http.context.web import WebContext
from shared.web.http.limits import RATE_LIMIT
from shared.web.http.problems import NOSNIFF, FieldError, InputInvalid, RawHeaders, TooManyRequests
from shared.web.http.requests.ids import folded_json, folded_path, route_ids
from shared.web.identity import TokenMissing

SCOPE = "mitmach"
"""The key of the request's context in the ASGI scope."""

MOST_RECEIPTS = 50
"""Ids in one Event-Ids header (some 2 KiB).

Proxies and clients refuse longer header lines; an answer for more events than this carries the ids
in its body, beside what they belong to.
"""

ITEMS_PER_REQUEST = 50
"""Items that one request may ask for at no further cost.

A list of 100 posts or 500 views takes a process as long as ten ordinary requests; charged as a
single request, a person could keep it busy alone.
"""

CONSISTENCY_TOKEN = b"consistency-token"

LONGEST_KEY = 255
KEY_PATTERN = r"^[\x21-\x7e]+$"

Target: TypeAlias = tuple[str, str, str, frozenset[str]]
"""Method, template of the route, path with its ids folded, names of fields of the body with ids."""


class RequestContext:
    """One request and its answer.

    Attributes:
        web: What the routes of the service share.
        headers: Those of the request, names in lower case.
        traceparent: The W3C trace that the request belongs to.
        principal: Who asks; None before they are known, and on paths that need no token.
        moment: When the act happened that is recorded now; None for what happens now.
        recorder: Who records it, where they act in the name of the organisation; else empty.
        token: The one that `principal` stands in, for answers that last longer than it.
        brought: The consistency tokens that came with the request.
        body: That of the request, whole.
        target: What an Idempotency-Key belongs to; set for measured routes, and where the client
            sent such a key.
        in_flight_key: The person whose requests in flight this one is counted with; empty where it
            isn't.
        admitted_at: When the person's budget was asked, in seconds on the clock of the limits.
        answer_headers: Added to whatever the route answers.
        route: The template of the route, for metrics and traces.
        status: The HTTP status of the answer.
        started: The head of the answer has been sent.
        finished: All of it has.
    """

    __slots__ = (
        "admitted_at",
        "answer_headers",
        "body",
        "brought",
        "finished",
        "headers",
        "in_flight_key",
        "moment",
        "principal",
        "recorder",
        "route",
        "started",
        "status",
        "target",
        "token",
        "traceparent",
        "web",
    )

    def __init__(self, web: WebContext, headers: dict[bytes, bytes], traceparent: str) -> None:
        self.web = web
        self.headers = headers
        self.traceparent = traceparent
        self.principal: Principal | None = None
        self.moment: datetime | None = None
        self.recorder = ""
        self.token = ""
        self.brought: Sequence[ConsistencyToken] = ()
        self.body = b""
        self.target: Target | None = None
        self.in_flight_key = ""
        self.admitted_at = 0.0
        self.answer_headers: RawHeaders = [NOSNIFF]
        self.route = "unmatched"
        self.status = 500
        self.started = False
        self.finished = False

    def caller(self) -> Principal:
        """The authenticated caller.

        Raises:
            TokenMissing: The route was left open and no one has signed in.
        """
        if self.principal is None:
            raise TokenMissing
        return self.principal

    def new_id(self) -> str:
        """An id for what this request makes: it carries the moment of the act."""
        moment = self.moment
        return new_id() if moment is None else new_id(unix_ms=milliseconds(moment))

    def charge_for(self, items: int) -> None:
        """Takes more from the person's budget where much is asked for at once.

        Args:
            items: How many are asked for; every `ITEMS_PER_REQUEST` of them count as one request
            more.

        Raises:
            TooManyRequests: There isn't as much left; nothing was taken for the items.
        """
        limiter = self.web.limits.person
        more = items // ITEMS_PER_REQUEST
        if more and limiter.on and self.principal is not None and self.moment is None:
            count = min(more, limiter.burst)
            left, wait = limiter.spend(self.principal.login, self.admitted_at, count)
            others = [header for header in self.answer_headers if header[0] != RATE_LIMIT]
            self.answer_headers = [*others, limiter.header(left, wait)]
            if wait:
                self.answer_headers.append((b"ratelimit-policy", self.web.limits.policy))
                raise TooManyRequests(wait)

    def execute(
        self, command: Command, *, once: RepliedWith | None = None
    ) -> Awaitable[CommandResult]:
        """Executes a command, at most once where the client sent an Idempotency-Key.

        Nothing is added to the answer: `Reply` takes the result of a measured route, and ordinary
        routes call `execute` of this module.

        Args:
            command: What the route asks for.
            once: The type of the command's reply, on POSTs that create; None where the
                Idempotency-Key means nothing.

        Raises:
            InputInvalid: The key isn't 1 to 255 visible ASCII characters.
            Refusal: As `Committer.execute`, when it is awaited.
        """
        committer = self.web.committer
        if committer is None:
            raise RuntimeError(f"{self.web.service} has no committer")
        key = None
        if once is not None:
            check_repeatable(command)
        if once is not None and b"idempotency-key" in self.headers:
            assert self.target is not None
            method, route, path, ids = self.target
            key = self.idempotency_key(method, route, path, folded_json(self.body, ids), once)
        moment = self.moment
        if moment is None:  # quotas bound a person's day, and no history
            command = self.web.quotas.wrap(command)
            return committer.execute(command, once=key, traceparent=self.traceparent)
        return committer.execute(
            command,
            once=key,
            traceparent=self.traceparent,
            moment=moment,
            recorder=self.recorder,
        )

    def idempotency_key(
        self, method: str, route: str, path: str, body: bytes, reply: RepliedWith
    ) -> IdempotencyKey | None:
        """What the request's Idempotency-Key stands for; None where there is none.

        Args:
            method: The request's HTTP method.
            route: The template of its route.
            path: The path of the request, its ids folded.
            body: What it asks for, ids folded.
            reply: The type of the command's reply.

        Raises:
            InputInvalid: The key isn't 1 to 255 visible ASCII characters.
        """
        raw = self.headers.get(b"idempotency-key")
        if raw is None:
            return None
        if not 0 < len(raw) <= LONGEST_KEY or not all(0x21 <= byte <= 0x7E for byte in raw):
            raise InputInvalid([FieldError("Idempotency-Key", "1 to 255 visible ASCII characters")])
        # The person comes last: an id may have blanks in it, the others have none.
        key = f"{method} {route} {raw.decode('ascii')} {self.caller().person_id}"
        if self.moment is not None:  # whom it is recorded for may use the same key now
            key, path = f"recorded {key}", f"{path} {self.moment.isoformat()}"
        return IdempotencyKey(fingerprint(key), fingerprint(key, path, body), reply)

    def receipt(self, outcome: CommandResult) -> None:
        """Adds what the outcome says to the headers of the answer."""
        self.answer_headers += receipt(outcome.event_ids, replayed=outcome.replayed)
        self.tell_written(outcome.event_ids, outcome.places)

    def tell_written(self, event_ids: Sequence[str], places: Sequence[Place]) -> None:
        """Adds the token by which other services know what this answer has acknowledged.

        It says what the tokens say that the request has brought, too.

        Args:
            event_ids: The ids of the events.
            places: Where each of them goes; empty where that isn't known.
        """
        if places:
            token = consistency_token(event_ids, places, self.brought)
            self.answer_headers.append((CONSISTENCY_TOKEN, token))


def fingerprint(key: str, path: str = "", body: bytes = b"") -> str:
    """Tells whether a repeated Idempotency-Key comes with the same request.

    It is stored, and the key isn't: who guesses what was in a request can't see whether they are
    right. Without a path it is what the record is found by.

    Args:
        key: The client's key, with the person, method and route that it belongs to.
        path: The path of the request.
        body: The body of the request, its ids folded.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in (key.encode(), path.encode(), body):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def receipt(event_ids: Sequence[str], *, replayed: bool = False) -> RawHeaders:
    """The headers that acknowledge: `Event-Ids`, and `Idempotency-Replayed` for an old answer."""
    headers: RawHeaders = []
    if event_ids and len(event_ids) <= MOST_RECEIPTS:
        headers.append((b"event-ids", ",".join(event_ids).encode()))
    if replayed:
        headers.append((b"idempotency-replayed", b"true"))
    return headers


def request_context(request: Request) -> RequestContext:
    """What the middleware knows of this request."""
    context: RequestContext = request.scope[SCOPE]
    return context


def web_context(request: Request) -> WebContext:
    """What the routes of this service share."""
    return request_context(request).web


def store_of(request: Request) -> EntityStore:
    """The entities of this service, for queries; `create_app` was given it as `state["store"]`."""
    store: EntityStore = request.app.state.store
    return store


def principal_of(request: Request) -> Principal:
    """The authenticated caller.

    Raises:
        TokenMissing: Nobody has signed in.
    """
    return request_context(request).caller()


Caller = Annotated[Principal, Depends(principal_of)]
"""The signed-in caller, as a parameter of a route."""


def id_for(request: Request) -> str:
    """An id for what the request makes."""
    return request_context(request).new_id()


async def execute(
    request: Request, command: Command, *, once: RepliedWith | None = None
) -> CommandResult:
    """Executes a command for an ordinary route; receipts are added to its answer.

    Args:
        request: The route's request.
        command: What the route asks for.
        once: The type of the command's reply, on POSTs that create: an Idempotency-Key, where the
            client sent it, then lets it happen once.

    Raises:
        Refusal: As `Committer.execute`.
    """
    context = request_context(request)
    if once is not None and b"idempotency-key" in context.headers:
        scope = request.scope
        route: APIRoute = scope["route"]
        context.target = (request.method, route.path, folded_path(scope), route_ids(route).body)
    outcome = await context.execute(command, once=once)
    context.receipt(outcome)
    return outcome
