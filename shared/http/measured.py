"""Measured routes: the few that are called for every view and reaction, without FastAPI's layers.

There a decoder of a fixed type reads the body, a plain function answers with bytes, and nothing is
solved, validated or modelled per request: parsing and response layers cost as much there as the
whole transaction. To everyone else they are routes like others: in OpenAPI, in access, in limits,
in problems, in the contract tests.

    @measured(router, "PUT", "/v1/posts/{post_id}/reaction", body=ReactionIn, answer=ReactionOut,
              summary="React to a post", operation_id="react", refusals=(PostNotFound,))
    async def react(call: Call[ReactionIn]) -> Reply:
        outcome = await call.execute(React(call.principal, call.path["post_id"], call.body.kind))
        return Reply(encode(ReactionOut(...)), outcome)

The front (`front.py`) finds them by itself, before any other route and without the router; where
the router finds one (an id of another shape), `handle` answers the same way.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.types import Receive, Scope, Send

from shared.access import NotVisible
from shared.command import Command
from shared.committer import Outcome
from shared.errors import Refusal
from shared.http.bodies import decoded, read
from shared.http.edge import SCOPE, Edge, Exchange
from shared.http.problems import RawHeaders, problems
from shared.http.routes import PathId
from shared.identity import Principal

B = TypeVar("B")

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_is_id = re.compile(_UUID).fullmatch
_JSON = (b"content-type", b"application/json")


class Reply:
    """The answer of a measured route.

    Args:
        body: JSON, or nothing.
        outcome: Of the command; gives receipts and replay header.
        status: Where it isn't the route's.
        headers: More headers, names in lower case.
    """

    __slots__ = ("body", "headers", "outcome", "status")

    def __init__(
        self,
        body: bytes = b"",
        outcome: Outcome | None = None,
        *,
        status: int = 0,
        headers: Iterable[tuple[bytes, bytes]] = (),
    ) -> None:
        self.body = body
        self.outcome = outcome
        self.status = status
        self.headers = headers


class Call(Generic[B]):
    """What a measured route is called with.

    Attributes:
        body: Decoded; None where the route takes none.
        path: The ids in the path, all of them UUIDs.
        principal: Who asks.
        exchange: Request headers, trace, edge.
    """

    __slots__ = ("_method", "_path", "_raw", "_route", "body", "exchange", "path", "principal")

    def __init__(
        self,
        exchange: Exchange,
        principal: Principal,
        path: Mapping[str, str],
        body: B,
        request: tuple[str, str, str, bytes],
    ) -> None:
        self.exchange = exchange
        self.principal = principal
        self.path = path
        self.body = body
        self._method, self._route, self._path, self._raw = request

    @property
    def edge(self) -> Edge:
        """What the routes of this service share."""
        return self.exchange.edge

    @property
    def traceparent(self) -> str:
        """The trace of this request."""
        return self.exchange.traceparent

    def execute(self, command: Command, *, once: Any = None) -> Awaitable[Outcome]:
        """Executes a command, at most once where the client sent an Idempotency-Key.

        Args:
            command: What to do.
            once: The type of the command's reply, on POSTs that create.
        """
        exchange = self.exchange
        committer = exchange.edge.committer
        if committer is None:
            raise RuntimeError(f"{exchange.edge.service} has no committer")
        demand = None
        if once is not None:
            demand = exchange.once(self._method, self._route, self._path, self._raw, once)
        return committer.execute(command, once=demand, traceparent=exchange.traceparent)


Handler = Callable[[Call[Any]], Awaitable[Reply]]


class MeasuredRoute(APIRoute):
    """A route that answers at the level of ASGI. Made by `measured`."""

    decode: Callable[[bytes], Any] | None
    handler: Handler
    structs: tuple[Any, ...]

    def configure(self, handler: Handler, body: Any, structs: tuple[Any, ...]) -> None:
        """Says what it does; FastAPI builds routes with arguments of its own."""
        self.handler = handler
        self.decode = msgspec.json.Decoder(body).decode if body is not None else None
        self.structs = structs
        # Reached through the router's own machinery too, where it calls `app` and not `handle`.
        self.app = self.answer

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or lets the router say which methods there are."""
        if self.methods is not None and scope["method"] not in self.methods:
            await super().handle(scope, receive, send)
        else:
            await self.answer(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads, decodes, calls, answers: two messages.

        Raises:
            Refusal: The front answers it.
        """
        exchange: Exchange = scope[SCOPE]
        path: dict[str, str] = scope["path_params"]
        if "mitmach.ids" not in scope and not all(map(_is_id, path.values())):
            raise NotVisible
        raw, body = b"", None
        if self.decode is not None:
            raw = await read(receive, exchange.edge.limits.body)
            body = decoded(self.decode, raw)
        request = (scope["method"], self.path, scope["path"], raw)
        reply = await self.handler(Call(exchange, exchange.caller(), path, body, request))
        await respond(send, exchange, reply, self.status_code or 200)


async def respond(send: Send, exchange: Exchange, reply: Reply, status: int) -> None:
    """Sends a reply."""
    body = reply.body
    headers: RawHeaders = [(b"content-length", b"%d" % len(body))]
    if body:
        headers.append(_JSON)
    outcome = reply.outcome
    if outcome is not None and (outcome.event_ids or outcome.replayed):
        exchange.receipt(outcome)
    headers += exchange.answer_headers
    headers += reply.headers
    exchange.status = reply.status or status
    exchange.started = True
    await send({"type": "http.response.start", "status": exchange.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    exchange.finished = True


def measured(
    router: APIRouter | FastAPI,
    method: str,
    path: str,
    *,
    body: type[Any] | None = None,
    answer: type[msgspec.Struct] | None = None,
    summary: str,
    operation_id: str,
    description: str = "",
    refusals: Sequence[type[Refusal]] = (),
    examples: Mapping[str, Any] | None = None,
    status: int = 200,
    tags: Sequence[str] = (),
) -> Callable[[Handler], Handler]:
    """Registers a measured route.

    Args:
        router: Where it belongs.
        method: One HTTP method.
        path: Its parameters are ids, all of them.
        body: A msgspec type of the body, with `forbid_unknown_fields=True`; None for no body.
        answer: A msgspec type of the answer, for OpenAPI; None for an empty one.
        summary: For OpenAPI.
        operation_id: For OpenAPI.
        description: For OpenAPI.
        refusals: Those it can raise beside the general ones.
        examples: Bodies by name, for OpenAPI.
        status: Of a successful answer.
        tags: For OpenAPI.
    """
    structs = tuple(kind for kind in (body, answer) if kind is not None)

    def register(handler: Handler) -> Handler:
        extra: dict[str, Any] = {}
        if body is not None:
            content: dict[str, Any] = {"schema": _reference(body)}
            if examples:
                content["examples"] = {name: {"value": value} for name, value in examples.items()}
            extra["requestBody"] = {"required": True, "content": {"application/json": content}}
        success: dict[str, Any] = {"description": "Done"}
        if answer is not None:
            success["content"] = {"application/json": {"schema": _reference(answer)}}
        target = router.router if isinstance(router, FastAPI) else router
        target.add_api_route(
            path,
            _documentation_of(path, handler),
            methods=[method],
            summary=summary,
            description=description,
            operation_id=operation_id,
            status_code=status,
            response_model=None,
            responses={status: success, **problems(NotVisible, *refusals)},
            openapi_extra=extra,
            tags=list(tags),
            route_class_override=MeasuredRoute,
        )
        route = target.routes[-1]
        assert isinstance(route, MeasuredRoute)
        route.configure(handler, body, structs)
        return handler

    return register


def _reference(kind: type[Any]) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=SCHEMAS)
    return schema


SCHEMAS = "#/components/schemas/{name}"


def _documentation_of(path: str, handler: Handler) -> Callable[..., Any]:
    """A function with the path's parameters, for FastAPI to document; never called."""

    async def documented(**_: str) -> None:
        raise AssertionError("a measured route answers by itself")

    parameters = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=PathId)
        for name in re.findall(r"{(\w+)}", path)
    ]
    documented.__name__ = getattr(handler, "__name__", "measured")
    documented.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return documented


