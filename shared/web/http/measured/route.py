"""Measured routes: registered like others, answering at the level of ASGI."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from shared.contract.access import NotVisible
from shared.contract.errors import Refusal
from shared.web.http.bodies import decoded
from shared.web.http.context import SCOPE, RequestContext
from shared.web.http.ids import fold, fold_fields, own_ids
from shared.web.http.measured.call import Call, Handler, Reply
from shared.web.http.measured.documenting import documentation_of, reference
from shared.web.http.problems import NO_STORE, RawHeaders, problems

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_is_id = re.compile(UUID).fullmatch
_JSON = (b"content-type", b"application/json")


class MeasuredRoute(APIRoute):
    """A route that answers at the level of ASGI. Made by `measured`."""

    decode: Callable[[bytes], Any] | None
    kind: Any
    handler: Handler
    ids: frozenset[str]
    structs: tuple[Any, ...]

    def configure(self, handler: Handler, body: Any, structs: tuple[Any, ...]) -> None:
        """Says what it does; FastAPI builds routes with arguments of its own."""
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
        """Decodes, calls, answers: two messages.

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
            body = decoded(self.decode, self.kind, context.body)
            if self.ids:
                fold_fields(body, self.ids)
        request = (scope["method"], self.path, address, self.ids)
        reply = await self.handler(Call(context, context.caller(), path, body, request))
        await respond(send, context, reply, self.status_code or 200)


async def respond(send: Send, context: RequestContext, reply: Reply, status: int) -> None:
    """Sends a reply."""
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
