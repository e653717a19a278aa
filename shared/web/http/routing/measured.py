"""Measured routes: the few that are called for every view and reaction, without FastAPI's layers.

There a decoder of a fixed type reads the body, a plain function answers with bytes, and nothing is
solved, validated or modelled per request: parsing and response layers cost as much there as the
whole transaction. To everyone else they are routes like others: in OpenAPI, in access, in limits,
in problems, in the contract tests.

    @measured(router, "PUT", "/v1/posts/{post_id}/reaction", body=ReactionIn, answer=ReactionView,
              summary="React to a post", operation_id="react", refusals=(PostNotFound,))
    async def react(call: Call[ReactionIn]) -> Reply:
        outcome = await call.execute(React(call.principal, call.path["post_id"], call.body.kind))
        return Reply(encode(ReactionView(...)), outcome)

The middleware finds them by itself (`MeasuredTable`), before any other route and without the
router; where the router finds one (an id of another shape), `handle` answers the same way.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.datastructures import State
from starlette.types import Receive, Scope, Send

from shared.contract.access import NotVisible
from shared.contract.errors import Refusal
from shared.contract.principal import Principal
from shared.delivery.committer import CommandResult
from shared.web.http.context import SCOPE, RequestContext, WebContext
from shared.web.http.problems import NO_STORE, RawHeaders, problems
from shared.web.http.requests.bodies import decode_body
from shared.web.http.requests.ids import PathId, fold, fold_fields, own_ids

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_is_id = re.compile(UUID).fullmatch
_JSON = (b"content-type", b"application/json")


B = TypeVar("B")


class Reply:
    """The answer of a measured route.

    Args:
        body: JSON, or nothing.
        outcome: The result of the command; gives receipts and replay header.
        status: The HTTP status, where it isn't the route's.
        headers: More headers, names in lower case.
    """

    __slots__ = ("body", "headers", "outcome", "status")

    def __init__(
        self,
        body: bytes = b"",
        outcome: CommandResult | None = None,
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
        body: The decoded body; None where the route takes none.
        path: The ids in the path, all of them UUIDs.
        principal: The person who asks; a measured route needs a token.
        context: What else is known of the request, and what all routes share.
        execute: That of the context: executes a command for this request.
        state: What the routes of this service share besides, as `request.app.state` elsewhere.
    """

    __slots__ = ("body", "context", "execute", "path", "principal", "state")

    def __init__(
        self,
        context: RequestContext,
        principal: Principal,
        path: Mapping[str, str],
        body: B,
        state: State,
    ) -> None:
        self.context = context
        self.execute = context.execute
        self.principal = principal
        self.path = path
        self.body = body
        self.state = state

    @property
    def web(self) -> WebContext:
        """What the routes of this service share."""
        return self.context.web


Handler = Callable[[Call[Any]], Awaitable[Reply]]


class MeasuredRoute(APIRoute):
    """A route that answers at the level of ASGI. Made by `measured`."""

    decode: Callable[[bytes], Any] | None
    kind: Any
    handler: Handler
    ids: frozenset[str]
    structs: tuple[Any, ...]

    def configure(self, handler: Handler, body: Any, structs: tuple[Any, ...]) -> None:
        """Says what the route does; FastAPI builds routes with arguments of its own.

        Args:
            handler: Called with each request.
            body: A msgspec type of the body; None for no body.
            structs: The types of body and answer, for OpenAPI.
        """
        self.handler = handler
        self.decode = msgspec.json.Decoder(body).decode if body is not None else None
        self.kind = body
        self.ids = own_ids(body) if body is not None else frozenset()
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
        """Decodes the body, calls the handler, sends its answer.

        Raises:
            Refusal: The middleware answers it.
        """
        del receive  # the middleware has read the body
        context: RequestContext = scope[SCOPE]
        path: dict[str, str] = scope["path_params"]
        address: str = scope["path"]
        if "mitmach.ids" not in scope:  # the table knows ids as they are stored, and no others
            path = {name: fold(value) for name, value in path.items()}
            if not all(map(_is_id, path.values())):
                raise NotVisible
            address = self.path.format_map(path)
        body = None
        if self.decode is not None:
            body = decode_body(self.decode, self.kind, context.body)
            if self.ids:
                fold_fields(body, self.ids)
        context.target = (scope["method"], self.path, address, self.ids)
        reply = await self.handler(Call(context, context.caller(), path, body, scope["app"].state))
        await respond(send, context, reply, self.status_code or 200)


async def respond(send: Send, context: RequestContext, reply: Reply, status: int) -> None:
    """Sends a reply in two messages, with the headers that the context has collected."""
    body = reply.body
    headers: RawHeaders = [(b"content-length", b"%d" % len(body)), NO_STORE]
    if body:
        headers.append(_JSON)
    outcome = reply.outcome
    if outcome is not None and (outcome.event_ids or outcome.replayed):
        context.receipt(outcome)
    headers += context.answer_headers
    headers += reply.headers
    context.status = reply.status or status
    context.started = True
    await send({"type": "http.response.start", "status": context.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    context.finished = True


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
        router: The router, or the app, that the route is added to.
        method: The one HTTP method that it answers.
        path: Its path; parameters in it are ids, all of them.
        body: A msgspec type of the body, with `forbid_unknown_fields=True`; None for no body.
        answer: A msgspec type of the answer, for OpenAPI; None for an empty answer.
        summary: What it does in a few words, for OpenAPI.
        operation_id: Its name in OpenAPI, which generated clients make a function name of.
        description: What else is to be known, for OpenAPI.
        refusals: Those it can raise beside the general ones.
        examples: Bodies by name, for OpenAPI.
        status: The HTTP status of a successful answer.
        tags: The groups of operations that it belongs to in OpenAPI.
    """
    structs = tuple(kind for kind in (body, answer) if kind is not None)

    def register(handler: Handler) -> Handler:
        extra: dict[str, Any] = {}
        if body is not None:
            content: dict[str, Any] = {"schema": reference(body)}
            if examples:
                content["examples"] = {name: {"value": value} for name, value in examples.items()}
            extra["requestBody"] = {"required": True, "content": {"application/json": content}}
        success: dict[str, Any] = {"description": "Done"}
        if answer is not None:
            success["content"] = {"application/json": {"schema": reference(answer)}}
        target = router.router if isinstance(router, FastAPI) else router
        target.add_api_route(
            path,
            documentation_of(path, handler),
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


SCHEMAS = "#/components/schemas/{name}"


def reference(kind: type[Any]) -> dict[str, Any]:
    """The OpenAPI reference to the schema of a body or answer."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=SCHEMAS)
    return schema


def documentation_of(path: str, handler: Handler) -> Callable[..., Any]:
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