_Match = Callable[[str], re.Match[str] | None]


class MeasuredTable:
    """The measured routes of an app, by method: found by one match each, without the router."""

    def __init__(self, app: FastAPI) -> None:
        table: dict[
            str, list[tuple[Callable[[str], re.Match[str] | None], MeasuredRoute, str]]
        ] = {}
        for context in iter_route_contexts(app.routes):
            route = context.original_route
            if isinstance(route, MeasuredRoute) and context.path is not None:
                fixed = re.sub(r"([.:])", r"\\\1", context.path)
                template = re.sub(r"{(\w+)}", rf"(?P<\1>{_UUID})", fixed)
                match = re.compile(template).fullmatch
                for method in route.methods or ():
                    table.setdefault(method, []).append((match, route, context.path))
        self._by_method = {method: tuple(routes) for method, routes in table.items()}

    def find(self, method: str, path: str) -> tuple[MeasuredRoute, str, dict[str, str]] | None:
        """The route, its template and the ids in the path; None: the router finds it."""
        for match, route, template in self._by_method.get(method, ()):
            found = match(path)
            if found is not None:
                return route, template, found.groupdict()
        return None


def structs_of(app: FastAPI) -> list[type[Any]]:
    """The msgspec types that measured routes take and give, for OpenAPI."""
    return [
        kind
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, MeasuredRoute)
        for kind in context.original_route.structs
    ]
